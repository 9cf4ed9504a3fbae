import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Divergence } from '../../../src/ports/repository.ts';
import { createOrigin, numbered, type Origin } from '../../support/git-origin.ts';

let origin: Origin;

beforeEach(() => {
  origin = createOrigin();
  origin.commit({ a: numbered(40), b: 'b\n' });
  origin.git('branch', 'prod');
  origin.git('branch', 'uat');
});

afterEach(() => {
  origin.dispose();
});

async function diverge(alsoReadPaths: readonly string[] = [], log: string[] = []): Promise<Divergence> {
  origin.publish();
  const repository = origin.open({ log: (line) => log.push(line) });
  return repository.diverge(origin.git('rev-parse', 'uat'), origin.git('rev-parse', 'prod'), alsoReadPaths);
}

function titles({ leftOnly, rightOnly }: Divergence) {
  return { left: leftOnly.map(({ title }) => title), right: rightOnly.map(({ title }) => title) };
}

describe('the divergence of two branches', () => {
  it('of the same commit is nothing', async () => {
    const commit = origin.git('rev-parse', 'uat');
    expect(await diverge()).toEqual({
      left: commit,
      right: commit,
      mergeBase: commit,
      sameTree: true,
      leftOnly: [],
      rightOnly: [],
    });
  });

  it('lists what each has along its first parents, oldest first', async () => {
    origin.on('uat');
    origin.commit({ c: 'c\n' }, { message: 'First\n' });
    origin.on('feature', 'uat');
    const inner = origin.commit({ d: 'd\n' }, { message: 'Inner\n' });
    origin.on('uat');
    origin.merge('feature', 'Merge it');
    origin.on('prod');
    origin.commit({ e: 'e\n' }, { message: 'Hotfix\n' });

    const result = await diverge();

    expect(titles(result)).toEqual({ left: ['First', 'Merge it'], right: ['Hotfix'] });
    expect(result.leftOnly[1]?.inner.map(({ oid }) => oid)).toEqual([inner]);
    expect(result.sameTree).toBe(false);
  });

  it('gives a picked commit the patch id of its source', async () => {
    origin.on('uat');
    const fix = origin.commit({ a: numbered(40, { 3: 'fix' }) });
    origin.on('prod');
    origin.commit({ a: numbered(40, { 30: 'prod' }) });
    origin.cherryPickHere(fix);

    const { leftOnly, rightOnly } = await diverge();

    expect(leftOnly[0]?.patchId).toMatch(/^[0-9a-f]{40}$/u);
    expect(rightOnly[1]?.patchId).toBe(leftOnly[0]?.patchId);
    expect(rightOnly[0]?.patchId).not.toBe(leftOnly[0]?.patchId);
  });

  it('gives a merge and its squashed copy one patch id', async () => {
    origin.on('feature', 'uat');
    origin.commit({ a: numbered(40, { 3: 'one' }) });
    origin.commit({ c: 'two\n' });
    origin.on('uat');
    origin.merge('feature');
    origin.on('prod');
    origin.git('merge', '-q', '--squash', 'feature');
    origin.commit({}, { message: 'Squashed\n' });

    const result = await diverge();

    expect(result.sameTree).toBe(true);
    expect(result.leftOnly[0]?.patchId).toBe(result.rightOnly[0]?.patchId);
  });

  it('gives the inner commits of a merge the ids of those that were rebased to the other side', async () => {
    origin.on('feature', 'uat');
    const one = origin.commit({ a: numbered(40, { 3: 'one' }) });
    const two = origin.commit({ c: 'two\n' });
    origin.on('uat');
    origin.merge('feature');
    origin.on('prod');
    origin.cherryPickHere(one);
    origin.cherryPickHere(two);

    const { leftOnly, rightOnly } = await diverge();

    expect(leftOnly[0]?.inner.map(({ patchId }) => patchId)).toEqual(rightOnly.map(({ patchId }) => patchId));
  });

  it('reads no content of changes that nothing on the other side can be equal to', async () => {
    origin.on('uat');
    const fix = origin.commit({ c: 'c\n' });
    const log: string[] = [];

    const unread = await diverge([], log);
    const read = await diverge(['c']);

    expect(unread.leftOnly[0]?.patchId).toBe(`unread:${fix}`);
    expect(read.leftOnly[0]?.patchId).toMatch(/^[0-9a-f]{40}$/u);
    expect(log.filter((line) => line.startsWith('git fetch'))).toHaveLength(1);
  });

  it('gives a commit that changes nothing no patch id', async () => {
    origin.on('uat');
    origin.commit({}, { message: 'Nothing\n' });
    expect((await diverge()).leftOnly).toMatchObject([{ title: 'Nothing', patchId: null }]);
  });
});

describe('a merge from the other side', () => {
  it('is no difference when it adds nothing of its own', async () => {
    origin.on('prod');
    origin.commit({ a: numbered(40, { 3: 'hotfix' }) }, { message: 'Hotfix\n' });
    origin.on('uat');
    origin.commit({ a: numbered(40, { 30: 'feature' }) }, { message: 'Feature\n' });
    origin.merge('prod', 'Merge prod into uat');

    expect(titles(await diverge())).toEqual({ left: ['Feature'], right: [] });
  });

  it('is a difference when it adds something of its own', async () => {
    origin.on('prod');
    origin.commit({ a: numbered(40, { 3: 'hotfix' }) });
    origin.on('uat');
    origin.commit({ b: 'feature\n' }, { message: 'Feature\n' });
    origin.merge('prod', 'Evil merge');
    origin.amend({ c: 'smuggled in\n' });

    expect(titles(await diverge()).left).toEqual(['Feature', 'Evil merge']);
  });

  it('is a difference when it drops something of the other side', async () => {
    origin.on('prod');
    origin.commit({ a: numbered(40, { 3: 'hotfix' }) });
    origin.on('uat');
    origin.commit({ b: 'feature\n' }, { message: 'Feature\n' });
    origin.merge('prod', 'Evil merge');
    origin.amend({ a: numbered(40) });

    expect(titles(await diverge()).left).toEqual(['Feature', 'Evil merge']);
  });

  it('is judged with the attributes of the branch', async () => {
    origin.on('uat');
    origin.commit({ '.gitattributes': 'b merge=union\n' });
    origin.git('branch', '-f', 'prod');
    origin.commit({ b: 'b\nfrom uat\n' }, { message: 'Feature\n' });
    origin.on('prod');
    origin.commit({ b: 'b\nfrom prod\n' });
    origin.on('uat');
    origin.merge('prod', 'Merge prod into uat');

    expect(titles(await diverge()).left).toEqual(['Feature']);
  });
});

describe('a merge whose inner commits the other side has', () => {
  it('does not hide behind them what it added itself', async () => {
    origin.on('feature', 'uat');
    const fix = origin.commit({ a: numbered(40, { 3: 'fix' }) });
    origin.on('uat');
    origin.commit({ b: 'went on\n' }, { message: 'Went on\n' });
    origin.merge('feature', 'Honest merge');
    origin.on('other', 'uat');
    const more = origin.commit({ a: numbered(40, { 3: 'fix', 20: 'more' }) });
    origin.on('uat');
    origin.commit({ b: 'went on and on\n' }, { message: 'Went on again\n' });
    origin.merge('other', 'Evil merge');
    origin.amend({ c: 'smuggled in\n' });
    origin.on('prod');
    origin.cherryPickHere(fix);
    origin.cherryPickHere(more);

    const { leftOnly, rightOnly } = await diverge();
    const others = new Set(rightOnly.map(({ patchId }) => patchId));

    const [honest, evil] = leftOnly.filter(({ title }) => title.endsWith('merge'));
    expect(honest?.inner.every(({ patchId }) => others.has(patchId))).toBe(true);
    expect(honest?.inner).toHaveLength(1);
    expect(evil?.inner).toEqual([]);
    expect(others.has(evil?.patchId ?? null)).toBe(false);
  });
});

describe('a long divergence', () => {
  it('takes the same few processes as a short one', async () => {
    const grow = (count: number) => {
      for (let index = 0; index < count; index += 1) {
        origin.on('topic', 'uat');
        origin.commit({ [`f${index % 5}`]: `${count} ${index}\n` });
        origin.on('uat');
        origin.merge('topic');
      }
    };
    origin.on('prod');
    for (let index = 0; index < 5; index += 1) origin.commit({ [`f${index}`]: 'prod\n' });
    grow(2);
    const short: string[] = [];
    await diverge([], short);
    grow(12);
    const long: string[] = [];
    const result = await diverge([], long);

    expect(result.leftOnly).toHaveLength(14);
    expect(long.length).toBe(short.length);
    expect(long.length).toBeLessThanOrEqual(14);
  });
});
