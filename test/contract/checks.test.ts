import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { CheckReport } from '../../src/ports/checks.ts';
import type { Place } from './place/place.ts';
import { PLACES } from './place/places.ts';

const LINE = {
  path: 'README.md',
  startLine: 1,
  endLine: 1,
  level: 'warning',
  title: 'Look',
  message: 'here',
};

describe.each(PLACES)('the checks of %s', (_, open) => {
  let place: Place;
  let commit: string;
  beforeEach(async () => {
    place = await open();
    commit = await place.mainHead();
  });
  afterEach(() => place.close());

  const aReport = (changes: Partial<CheckReport> = {}): CheckReport => ({
    name: 'tonic / gate',
    commit,
    conclusion: 'failure',
    title: 'An admin’s word is missing',
    summary: 'Who: **ada**',
    text: null,
    annotations: [],
    actions: [{ label: 'Approve PROD', description: 'Signs it off', identifier: 'approve_prod' }],
    ...changes,
  });
  const shown = async () => (await place.runsOn(commit)).map(({ conclusion, title }) => [conclusion, title]);

  test('what is said is there, under the name of this system’s App', async () => {
    await place.ports.checks.report([aReport({ text: 'More' })]);
    expect(await place.runsOn(commit)).toEqual([
      {
        name: 'tonic / gate',
        conclusion: 'failure',
        title: 'An admin’s word is missing',
        summary: 'Who: **ada**',
        text: 'More',
        annotations: 0,
      },
    ]);
    expect(await place.ports.checks.on(commit)).toMatchObject([
      { name: 'tonic / gate', appId: place.appId(), state: 'red' },
    ]);
  });

  test('a later word takes the place of the one before, also that of another process', async () => {
    await place.ports.checks.report([aReport()]);
    await place.anotherProcess().checks.report([aReport({ conclusion: 'success', title: 'Approved' })]);
    expect(await shown()).toEqual([['success', 'Approved']]);
    place.clock.advance(60_000);
    await place.ports.checks.report([aReport()]);
    expect(await shown()).toEqual([['failure', 'An admin’s word is missing']]);
  });

  test('what is said without a look takes the place of what was there, too', async () => {
    await place.anotherProcess().checks.report([aReport()]);
    await place.ports.checks.report([aReport({ conclusion: 'success', title: 'On UAT', isNew: true })]);
    expect(await shown()).toEqual([['success', 'On UAT']]);
  });

  test('in progress is pending, ends, and begins again', async () => {
    await place.ports.checks.report([aReport({ conclusion: null, title: 'Looking' })]);
    expect(await place.ports.checks.on(commit)).toMatchObject([{ state: 'pending' }]);
    await place.ports.checks.report([aReport({ conclusion: 'success' })]);
    expect(await place.ports.checks.on(commit)).toMatchObject([{ state: 'green' }]);
    await place.ports.checks.report([aReport({ conclusion: null, title: 'Looking' })]);
    expect(await place.ports.checks.on(commit)).toMatchObject([{ state: 'pending' }]);
  });

  test('remarks on lines go with the word they belong to', async () => {
    await place.ports.checks.report([aReport({ annotations: [{ ...LINE, level: 'warning' }] })]);
    expect(await place.runsOn(commit)).toMatchObject([{ annotations: 1 }]);
    await place.ports.checks.report([aReport({ conclusion: 'success' })]);
    expect(await place.runsOn(commit)).toMatchObject([{ conclusion: 'success', annotations: 0 }]);
  });

  test('more remarks than GitHub takes at once are all shown, and replaced as one', async () => {
    const annotations = Array.from({ length: 120 }, (_line, index) => ({
      ...LINE,
      path: 'db/migrations/größe.sql',
      startLine: index + 1,
      endLine: index + 1,
      level: 'failure' as const,
    }));
    await place.ports.checks.report([aReport({ annotations })]);
    expect(await place.runsOn(commit)).toMatchObject([{ annotations: 120 }]);
    await place.anotherProcess().checks.report([aReport({ conclusion: 'success' })]);
    expect(await place.runsOn(commit)).toMatchObject([{ conclusion: 'success', annotations: 0 }]);
  });

  test('several commits and names are told apart', async () => {
    const other = await place.branch('fix/it', 'wes');
    await place.ports.checks.report([
      aReport(),
      aReport({ commit: other, conclusion: 'success' }),
      aReport({ name: 'tonic / other', conclusion: 'neutral' }),
    ]);
    expect(await shown()).toHaveLength(2);
    expect(await place.ports.checks.on(other)).toMatchObject([{ name: 'tonic / gate', state: 'green' }]);
  });

  test('everything that was said about a commit is seen, with who said it', async () => {
    const { number, head } = await place.openPull({ by: 'wes', head: 'fix/it', base: 'main' });
    expect(await place.ports.checks.on(head)).toEqual([]);
    await place.check({ pull: number, name: 'tonic / gate', state: 'green', by: 'another App' });
    await place.check({ pull: number, name: 'tonic / gate', state: 'green', by: 'a commit status' });
    await place.check({ pull: number, name: 'unit', state: 'pending', by: 'another App' });
    await place.ports.checks.report([aReport({ commit: head })]);
    const seen = await place.ports.checks.on(head);
    const own = seen.filter(({ appId }) => appId === place.appId());
    expect(own).toMatchObject([{ name: 'tonic / gate', state: 'red' }]);
    expect(seen.filter(({ appId }) => appId === null)).toMatchObject([
      { name: 'tonic / gate', state: 'green' },
    ]);
    expect(seen).toHaveLength(4);
  });

  test('what others say under this system’s names is noticed in passing, once', async () => {
    const { number, head } = await place.openPull({ by: 'wes', head: 'fix', base: 'main' });
    const { checks, observer } = place.ports;
    await checks.report([aReport({ commit: head })]);
    await place.check({ pull: number, name: 'unit', state: 'green', by: 'another App' });
    await place.check({ pull: number, name: 'tonic / gate', state: 'green', by: 'another App' });
    await place.check({ pull: number, name: 'tonic / gate', state: 'green', by: 'a commit status' });
    await observer.pulls([number]);
    const said = { name: 'tonic / gate', commit: head };
    expect(checks.takeStrange()).toEqual([
      { ...said, by: 'another', isStatus: false },
      { ...said, by: 'wes', isStatus: true },
    ]);
  });

  test('what a branch asks for is known, with the App that has to say it', async () => {
    const { checks } = place.ports;
    expect(await checks.required('main')).toEqual([]);
    const asked = [
      { context: 'tonic / gate', appId: place.appId() },
      { context: 'unit', appId: null },
    ];
    await place.demand('main', asked);
    expect(await checks.required('main')).toEqual(asked);
    expect(await checks.required('elsewhere')).toEqual([]);
  });

  test('of branch protection the names are known; who has to say them is for administrators', async () => {
    await place.demand('main', [{ context: 'tonic / gate', appId: place.appId() }], 'branch protection');
    expect(await place.ports.checks.required('main')).toEqual([{ context: 'tonic / gate', appId: null }]);
  });

  test('what a ruleset and branch protection ask for is asked for together', async () => {
    await place.demand('main', [{ context: 'tonic / gate', appId: place.appId() }]);
    await place.demand('main', [{ context: 'unit', appId: place.appId() }], 'branch protection');
    expect(await place.ports.checks.required('main')).toEqual([
      { context: 'tonic / gate', appId: place.appId() },
      { context: 'unit', appId: null },
    ]);
  });

  test('what is new is said without a look, and what is said after it counts', async () => {
    await place.ports.checks.report([aReport({ isNew: true })]);
    await place.ports.checks.report([aReport({ conclusion: 'success', title: 'Approved' })]);
    expect(await shown()).toEqual([['success', 'Approved']]);
  });

  test('a commit that does not exist has none', async () => {
    expect(await place.ports.checks.on('a'.repeat(40))).toEqual([]);
  });
});
