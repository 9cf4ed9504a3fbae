import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Oid, PlannedChange } from '../../../src/ports/repository.ts';
import { createOrigin, numbered, PICK_TIME_MS, type Origin } from '../../support/git-origin.ts';

let origin: Origin;

beforeEach(() => {
  origin = createOrigin();
  origin.commit({ a: numbered(40), b: 'b\n' });
  origin.git('branch', 'prod');
  origin.on('uat', 'main');
});

afterEach(() => {
  origin.dispose();
});

function pick(key: string, ...commits: readonly Oid[]): PlannedChange {
  return { kind: 'pick', key, commits, trailers: [] };
}

/** Picks from `uat` onto `prod`. */
async function stack(changes: readonly PlannedChange[], allowed: readonly Oid[] = []) {
  origin.publish();
  return origin.open().stack({
    onto: origin.git('rev-parse', 'prod'),
    changes,
    allowed,
    nowMs: PICK_TIME_MS,
    checkDependencies: true,
    refuseWorkflowFiles: false,
  });
}

/** A file with line 20 as given, and one more line after it. */
function withLineAfter20(line: string, replaced: Readonly<Record<number, string>> = {}): string {
  return numbered(40, { ...replaced, 20: `${replaced[20] ?? 'line 20'}\n${line}` });
}

describe('the prerequisites of a conflict', () => {
  it('are the commit that wrote the lines, tried', async () => {
    const first = origin.commit({ a: numbered(40, { 20: 'first' }) }, { message: 'First\n' });
    origin.commit({ b: 'unrelated\n' });
    const second = origin.commit({ a: numbered(40, { 20: 'second' }) });

    expect((await stack([pick('fix', second)])).outcomes[0]).toMatchObject({
      kind: 'conflict',
      prerequisites: [{ oid: first, title: 'First', files: ['a'], evidence: 'applies_with_it' }],
    });
  });

  it('are all of a chain, oldest first, and nothing that is not needed', async () => {
    const one = origin.commit({ a: numbered(40, { 20: 'one' }) });
    const two = origin.commit({ a: numbered(40, { 20: 'two' }) });
    origin.commit({ a: numbered(40, { 20: 'two', 23: 'near, but not needed' }) });
    const three = origin.commit({ a: numbered(40, { 20: 'three', 23: 'near, but not needed' }) });

    const [outcome] = (await stack([pick('fix', three)])).outcomes;

    expect(outcome?.kind === 'conflict' && outcome.prerequisites.map(({ oid }) => oid)).toEqual([one, two]);
  });

  it('are the merge that brought a file which the branch does not have', async () => {
    origin.on('feature', 'uat');
    origin.commit({ new: numbered(20) });
    origin.commit({ new: numbered(20, { 2: 'more' }) });
    origin.on('uat');
    const merge = origin.merge('feature');
    const fix = origin.commit({ new: numbered(20, { 2: 'more', 10: 'fix' }) });

    expect((await stack([pick('fix', fix)])).outcomes[0]).toMatchObject({
      kind: 'conflict',
      files: [{ path: 'new', type: 'modify/delete' }],
      prerequisites: [{ oid: merge, evidence: 'applies_with_it' }],
    });
  });

  it('are none where the branch itself went another way', async () => {
    origin.on('prod');
    origin.commit({ a: numbered(40, { 20: 'prod' }) });
    origin.on('uat');
    origin.commit({ a: numbered(40, { 35: 'far away' }) });
    const fix = origin.commit({ a: numbered(40, { 20: 'fix', 35: 'far away' }) });

    expect((await stack([pick('fix', fix)])).outcomes[0]).toMatchObject({
      kind: 'conflict',
      prerequisites: [],
    });
  });

  it('are those who wrote the lines where trying did not help', async () => {
    origin.on('prod');
    origin.commit({ a: numbered(40, { 20: 'prod' }) });
    origin.on('uat');
    const writer = origin.commit({ a: numbered(40, { 20: 'uat' }) });
    const fix = origin.commit({ a: numbered(40, { 20: 'fix' }) });

    expect((await stack([pick('fix', fix)])).outcomes[0]).toMatchObject({
      kind: 'conflict',
      prerequisites: [{ oid: writer, evidence: 'wrote_the_lines' }],
    });
  });

  it('are never commits of the same change', async () => {
    origin.on('prod');
    origin.commit({ a: numbered(40, { 25: 'prod' }) });
    origin.on('uat');
    const one = origin.commit({ a: numbered(40, { 20: 'one' }) });
    const two = origin.commit({ a: numbered(40, { 20: 'two', 25: 'fix' }) });
    const [outcome] = (await stack([pick('fix', one, two)])).outcomes;
    expect(outcome).toMatchObject({ kind: 'conflict', source: two, prerequisites: [] });
  });

  it('are no longer missing when they are picked before', async () => {
    const first = origin.commit({ a: numbered(40, { 20: 'first' }) });
    const second = origin.commit({ a: numbered(40, { 20: 'second' }) });
    const result = await stack([pick('one', first), pick('two', second)]);
    expect(result.outcomes.map(({ kind }) => kind)).toEqual(['applied', 'applied']);
  });
});

describe('a clean pick', () => {
  it('waits for the commit whose lines it takes back, when the branch never had them', async () => {
    const writer = origin.commit({ a: withLineAfter20('log the password') }, { message: 'Log more\n' });
    const fix = origin.commit({ a: numbered(40, { 3: 'fix' }) });

    const result = await stack([pick('fix', fix)]);

    expect(origin.cherryPick('prod', [fix])).not.toBeNull();
    expect(result.outcomes).toEqual([
      {
        kind: 'depends',
        key: 'fix',
        prerequisites: [{ oid: writer, title: 'Log more', files: ['a'], evidence: 'wrote_the_lines' }],
      },
    ]);
    expect(result.tip).toBe(origin.git('rev-parse', 'prod'));
  });

  it('does not wait for a commit that is counted on', async () => {
    const writer = origin.commit({ a: withLineAfter20('log the password') });
    const fix = origin.commit({ a: numbered(40, { 3: 'fix' }) });

    expect((await stack([pick('fix', fix)], [writer])).outcomes).toMatchObject([{ kind: 'applied' }]);
  });

  it('waits after all when the commit that was counted on had to be left out', async () => {
    origin.on('prod');
    origin.commit({ b: 'prod\n' });
    origin.on('uat');
    const writer = origin.commit({ a: withLineAfter20('log the password'), b: 'conflicts\n' });
    const fix = origin.commit({ a: numbered(40, { 3: 'fix' }) });

    const result = await stack([pick('writer', writer), pick('fix', fix)], [writer, fix]);

    expect(result.outcomes).toMatchObject([
      { kind: 'conflict' },
      { kind: 'depends', prerequisites: [{ oid: writer }] },
    ]);
  });

  it('does not wait for a commit of its own', async () => {
    const one = origin.commit({ a: withLineAfter20('a first try') });
    const two = origin.commit({ a: numbered(40, { 3: 'fix' }) });
    expect((await stack([pick('fix', one, two)])).outcomes).toMatchObject([{ kind: 'applied' }]);
  });

  it('does not wait for a commit that the branch has as a copy and took back', async () => {
    const writer = origin.commit({ a: withLineAfter20('log the password') });
    const fix = origin.commit({ a: numbered(40, { 3: 'fix' }) });
    origin.on('prod');
    origin.cherryPickHere(writer);
    origin.commit({ a: numbered(40) }, { message: 'Take it back\n' });

    expect((await stack([pick('fix', fix)])).outcomes).toMatchObject([{ kind: 'applied' }]);
  });

  it('does not wait for those who wrote lines that the branch has by another way', async () => {
    origin.commit({ a: withLineAfter20('the same words') });
    const fix = origin.commit({ a: numbered(40, { 3: 'fix' }) });
    origin.on('prod');
    origin.commit({ a: withLineAfter20('the same words'), b: 'and more in one commit\n' });

    expect((await stack([pick('fix', fix)])).outcomes).toMatchObject([{ kind: 'applied' }]);
  });

  it('does not wait for its neighbours', async () => {
    origin.commit({ a: numbered(40, { 16: 'neighbour' }) });
    const fix = origin.commit({ a: withLineAfter20('put in', { 16: 'neighbour', 22: 'changed' }) });
    const result = await stack([pick('fix', fix)]);
    expect(result.outcomes).toMatchObject([{ kind: 'applied' }]);
    expect(result.tip).toBe(origin.cherryPick('prod', [fix]));
  });

  it('follows a file that the branch has under another name', async () => {
    origin.on('prod');
    origin.commit({ a: null, renamed: numbered(40) });
    origin.on('uat');
    origin.commit({ a: numbered(40, { 35: 'far away' }) });
    const fix = origin.commit({ a: numbered(40, { 3: 'fix', 35: 'far away' }) });
    expect((await stack([pick('fix', fix)])).outcomes).toMatchObject([{ kind: 'applied' }]);
  });
});
