import { describe, expect, test } from 'vitest';
import type { ChecklistItem } from '../../../src/domain/probe.ts';
import type { Release } from '../../../src/domain/release.ts';
import type { HttpAnswer } from '../../../src/ports/http.ts';
import { runStage } from '../../../src/usecases/slot/run-stage.ts';
import { aRun } from '../../support/builders.ts';
import {
  answersOn,
  bugIn,
  confirmedBug,
  createShop,
  outcomeIn,
  planAt,
  readyFix,
  say,
  slot,
  type Shop,
} from './support.ts';

const at = { url: 'http://shop/', authorizationEnv: null, timeoutMs: 1_000 };
const BACKUP: ChecklistItem = {
  name: 'backup',
  probe: { kind: 'http', at, status: 200, value: { path: 'at', rule: { kind: 'max_age', ms: 86_400_000 } } },
};
const DISK: ChecklistItem = {
  name: 'disk',
  probe: { kind: 'prometheus', at, query: 'free', rule: { kind: 'min', value: 20 } },
};

/** A shop with a fix that is ready for T1, and a checklist before UAT. */
async function shopWith(...checklist: ChecklistItem[]): Promise<{ shop: Shop; bug: number }> {
  const shop = createShop();
  shop.policy = {
    ...shop.policy,
    environments: { ...shop.policy.environments, uat: { ...shop.policy.environments.uat, checklist } },
  };
  const bug = await confirmedBug(shop);
  readyFix(shop, bug);
  return { shop, bug };
}

function releaseIn(shop: Shop): Release {
  const [release] = shop.ledger.state().releases.values();
  if (release === undefined) throw new Error('the ledger has no release');
  return release;
}

const body = (text: string): HttpAnswer => ({
  kind: 'answer',
  status: 200,
  headers: {},
  body: text,
  isCut: false,
});

/** A new process that finds what a test says. */
function looking(shop: Shop, found: { answers?: HttpAnswer[]; free?: number } = {}) {
  const answers = [...(found.answers ?? [])];
  return shop.open({
    http: { send: async () => answers.shift() ?? { kind: 'none', reason: 'no answer within 1 s' } },
    metrics: {
      read: async () =>
        found.free === undefined
          ? { kind: 'no_data', reason: 'the query gives no series' }
          : { kind: 'value', value: found.free, atMs: 0 },
    },
  });
}

const NOW = '2026-11-20T11:00:00Z';

describe('a checklist that is passed', () => {
  test('lets the slot go on, and is kept with the release: values, times, and what nobody looks at', async () => {
    const { shop, bug } = await shopWith(BACKUP, DISK);
    const context = looking(shop, { answers: [body(`{"at":"${NOW}"}`)], free: 40 });
    expect(outcomeIn(await slot(shop, 'T1', { context }), bug)).toBe('deployed');
    const release = releaseIn(shop);
    expect(release.state).toBe('live');
    expect(release.steps[0]).toMatchObject({ key: 'checklist', state: 'done' });
    const states = release.checklist?.map(({ name, state }) => `${name} ${state}`);
    expect(states).toEqual([
      'backup passed',
      'monitoring not_configured',
      'on_call not_configured',
      'freeze passed',
      'rollback_path passed',
      'dependencies not_configured',
      'disk passed',
      'memory not_configured',
      'incidents not_configured',
      'previous_slot not_configured',
    ]);
    expect(release.checklist?.find(({ name }) => name === 'backup')?.value).toBe(
      '1 h old, has to be at most 1 d',
    );
  });

  test('may have needed a second look', async () => {
    const { shop, bug } = await shopWith(BACKUP);
    const none: HttpAnswer = { kind: 'none', reason: 'no answer' };
    const context = looking(shop, { answers: [none, body(`{"at":"${NOW}"}`)] });
    expect(outcomeIn(await slot(shop, 'T1', { context }), bug)).toBe('deployed');
  });
});

describe('a checklist that is not', () => {
  test('stops the slot before anything changed, names the item, and is kept', async () => {
    const { shop, bug } = await shopWith(BACKUP, DISK);
    const before = shop.git.branches.get('uat');
    const context = looking(shop, { answers: [body('{"at":"2026-11-18T00:00:00Z"}')], free: 40 });
    expect(outcomeIn(await slot(shop, 'T1', { context }), bug)).toBe('failed checklist_failed');
    expect(shop.git.branches.get('uat')).toBe(before);
    expect(shop.deploys).toEqual([]);
    expect(shop.world.deployments).toEqual([]);
    expect(bugIn(shop, bug)).toMatchObject({ status: 'planned', hold: { reason: 'checklist_failed' } });
    expect(answersOn(shop, bug).at(-1)).toContain('before anything was changed. **backup**: 2 d 12 h old');
    expect(releaseIn(shop)).toMatchObject({
      state: 'failed',
      reason: 'checklist_failed',
      deployer: { attempt: 1 },
      steps: [{ key: 'checklist', state: 'failed' }],
    });
    expect(releaseIn(shop).checklist?.find(({ name }) => name === 'disk')?.state).toBe('passed');
  });

  test('is one whose item nobody can tell', async () => {
    const { shop, bug } = await shopWith(DISK);
    expect(outcomeIn(await slot(shop, 'T1', { context: looking(shop) }), bug)).toBe(
      'failed checklist_failed',
    );
    expect(answersOn(shop, bug).at(-1)).toContain('**disk** is unknown: the query gives no series');
  });

  test('is asked again by a retry', async () => {
    const { shop, bug } = await shopWith(DISK);
    await slot(shop, 'T1', { context: looking(shop, { free: 5 }) });
    await say(shop, { issue: bug, body: '/retry' });
    expect(outcomeIn(await slot(shop, 'T1', { context: looking(shop, { free: 50 }) }), bug)).toBe('deployed');
  });
});

describe('a checklist that asks for somebody on call', () => {
  const ON_CALL: ChecklistItem = { name: 'on_call', probe: { kind: 'on_call' } };

  test('is passed by a responder who said so on the day', async () => {
    const { shop, bug } = await shopWith(ON_CALL);
    await say(shop, { issue: bug, by: 'max', body: '/oncall' });
    expect(answersOn(shop, bug).at(-1)).toContain('You are on call for the slots of **2026-11-20**');
    expect(outcomeIn(await slot(shop, 'T1'), bug)).toBe('deployed');
    expect(releaseIn(shop).checklist?.find(({ name }) => name === 'on_call')?.value).toMatch(
      /^max, Fri 2026-11-20/u,
    );
  });

  test('is not passed by somebody without the role, nor by nobody', async () => {
    const { shop, bug } = await shopWith(ON_CALL);
    await say(shop, { issue: bug, by: 'rea', body: '/oncall' });
    expect(outcomeIn(await slot(shop, 'T1'), bug)).toBe('failed checklist_failed');
    expect(answersOn(shop, bug).at(-1)).toContain('**on call**: nobody has said /oncall on 2026');
  });
});

test('a checklist that asks for incidents is stopped by an open issue with the label, and by no closed one', async () => {
  const { shop, bug } = await shopWith({
    name: 'incidents',
    probe: { kind: 'no_open_issue', label: 'incident' },
  });
  const number = shop.people.openIssue({ by: 'wes', labels: ['incident'] });
  expect(outcomeIn(await slot(shop, 'T1'), bug)).toBe('failed checklist_failed');
  expect(answersOn(shop, bug).at(-1)).toMatch(new RegExp(`open with incident: &#35;\u200B?.*${number}`, 'u'));
});

test('a checklist that a run before has passed is not gone through again', async () => {
  const { shop } = await shopWith(DISK);
  const slotId = await planAt(shop, 'T1');
  const dying = looking(shop, { free: 40 });
  const died = runStage(
    { ...dying, deployer: { run: () => Promise.reject(new Error('the runner died')) } },
    { slotId, environment: 'uat', run: aRun('T1') },
  );
  await expect(died).rejects.toThrow('the runner died');
  const again = await runStage(looking(shop, { free: 1 }), { slotId, environment: 'uat', run: aRun('T1') });
  expect(again).toMatchObject({ kind: 'ran', ok: true });
  expect(releaseIn(shop).steps[0]).toMatchObject({ key: 'checklist', detail: 'passed in the run before' });
});
