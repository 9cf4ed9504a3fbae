import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { withoutCredentials } from '../../../src/adapters/git/failure.ts';
import { createGitRepository } from '../../../src/adapters/git/repository.ts';
import { createOrigin, numbered, PICK_TIME_MS, type Origin } from '../../support/git-origin.ts';
import { serveOverHttp, type HttpRemote } from '../../support/git-http.ts';

let origin: Origin;

beforeEach(() => {
  origin = createOrigin();
});

afterEach(() => {
  origin.dispose();
});

/** The objects of a type that a store holds, without fetching any. */
function objectsIn(directory: string, type: string): readonly string[] {
  const listing = execFileSync(
    'git',
    ['-C', directory, 'cat-file', '--batch-check=%(objecttype) %(objectname)', '--batch-all-objects'],
    { encoding: 'utf8' },
  );
  return listing
    .split('\n')
    .filter((line) => line.startsWith(type))
    .map((line) => line.split(' ')[1] ?? '');
}

/** Names of the remote commands in a log. */
function remoteCommands(log: readonly string[]): readonly string[] {
  return log.filter((line) => /^git (?:fetch|push)/u.test(line));
}

describe('a fetch', () => {
  it('gives the tips of branches, and null for those that are not there or cannot be', async () => {
    const tip = origin.commit({ a: 'a\n' });
    origin.publish();
    const tips = await origin
      .open()
      .fetch({ branches: ['main', 'none', '--upload-pack=x', 'a:b', '../x', '*'], history: 'none' });
    expect(Object.fromEntries(tips)).toEqual({
      main: tip,
      none: null,
      '--upload-pack=x': null,
      'a:b': null,
      '../x': null,
      '*': null,
    });
  });

  it('gives the tips also where git has packed the refs of the store', async () => {
    const tip = origin.commit({ a: 'a\n' });
    origin.publish();
    const directory = join(origin.folder, 'store');
    const ask = () => origin.open({ directory }).fetch({ branches: ['main'], history: 'none' });
    await ask();
    execFileSync('git', ['-C', directory, 'pack-refs', '--all', '--prune']);
    expect(await ask()).toEqual(new Map([['main', tip]]));
  });

  it('for picks brings the named commits and their parents, no others, and no contents', async () => {
    for (let count = 0; count < 6; count += 1) origin.commit({ a: `${count}\n` });
    const fix = origin.git('rev-parse', 'main~2');
    origin.publish();
    const directory = join(origin.folder, 'store');
    const log: string[] = [];

    await origin.open({ directory, log: (line) => log.push(line) }).fetch({
      branches: ['main'],
      commits: [fix],
      history: 'none',
    });

    expect(objectsIn(directory, 'commit')).toHaveLength(4);
    expect(objectsIn(directory, 'blob')).toEqual([]);
    expect(remoteCommands(log)).toHaveLength(1);
  });

  it('for parity brings all commits and no contents, also where there were only some before', async () => {
    for (let count = 0; count < 6; count += 1) origin.commit({ a: `${count}\n` });
    origin.publish();
    const directory = join(origin.folder, 'store');
    const repository = origin.open({ directory });

    await repository.fetch({ branches: ['main'], history: 'none' });
    expect(objectsIn(directory, 'commit')).toHaveLength(2);
    await repository.fetch({ branches: ['main'], history: 'full' });

    expect(objectsIn(directory, 'commit')).toHaveLength(6);
    expect(objectsIn(directory, 'blob')).toEqual([]);
    expect(existsSync(join(directory, 'shallow'))).toBe(false);
  });

  it('for picks does not cut off the history that is there already', async () => {
    const first = origin.commit({ a: '0\n' });
    for (let count = 1; count < 6; count += 1) origin.commit({ a: `${count}\n` });
    origin.publish();
    const directory = join(origin.folder, 'store');
    await origin.open({ directory }).fetch({ branches: ['main'], history: 'full' });
    const tip = origin.commit({ a: 'more\n' });
    origin.publish();

    const repository = origin.open({ directory });
    const tips = await repository.fetch({ branches: ['main'], history: 'none' });

    expect(tips.get('main')).toBe(tip);
    expect(existsSync(join(directory, 'shallow'))).toBe(false);
    expect(await repository.isAncestor(first, tip)).toBe(true);
    expect(objectsIn(directory, 'commit')).toHaveLength(7);
  });

  it('of what is there already asks nobody', async () => {
    const fix = origin.commit({ a: 'a\n' });
    origin.publish();
    const directory = join(origin.folder, 'store');
    await origin.open({ directory }).fetch({ branches: [], commits: [fix], history: 'full' });
    const log: string[] = [];
    const again = origin.open({ directory, log: (line) => log.push(line) });
    await again.fetch({ branches: [], commits: [fix], history: 'none' });
    expect(remoteCommands(log)).toEqual([]);
  });

  it('follows a branch that was set back, and one whose name became a folder', async () => {
    const first = origin.commit({ a: 'a\n' });
    origin.commit({ a: 'b\n' });
    origin.on('topic', 'main');
    origin.publish();
    const repository = origin.open();
    await repository.fetch({ branches: ['main', 'topic'], history: 'full' });
    origin.on('main');
    origin.git('reset', '-q', '--hard', first);
    origin.git('branch', '-D', 'topic');
    origin.git('branch', 'topic/deeper');
    origin.publish();

    const tips = await repository.fetch({ branches: ['main', 'topic', 'topic/deeper'], history: 'full' });

    expect(Object.fromEntries(tips)).toEqual({ main: first, topic: null, 'topic/deeper': first });
  });

  it('of a commit that nobody has is a lasting failure', async () => {
    origin.commit({ a: 'a\n' });
    origin.publish();
    await expect(
      origin.open().fetch({ branches: [], commits: ['1'.repeat(40)], history: 'none' }),
    ).rejects.toMatchObject({ name: 'GitFailure', retryable: false });
  });

  it('from a remote that is not there is a failure', async () => {
    const repository = origin.open({ url: join(origin.folder, 'nowhere.git') });
    await expect(repository.fetch({ branches: ['main'], history: 'none' })).rejects.toMatchObject({
      name: 'GitFailure',
      operation: 'fetch',
    });
  });

  it('can run twice at once in one process', async () => {
    for (let count = 0; count < 6; count += 1) origin.commit({ a: `${count}\n` });
    origin.publish();
    const repository = origin.open();
    const both = await Promise.all([
      repository.fetch({ branches: ['main'], history: 'none' }),
      repository.fetch({ branches: ['main'], history: 'full' }),
      repository.isAncestor(origin.git('rev-parse', 'main~5'), origin.git('rev-parse', 'main')),
    ]);
    expect(both[2]).toBe(true);
  });
});

describe('fifty files to pick', () => {
  it('cost one remote command for the commits and one for the contents', async () => {
    const files = Object.fromEntries(Array.from({ length: 50 }, (_, index) => [`f${index}`, numbered(30)]));
    origin.commit(files);
    origin.on('uat', 'main');
    origin.commit(
      Object.fromEntries(Object.keys(files).map((path) => [path, numbered(30, { 28: 'target' })])),
    );
    origin.on('main');
    const fix = origin.commit(
      Object.fromEntries(Object.keys(files).map((path) => [path, numbered(30, { 2: path })])),
    );
    origin.publish();
    const log: string[] = [];
    const repository = origin.open({ log: (line) => log.push(line) });

    await repository.fetch({ branches: ['uat'], commits: [fix], history: 'none' });
    const { tip } = await repository.stack({
      onto: origin.git('rev-parse', 'uat'),
      changes: [{ kind: 'pick', key: 'fix', commits: [fix], trailers: [] }],
      nowMs: PICK_TIME_MS,
      checkDependencies: true,
      refuseWorkflowFiles: true,
    });
    await repository.push([{ ref: 'refs/heads/uat', expected: origin.git('rev-parse', 'uat'), target: tip }]);

    expect(remoteCommands(log).map((line) => line.split(' ')[1])).toEqual(['fetch', 'fetch', 'push']);
  });
});

describe('the words of git', () => {
  it('are passed on without credentials, however they are written', () => {
    const secret = 'ghs_very.secret-token';
    const header = `Basic ${Buffer.from(`x-access-token:${secret}`).toString('base64')}`;
    const words = [
      `fatal: unable to access 'https://x-access-token:${secret}@github.com/a/b.git/'`,
      `http.extraHeader: AUTHORIZATION: ${header}`,
      `remote: bad token ${secret}`,
      header.slice('Basic '.length),
    ].join('\n');

    const clean = withoutCredentials(words, header);

    expect(clean).not.toContain('secret');
    expect(clean).not.toContain(header.slice('Basic '.length));
    expect(clean).toContain('@github.com/a/b.git');
  });
});

describe('over HTTP', () => {
  const SECRET = 'ghs_very.secret-token';
  const authorization = `Basic ${Buffer.from(`x-access-token:${SECRET}`).toString('base64')}`;
  let remote: HttpRemote;

  async function serve(options: { readonly oldServer: boolean }): Promise<void> {
    remote = await serveOverHttp(origin.url, { authorization, ...options });
  }

  afterEach(() => remote.close());

  function open(directory: string, header: string | null, log: string[] = []) {
    return createGitRepository({
      directory,
      url: remote.url,
      authorization: () => Promise.resolve(header),
      identity: { name: 'Tonic Deploy', email: 'tonic@example.com' },
      log: (line) => log.push(line),
    });
  }

  it.each([{ oldServer: false }, { oldServer: true }])(
    'fetches, picks and pushes, also with a server that gives nothing but whole branches ($oldServer)',
    async (options) => {
      origin.commit({ a: numbered(30) });
      origin.on('uat', 'main');
      const uat = origin.commit({ a: numbered(30, { 28: 'target' }) });
      origin.on('main');
      const fix = origin.commit({ a: numbered(30, { 2: 'fix' }) });
      origin.commit({ b: 'later\n' });
      origin.publish();
      await serve(options);
      const directory = join(origin.folder, 'store');
      const log: string[] = [];
      const repository = open(directory, authorization, log);

      const tips = await repository.fetch({ branches: ['uat', 'none'], commits: [fix], history: 'none' });
      const { tip } = await repository.stack({
        onto: uat,
        changes: [{ kind: 'pick', key: 'fix', commits: [fix], trailers: [] }],
        nowMs: PICK_TIME_MS,
        checkDependencies: true,
        refuseWorkflowFiles: true,
      });
      const pushed = await repository.push([{ ref: 'refs/heads/uat', expected: uat, target: tip }]);

      expect(Object.fromEntries(tips)).toEqual({ uat, none: null });
      expect(pushed).toEqual({ kind: 'pushed' });
      expect(origin.remote('refs/heads/uat')).toBe(origin.cherryPick(uat, [fix]));
      expect(everythingUnder(directory)).not.toContain(SECRET);
      expect(everythingUnder(directory)).not.toContain(authorization);
      expect(log.join('\n')).not.toContain('ghs_');
    },
  );

  it('without being let in says so, and never the credentials', async () => {
    const uat = origin.commit({ a: 'a\n' });
    origin.publish();
    await serve({ oldServer: false });
    const wrong = `Basic ${Buffer.from('x-access-token:ghs_wrong.token').toString('base64')}`;
    const repository = open(join(origin.folder, 'store'), wrong);

    const fetched = repository.fetch({ branches: ['main'], history: 'none' });
    const failure: unknown = await fetched.catch((cause: unknown) => cause);
    expect(failure).toMatchObject({ name: 'GitFailure', operation: 'fetch', retryable: false });
    expect(String(failure)).not.toContain('ghs_');
    expect(String(failure)).not.toContain(wrong);

    const local = open(join(origin.folder, 'other'), authorization);
    await local.fetch({ branches: ['main'], history: 'none' });
    const result = await open(join(origin.folder, 'other'), null).push([
      { ref: 'refs/heads/new', expected: null, target: uat },
    ]);
    expect(result).toMatchObject({ kind: 'refused', rule: 'authentication' });
  });

  it('a server in trouble is worth another try', async () => {
    origin.commit({ a: 'a\n' });
    origin.publish();
    await serve({ oldServer: false });
    remote.failWith(503);
    await expect(
      open(join(origin.folder, 'store'), authorization).fetch({ branches: ['main'], history: 'none' }),
    ).rejects.toMatchObject({ name: 'GitFailure', retryable: true });
  });
});

function everythingUnder(directory: string): string {
  return readdirSync(directory, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => readFileSync(join(entry.parentPath, entry.name), 'latin1'))
    .join('\n');
}
