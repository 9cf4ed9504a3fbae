import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { execSync } from 'node:child_process';
import { createOrigin, numbered, type Origin } from '../../support/git-origin.ts';

let origin: Origin;

beforeEach(() => {
  origin = createOrigin();
});

afterEach(() => {
  origin.dispose();
});

function patchIdOf(from: string, to: string): string {
  const diff = `git -C ${origin.folder}/work diff-tree -p --full-index ${from} ${to}`;
  return execSync(`${diff} | git patch-id --stable`, { encoding: 'utf8' }).split(' ')[0] ?? '';
}

/** A pull request of two commits against `main`, which went on since. */
function pullRequest() {
  origin.commit({ a: numbered(40), b: 'b\n' });
  origin.on('fix', 'main');
  const one = origin.commit({ a: numbered(40, { 3: 'one' }) }, { message: 'One\n' });
  const two = origin.commit({ 'sub/new': 'two\n' }, { message: 'Two\n\nwith a body\n' });
  origin.on('main');
  const base = origin.commit({ b: 'went on\n' });
  return { one, two, base };
}

describe('a merged fix', () => {
  it('is one commit when it was merged by a merge commit', async () => {
    const { one, two, base } = pullRequest();
    const mergeCommit = origin.merge('fix', 'Merge pull request #1');
    origin.publish();

    const fix = await origin.open().describeFix({ kind: 'merged', mergeCommit, pullCommits: [one, two] });

    expect(fix).toEqual({
      commits: [
        {
          oid: mergeCommit,
          title: 'Merge pull request #1',
          authorName: 'Ada Author',
          patchId: patchIdOf(base, mergeCommit),
          inner: [
            { oid: one, patchId: patchIdOf(`${one}^`, one) },
            { oid: two, patchId: patchIdOf(`${two}^`, two) },
          ],
        },
      ],
      patchId: patchIdOf(base, mergeCommit),
      files: ['a', 'sub/new'],
    });
  });

  it('is one commit when it was squashed', async () => {
    const { one, two, base } = pullRequest();
    origin.git('merge', '-q', '--squash', 'fix');
    const mergeCommit = origin.commit({}, { message: 'Fix (#1)\n' });
    origin.publish();

    const fix = await origin.open().describeFix({ kind: 'merged', mergeCommit, pullCommits: [one, two] });

    expect(fix.commits).toMatchObject([{ oid: mergeCommit, title: 'Fix (#1)', inner: [] }]);
    expect(fix.patchId).toBe(patchIdOf(base, mergeCommit));
  });

  it('is all its commits when it was rebased', async () => {
    const { one, two, base } = pullRequest();
    const mergeCommit = origin.cherryPickPlainly(base, [one, two]);
    origin.publish();

    const fix = await origin.open().describeFix({ kind: 'merged', mergeCommit, pullCommits: [one, two] });

    expect(fix.commits.map(({ title }) => title)).toEqual(['One', 'Two']);
    expect(fix.commits.at(-1)?.oid).toBe(mergeCommit);
    expect(fix.patchId).toBe(patchIdOf(base, mergeCommit));
    expect(fix.files).toEqual(['a', 'sub/new']);
  });

  it('is all its commits also where the rebase met other surroundings', async () => {
    const { one, two } = pullRequest();
    const base = origin.commit({ a: numbered(40, { 5: 'near the fix' }) });
    const mergeCommit = origin.cherryPickPlainly(base, [one, two]);
    origin.publish();

    const fix = await origin.open().describeFix({ kind: 'merged', mergeCommit, pullCommits: [one, two] });

    expect(fix.commits.map(({ title }) => title)).toEqual(['One', 'Two']);
  });

  it('does not take a commit before it for a part of it', async () => {
    origin.commit({ a: 'a\n' });
    origin.on('fix', 'main');
    const empty = origin.commit({}, { message: 'Nothing\n' });
    const real = origin.commit({ a: 'fix\n' });
    origin.on('main');
    const before = origin.commit({ b: 'somebody else\n' });
    origin.git('merge', '-q', '--squash', 'fix');
    const mergeCommit = origin.commit({}, { message: 'Fix (#1)\n' });
    origin.publish();

    const fix = await origin.open().describeFix({ kind: 'merged', mergeCommit, pullCommits: [empty, real] });

    expect(fix.commits.map(({ oid }) => oid)).toEqual([mergeCommit]);
    expect(fix.patchId).toBe(patchIdOf(before, mergeCommit));
  });

  it('names a renamed file twice and has an id for a binary file that depends on its content', async () => {
    origin.commit({ old: numbered(30), 'x.bin': Buffer.from([0, 1]) });
    const first = origin.commit({ old: null, new: numbered(30), 'x.bin': Buffer.from([0, 2]) });
    origin.on('other', 'main~1');
    const second = origin.commit({ old: null, new: numbered(30), 'x.bin': Buffer.from([0, 3]) });
    origin.publish();
    const repository = origin.open();

    const one = await repository.describeFix({ kind: 'merged', mergeCommit: first, pullCommits: [first] });
    const two = await repository.describeFix({ kind: 'merged', mergeCommit: second, pullCommits: [second] });

    expect(one.files).toEqual(['new', 'old', 'x.bin']);
    expect(one.patchId).not.toBe(two.patchId);
    expect(one.patchId).toBe(patchIdOf(`${first}^`, first));
  });

  it('has the same patch id wherever it lies', async () => {
    const { one, two } = pullRequest();
    const mergeCommit = origin.merge('fix');
    origin.on('uat', 'main~2');
    origin.git('merge', '-q', '--squash', 'fix');
    const squash = origin.commit({}, { message: 'Fix\n' });
    origin.publish();
    const repository = origin.open();
    const pullCommits = [one, two];

    const merged = await repository.describeFix({ kind: 'merged', mergeCommit, pullCommits });
    const squashed = await repository.describeFix({ kind: 'merged', mergeCommit: squash, pullCommits });

    expect(merged.patchId).toBe(squashed.patchId);
  });
});

describe('a proposed fix', () => {
  it('is what its head has and its base lacks, without merges from the base', async () => {
    const { one, two, base } = pullRequest();
    origin.on('fix');
    origin.merge('main', 'Merge main into fix');
    const three = origin.commit({ c: 'three\n' });
    origin.publish();

    const fix = await origin.open().describeFix({ kind: 'proposed', base, head: three });

    expect(fix.commits.map(({ oid }) => oid)).toEqual([one, two, three]);
    expect(fix.files).toEqual(['a', 'c', 'sub/new']);
    expect(fix.patchId).toBe(patchIdOf(base, three));
  });

  it('that changes nothing has no commits and no patch id', async () => {
    const base = origin.commit({ a: 'a\n' });
    origin.publish();
    expect(await origin.open().describeFix({ kind: 'proposed', base, head: base })).toEqual({
      commits: [],
      patchId: null,
      files: [],
    });
  });
});

describe('what commits are', () => {
  it('is worked out once, in few processes for a fix of one commit', async () => {
    const base = origin.commit({ a: 'x\n' });
    origin.on('fix', 'main');
    const head = origin.commit({ b: 'y\n' });
    origin.publish();
    const processes: string[] = [];
    const repository = origin.open({ log: (line) => processes.push(line) });
    const ask = () =>
      Promise.all([
        repository.describeFix({ kind: 'proposed', base, head }),
        repository.diverge(base, head),
        repository.treeOf(head),
        repository.isAncestor(base, head),
      ]);

    const first = await ask();
    const used = processes.length;
    expect(await ask()).toEqual(first);
    expect(processes).toHaveLength(used);
    expect(processes.filter((line) => /^git (?:diff-tree|patch-id)/u.test(line)).length).toBeLessThanOrEqual(
      5,
    );
  });
});
