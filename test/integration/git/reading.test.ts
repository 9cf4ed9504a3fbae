import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createOrigin, numbered, type Origin } from '../../support/git-origin.ts';

let origin: Origin;

beforeEach(() => {
  origin = createOrigin();
});

afterEach(() => {
  origin.dispose();
});

describe('a file', () => {
  it('is read as text, and is null where it is missing, a folder, a link, a submodule, binary or too large', async () => {
    const commit = origin.commit({
      'docs/ü "x".md': 'grüße\n',
      link: { link: 'docs' },
      sub: { submodule: '1'.repeat(40) },
      'x.bin': Buffer.from([65, 0, 66]),
      large: 'x'.repeat(101),
      fits: 'x'.repeat(100),
      empty: '',
      '-rf': 'an option?\n',
      ':(glob)**': 'a pattern?\n',
    });
    origin.publish();
    const repository = origin.open();
    const read = async (path: string) => (await repository.readFiles(commit, [path], 100)).get(path) ?? null;

    expect(await read('docs/ü "x".md')).toBe('grüße\n');
    expect(await read('fits')).toHaveLength(100);
    expect(await read('empty')).toBe('');
    expect(await read('-rf')).toBe('an option?\n');
    expect(await read(':(glob)**')).toBe('a pattern?\n');
    for (const path of [
      'none',
      'docs',
      'docs/',
      'link',
      'sub',
      'x.bin',
      'large',
      '',
      '../x',
      './fits',
      '*',
      '/',
    ]) {
      expect([path, await read(path)]).toEqual([path, null]);
    }
    expect(await repository.listFiles(commit)).toEqual([
      '-rf',
      ':(glob)**',
      'docs/ü "x".md',
      'empty',
      'fits',
      'large',
      'link',
      'x.bin',
    ]);
  });
});

describe('a line', () => {
  it('is traced to who wrote it, and left out where it does not exist', async () => {
    const first = origin.commit({ a: numbered(5) });
    const second = origin.commit(
      { a: numbered(5, { 3: 'changed' }) },
      { message: 'Second\n', author: 'Grace Häuser <grace@example.com>' },
    );
    origin.publish();

    const origins = await origin.open().blame(second, [
      { path: 'a', line: 3 },
      { path: 'a', line: 1 },
      { path: 'a', line: 6 },
      { path: 'a', line: 0 },
      { path: 'none', line: 1 },
      { path: '../a', line: 1 },
    ]);

    expect(origins).toEqual([
      { path: 'a', line: 1, oid: first, title: 'Change a', authorName: 'Ada Author', text: 'line 1' },
      { path: 'a', line: 3, oid: second, title: 'Second', authorName: 'Grace Häuser', text: 'changed' },
    ]);
  });

  it('costs one remote command for the history and one for all versions of the files', async () => {
    for (let count = 1; count < 8; count += 1) origin.commit({ a: numbered(8, { [count]: `by ${count}` }) });
    origin.publish();
    const log: string[] = [];
    const repository = origin.open({ log: (line) => log.push(line) });
    await repository.blame(origin.git('rev-parse', 'main'), [{ path: 'a', line: 8 }]);
    expect(log.filter((line) => line.startsWith('git fetch'))).toHaveLength(2);
  });
});

describe('the log', () => {
  it('names the commits that touch the paths, newest first, without those that are known', async () => {
    const known = origin.commit({ a: 'a\n', b: 'b\n' });
    const one = origin.commit({ a: 'one\n' });
    origin.commit({ b: 'elsewhere\n' });
    const two = origin.commit({ a: 'two\n' });
    origin.publish();
    const repository = origin.open();
    const query = { from: origin.git('rev-parse', 'main'), since: known, paths: ['a'], limit: 10 };

    const found = await repository.log(query);
    expect(found.map(({ oid }) => oid)).toEqual([two, one]);
    expect(found[0]?.patchId).toMatch(/^[0-9a-f]{40}$/u);
    expect((await repository.log({ ...query, limit: 1 })).map(({ oid }) => oid)).toEqual([two]);
    expect(await repository.log({ ...query, paths: ['../a'] })).toEqual([]);
    expect(await repository.log({ ...query, since: null, paths: [] })).toHaveLength(4);
  });
});

describe('the version of a commit', () => {
  it('is the highest version tag that it reaches, and the commit of that tag', async () => {
    const old = origin.commit({ a: '1\n' });
    origin.git('tag', 'v1.9.0');
    const release = origin.commit({ a: '2\n' });
    origin.git('tag', '-a', '-m', 'the release', 'v1.10.0');
    origin.git('tag', 'v1.10.0-rc.2');
    origin.git('tag', 'nightly');
    origin.git('tag', 'v2');
    const tip = origin.commit({ a: '3\n' });
    origin.on('later', 'main');
    origin.commit({ a: '4\n' });
    origin.git('tag', 'v3.0.0');
    origin.publish();
    const repository = origin.open();

    expect(await repository.latestVersionTag(tip)).toEqual({ name: 'v1.10.0', commit: release });
    expect(await repository.latestVersionTag(old)).toEqual({ name: 'v1.9.0', commit: old });
  });

  it('is null where there is none', async () => {
    const commit = origin.commit({ a: '1\n' });
    origin.publish();
    expect(await origin.open().latestVersionTag(commit)).toBeNull();
  });
});

describe('ancestors and trees', () => {
  it('are told for commits that were never fetched', async () => {
    const first = origin.commit({ a: '1\n' });
    const second = origin.commit({ a: '2\n' });
    origin.publish();
    const repository = origin.open();
    expect(await repository.treeOf(second)).toBe(origin.git('rev-parse', `${second}^{tree}`));
    expect(await repository.isAncestor(first, second)).toBe(true);
    expect(await repository.isAncestor(second, first)).toBe(false);
    expect(await repository.isAncestor(second, second)).toBe(true);
  });
});

describe('the files that changed between two commits', () => {
  it('are told from trees, a renamed one under both names', async () => {
    const before = origin.commit({ 'a.txt': 'a\n', 'b/c.txt': 'c\n', same: 'same\n' });
    const after = origin.commit({ 'a.txt': null, 'z.txt': 'a\n', 'b/c.txt': 'changed\n' });
    origin.publish();
    const repository = origin.open();
    expect(await repository.changedFiles(before, after)).toEqual(['a.txt', 'b/c.txt', 'z.txt']);
    expect(await repository.changedFiles(after, after)).toEqual([]);
  });
});
