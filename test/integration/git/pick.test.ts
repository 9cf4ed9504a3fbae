import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Oid, PlannedChange } from '../../../src/ports/repository.ts';
import {
  createOrigin,
  numbered,
  PICK_TIME_MS,
  type FileContent,
  type Origin,
} from '../../support/git-origin.ts';

let origin: Origin;

beforeEach(() => {
  origin = createOrigin();
});

afterEach(() => {
  origin.dispose();
});

function pick(key: string, ...commits: readonly Oid[]): PlannedChange {
  return { kind: 'pick', key, commits, trailers: [] };
}

function merge(head: Oid): PlannedChange {
  return { kind: 'merge', key: 'pull', head, message: 'Merge it' };
}

async function stack(onto: string, changes: readonly PlannedChange[]) {
  origin.publish();
  const repository = origin.open();
  return repository.stack({
    onto: origin.git('rev-parse', onto),
    changes,
    nowMs: PICK_TIME_MS,
    checkDependencies: false,
    refuseWorkflowFiles: false,
  });
}

type Files = Readonly<Record<string, FileContent>>;

/** Base files, what the target branch did since, and the fix: picked by us and by git. */
const CLEAN_CASES: readonly (readonly [
  string,
  { base: Files; target?: Files; fix: Files; message?: string },
])[] = [
  [
    'another hunk of a file changed on the target',
    {
      base: { a: numbered(40) },
      target: { a: numbered(40, { 35: 'target' }) },
      fix: { a: numbered(40, { 3: 'fix' }) },
    },
  ],
  [
    'a new file in a new folder',
    { base: { a: 'a\n' }, target: { b: 'b\n' }, fix: { 'deep/er/new file': 'new\n' } },
  ],
  ['a deleted file', { base: { a: 'a\n', b: 'b\n' }, target: { a: 'x\n' }, fix: { b: null } }],
  [
    'a file renamed on the target',
    {
      base: { 'old.txt': numbered(40) },
      target: { 'old.txt': null, 'moved/new.txt': numbered(40) },
      fix: { 'old.txt': numbered(40, { 20: 'fix' }) },
    },
  ],
  [
    'a file renamed by the fix and edited on the target',
    {
      base: { 'old.txt': numbered(40) },
      target: { 'old.txt': numbered(40, { 20: 'target' }) },
      fix: { 'old.txt': null, 'new.txt': numbered(40) },
    },
  ],
  [
    'an executable bit',
    { base: { run: 'echo\n' }, target: { a: 'a\n' }, fix: { run: { script: 'echo\n' } } },
  ],
  ['a symlink', { base: { a: 'a\n' }, target: { b: 'b\n' }, fix: { link: { link: 'a' } } }],
  [
    'a file that becomes a symlink',
    { base: { a: 'a\n', l: 'text\n' }, target: { b: 'b\n' }, fix: { l: { link: 'a' } } },
  ],
  [
    'a binary file',
    {
      base: { 'x.bin': Buffer.from([0, 1, 2]) },
      target: { a: 'a\n' },
      fix: { 'x.bin': Buffer.from([0, 9, 9, 9]) },
    },
  ],
  [
    'CRLF lines',
    {
      base: { a: numbered(30).replaceAll('\n', '\r\n') },
      target: { a: numbered(30, { 28: 'target' }).replaceAll('\n', '\r\n') },
      fix: { a: numbered(30, { 2: 'fix' }).replaceAll('\n', '\r\n') },
    },
  ],
  [
    'no line end at the end of the file',
    { base: { a: 'one\ntwo' }, target: { b: 'b' }, fix: { a: 'one\ntwo\nthree' } },
  ],
  [
    'a submodule that moves on',
    {
      base: { sub: { submodule: '1'.repeat(40) }, a: 'a\n' },
      target: { a: 'b\n' },
      fix: { sub: { submodule: '2'.repeat(40) } },
    },
  ],
  [
    'a file kept by LFS, of which the object is nowhere',
    {
      base: { '.gitattributes': '*.iso filter=lfs diff=lfs merge=lfs -text\n', 'a.iso': lfsPointer('a') },
      target: { a: 'a\n' },
      fix: { 'a.iso': lfsPointer('b') },
    },
  ],
  [
    'merge=union, in the root and in a folder',
    {
      base: {
        '.gitattributes': 'CHANGES merge=union\n',
        'lib/.gitattributes': 'log merge=union\n',
        CHANGES: 'base\n',
        'lib/log': 'base\n',
      },
      target: { CHANGES: 'base\ntarget\n', 'lib/log': 'base\ntarget\n' },
      fix: { CHANGES: 'base\nfix\n', 'lib/log': 'base\nfix\n' },
    },
  ],
  [
    'attributes that only the target has',
    {
      base: { CHANGES: 'base\n' },
      target: { '.gitattributes': 'CHANGES merge=union\n', CHANGES: 'base\ntarget\n' },
      fix: { CHANGES: 'base\nfix\n' },
    },
  ],
  [
    'file names with line ends, quotes, tabs and umlauts',
    {
      base: { 'a\nb': 'x\n', '"q"\t\\': 'x\n', 'ü ñ': 'x\n', '-rf': 'x\n', ':(top)*': 'x\n' },
      target: { z: 'z\n' },
      fix: { 'a\nb': 'y\n', '"q"\t\\': 'y\n', 'ü ñ': 'y\n', '-rf': 'y\n', ':(top)*': 'y\n' },
    },
  ],
  [
    'a message with a trailer',
    {
      base: { a: 'a\n' },
      target: { b: 'b\n' },
      fix: { a: 'fix\n' },
      message: 'Fix it\n\nBecause.\n\nSigned-off-by: Ada <ada@example.com>\n',
    },
  ],
  [
    'a message with blanks and no line end',
    {
      base: { a: 'a\n' },
      target: { b: 'b\n' },
      fix: { a: 'fix\n' },
      message: '\n  Fix it  \n\n\n\nBecause.\t\n   \nüñ',
    },
  ],
  ['an empty message', { base: { a: 'a\n' }, target: { b: 'b\n' }, fix: { a: 'fix\n' }, message: '' }],
];

function lfsPointer(of: string): string {
  return `version https://git-lfs.github.com/spec/v1\noid sha256:${of.repeat(64)}\nsize 12345\n`;
}

describe('a pick that applies', () => {
  it.each(CLEAN_CASES)(
    'gives the very commit of git cherry-pick -x: %s',
    async (_name, { base, target = {}, fix, message }) => {
      origin.commit(base);
      origin.on('uat', 'main');
      origin.commit(target);
      origin.on('main');
      const source = origin.commit(fix, {
        author: 'Grace Häuser <grace@example.com>',
        ...(message === undefined ? {} : { message }),
      });

      const result = await stack('uat', [pick('fix', source)]);

      expect(result.outcomes.map(({ kind }) => kind)).toEqual(['applied']);
      expect(result.tip).toBe(origin.cherryPick('uat', [source]));
    },
  );

  it('keeps a message and an author of another encoding, as UTF-8', async () => {
    origin.commit({ a: 'a\n' });
    origin.on('uat', 'main');
    origin.commit({ b: 'b\n' });
    origin.on('main');
    const plain = origin.commit({ a: 'fix\n' });
    const raw = origin.git('cat-file', 'commit', plain);
    const latin = Buffer.from(
      raw.replace('\n\n', '\nencoding ISO-8859-1\n\n').replace('Ada', 'Äda') + ' ü\n',
      'latin1',
    );
    const { execFileSync } = await import('node:child_process');
    const source = execFileSync(
      'git',
      ['-C', `${origin.folder}/work`, 'hash-object', '-t', 'commit', '-w', '--stdin'],
      { input: latin, encoding: 'utf8' },
    ).trim();
    origin.git('branch', 'latin', source);

    const result = await stack('uat', [pick('fix', source)]);

    expect(result.tip).toBe(origin.cherryPick('uat', [source]));
  });

  it('takes a merge commit against its first parent', async () => {
    origin.commit({ a: numbered(40), b: 'b\n' });
    origin.on('uat', 'main');
    origin.commit({ a: numbered(40, { 38: 'target' }) });
    origin.on('fix', 'main');
    origin.commit({ a: numbered(40, { 3: 'one' }) });
    origin.commit({ a: numbered(40, { 3: 'one', 9: 'two' }) });
    origin.on('main');
    origin.commit({ b: 'only on main\n' });
    const merged = origin.merge('fix');

    const result = await stack('uat', [pick('fix', merged)]);

    expect(result.tip).toBe(origin.cherryPick('uat', [merged]));
    expect(result.outcomes[0]).toMatchObject({ commits: [{ source: merged }] });
  });

  it('takes the very first commit of a history', async () => {
    const root = origin.commit({ a: 'a\n' });
    origin.git('checkout', '-q', '--orphan', 'uat');
    origin.git('rm', '-q', '-rf', '.');
    origin.commit({ b: 'b\n' });

    const result = await stack('uat', [pick('fix', root)]);

    expect(result.tip).toBe(origin.cherryPick('uat', [root]));
  });

  it('gives every changed commit the patch id of its source', async () => {
    origin.commit({ a: numbered(40) });
    origin.on('uat', 'main');
    origin.commit({ a: numbered(40, { 35: 'target' }) });
    origin.on('main');
    const source = origin.commit({ a: numbered(40, { 3: 'fix' }) });
    const result = await stack('uat', [pick('fix', source)]);
    const [outcome] = result.outcomes;
    if (outcome?.kind !== 'applied') throw new Error('not applied');

    const { execSync } = await import('node:child_process');
    const expected = execSync(`git -C ${origin.folder}/work show ${source} | git patch-id --stable`, {
      encoding: 'utf8',
    });
    expect(outcome.commits[0]?.patchId).toBe(expected.split(' ')[0]);
  });

  it('appends its own trailers to the paragraph that git begins', async () => {
    origin.commit({ a: 'a\n' });
    origin.on('uat', 'main');
    origin.commit({ b: 'b\n' });
    origin.on('main');
    const source = origin.commit({ a: 'fix\n' }, { message: 'Fix\n' });
    origin.publish();
    const repository = origin.open();
    const { tip } = await repository.stack({
      onto: origin.git('rev-parse', 'uat'),
      changes: [
        { kind: 'pick', key: 'fix', commits: [source], trailers: ['Tonic-Bug: 12', 'Tonic-Slot: Größe'] },
      ],
      nowMs: PICK_TIME_MS,
      checkDependencies: false,
      refuseWorkflowFiles: false,
    });
    await repository.push([{ ref: 'refs/heads/picked', expected: null, target: tip }]);
    origin.git('fetch', '-q', 'origin', 'picked');

    expect(origin.git('log', '-1', '--format=%B', tip).trimEnd()).toBe(
      `Fix\n\n(cherry picked from commit ${source})\nTonic-Bug: 12\nTonic-Slot: Größe`,
    );
    expect(origin.git('log', '-1', '--format=%(trailers:key=Tonic-Bug,valueonly)', tip).trim()).toBe('12');
  });
});

describe('several changes', () => {
  it('are stacked in order, each commit as git would make it', async () => {
    origin.commit({ a: numbered(60), b: numbered(60) });
    origin.on('uat', 'main');
    origin.commit({ a: numbered(60, { 58: 'target' }) });
    origin.on('main');
    const one = origin.commit({ a: numbered(60, { 3: 'one' }) });
    const two = origin.commit({ a: numbered(60, { 3: 'one', 20: 'two' }) });
    const three = origin.commit({ b: numbered(60, { 1: 'three' }) });

    const result = await stack('uat', [pick('first', one, two), pick('second', three)]);

    expect(result.tip).toBe(origin.cherryPick('uat', [one, two, three]));
    expect(result.tree).toBe(
      origin.git('rev-parse', `${origin.cherryPick('uat', [one, two, three])}^{tree}`),
    );
  });

  it('do not stop at one that conflicts, of which nothing is kept', async () => {
    origin.commit({ a: numbered(40), b: 'b\n', c: 'c\n' });
    origin.on('uat', 'main');
    origin.commit({ a: numbered(40, { 20: 'target' }) });
    origin.on('main');
    const good = origin.commit({ b: 'first half of the bad one\n' });
    const bad = origin.commit({ a: numbered(40, { 20: 'fix' }) });
    const other = origin.commit({ c: 'other\n' });

    const result = await stack('uat', [pick('bad', good, bad), pick('other', other)]);

    expect(result.outcomes.map(({ kind }) => kind)).toEqual(['conflict', 'applied']);
    expect(result.tip).toBe(origin.cherryPick('uat', [other]));
  });

  it('see the attributes that an earlier one brought', async () => {
    origin.commit({ CHANGES: 'base\n' });
    origin.on('uat', 'main');
    origin.commit({ CHANGES: 'base\ntarget\n' });
    origin.on('main');
    const attributes = origin.commit({ '.gitattributes': 'CHANGES merge=union\n' });
    const entry = origin.commit({ CHANGES: 'base\nfix\n' });

    const result = await stack('uat', [pick('attributes', attributes), pick('entry', entry)]);

    expect(result.outcomes.map(({ kind }) => kind)).toEqual(['applied', 'applied']);
    expect(result.tip).toBe(origin.cherryPick('uat', [attributes, entry]));
  });

  it('give the branch as it was when there are none', async () => {
    const only = origin.commit({ a: 'a\n' });
    const result = await stack('main', []);
    expect(result).toEqual({
      onto: only,
      tip: only,
      tree: origin.git('rev-parse', 'main^{tree}'),
      outcomes: [],
    });
  });
});

describe('a change that the branch has already', () => {
  it('is told by the tree that stays the same', async () => {
    origin.commit({ a: numbered(20) });
    origin.on('uat', 'main');
    const byHand = origin.commit({ a: numbered(20, { 5: 'fix' }) }, { message: 'The same by hand\n' });
    origin.on('main');
    const source = origin.commit({ a: numbered(20, { 5: 'fix' }) });

    const result = await stack('uat', [pick('fix', source)]);

    expect(result.outcomes).toEqual([{ kind: 'already_applied', key: 'fix', because: 'same_tree' }]);
    expect(result.tip).toBe(byHand);
  });

  it('is passed over commit by commit when only a part is there', async () => {
    origin.commit({ a: 'a\n', b: 'b\n' });
    origin.on('uat', 'main');
    origin.commit({ a: 'fix\n' }, { message: 'By hand\n' });
    origin.on('main');
    const there = origin.commit({ a: 'fix\n' });
    const missing = origin.commit({ b: 'fix\n' });

    const result = await stack('uat', [pick('fix', there, missing)]);

    expect(result.outcomes[0]).toMatchObject({ kind: 'applied', commits: [{ source: missing }] });
    expect(result.tip).toBe(origin.cherryPick('uat', [missing]));
  });

  it('counts as applied when it was changed further since, so that it could not be picked again', async () => {
    origin.commit({ a: numbered(20) });
    const source = origin.commit({ a: numbered(20, { 5: 'fix' }) });
    origin.commit({ a: numbered(20, { 5: 'better' }) });

    const result = await stack('main', [pick('fix', source)]);

    expect(result.outcomes).toEqual([{ kind: 'already_applied', key: 'fix', because: 'reachable' }]);
  });

  it('is an empty commit as well', async () => {
    origin.commit({ a: 'a\n' });
    origin.on('uat', 'main');
    origin.commit({ b: 'b\n' });
    origin.on('main');
    const empty = origin.commit({}, { message: 'Nothing\n' });

    expect((await stack('uat', [pick('fix', empty)])).outcomes).toEqual([
      { kind: 'already_applied', key: 'fix', because: 'same_tree' },
    ]);
  });
});

describe('a conflict', () => {
  const kinds: readonly (readonly [
    string,
    { base: Files; target: Files; fix: Files; files: readonly unknown[] },
  ])[] = [
    [
      'contents',
      {
        base: { a: 'a\n' },
        target: { a: 'target\n' },
        fix: { a: 'fix\n' },
        files: [{ path: 'a', type: 'contents' }],
      },
    ],
    [
      'modify/delete',
      {
        base: { a: numbered(9), b: 'b\n' },
        target: { a: null },
        fix: { a: numbered(9, { 2: 'fix' }) },
        files: [{ path: 'a', type: 'modify/delete' }],
      },
    ],
    [
      'binary',
      {
        base: { 'a.bin': Buffer.from([0, 1]) },
        target: { 'a.bin': Buffer.from([0, 2]) },
        fix: { 'a.bin': Buffer.from([0, 3]) },
        files: [{ path: 'a.bin', type: 'binary' }],
      },
    ],
    [
      'binary, by the attribute -merge on text that could be merged',
      {
        base: { '.gitattributes': 'lock.json -merge\n', 'lock.json': numbered(40) },
        target: { 'lock.json': numbered(40, { 38: 'target' }) },
        fix: { 'lock.json': numbered(40, { 2: 'fix' }) },
        files: [{ path: 'lock.json', type: 'binary' }],
      },
    ],
    [
      'a file in a folder that was renamed',
      {
        base: { 'old/one': numbered(30), 'old/two': numbered(31), 'old/three': numbered(32) },
        target: {
          'old/one': null,
          'old/two': null,
          'old/three': null,
          'new/one': numbered(30),
          'new/two': numbered(31),
          'new/three': numbered(32),
        },
        fix: { 'old/four': 'four\n' },
        files: [{ path: 'new/four', type: 'directory rename suggested' }],
      },
    ],
  ];

  it.each(kinds)('is named with git’s word for it: %s', async (_type, { base, target, fix, files }) => {
    origin.commit(base);
    origin.on('uat', 'main');
    origin.commit(target);
    origin.on('main');
    const source = origin.commit(fix);

    const result = await stack('uat', [pick('fix', source)]);

    expect(origin.cherryPick('uat', [source])).toBeNull();
    expect(result.outcomes[0]).toMatchObject({ kind: 'conflict', key: 'fix', source, files });
    expect(result.tip).toBe(origin.git('rev-parse', 'uat'));
  });

  it('leaves a commit with markers for a draft pull request', async () => {
    origin.commit({ a: 'a\n', b: 'b\n' });
    origin.on('uat', 'main');
    const onto = origin.commit({ a: 'target\n' });
    origin.on('main');
    const source = origin.commit(
      { a: 'fix\n', b: 'fix\n' },
      { message: 'Mend a\n', author: 'Grace <grace@example.com>' },
    );
    const later = origin.commit({ c: 'later\n' });
    origin.publish();
    const repository = origin.open();
    const { outcomes } = await repository.stack({
      onto,
      changes: [pick('fix', source, later)],
      nowMs: PICK_TIME_MS,
      checkDependencies: false,
      refuseWorkflowFiles: false,
    });
    const [outcome] = outcomes;
    if (outcome?.kind !== 'conflict') throw new Error('no conflict');
    await repository.push([{ ref: 'refs/heads/draft', expected: null, target: outcome.conflicted }]);
    origin.git('fetch', '-q', 'origin', 'draft');

    expect(origin.git('show', `${outcome.conflicted}:a`)).toMatch(/^<{7} .*\ntarget\n={7}\nfix\n>{7} .*$/u);
    expect(origin.git('show', `${outcome.conflicted}:b`)).toBe('fix');
    expect(origin.git('log', '-1', '--format=%P %an <%ae> %cn', outcome.conflicted)).toBe(
      `${onto} Grace <grace@example.com> Tonic Deploy`,
    );
    const message = origin.git('log', '-1', '--format=%B', outcome.conflicted);
    expect(message).toContain('Unresolved cherry-pick of');
    expect(message).toContain('"a" (contents)');
    expect(message).toContain(`Not picked yet:\n  ${later}`);
  });
});

describe('a change to workflow files', () => {
  it('is left out where the token may not push it', async () => {
    origin.commit({ a: 'a\n' });
    origin.on('uat', 'main');
    origin.commit({ b: 'b\n' });
    origin.on('main');
    const workflow = origin.commit({ '.github/workflows/ci.yml': 'on: push\n', a: 'fix\n' });
    const other = origin.commit({ c: 'c\n' });
    origin.publish();
    const request = {
      onto: origin.git('rev-parse', 'uat'),
      changes: [pick('workflow', workflow), pick('other', other)],
      nowMs: PICK_TIME_MS,
      checkDependencies: false,
    };
    const repository = origin.open();

    const refused = await repository.stack({ ...request, refuseWorkflowFiles: true });
    const allowed = await repository.stack({ ...request, refuseWorkflowFiles: false });

    expect(refused.outcomes).toMatchObject([
      { kind: 'touches_workflows', key: 'workflow', files: ['.github/workflows/ci.yml'] },
      { kind: 'applied', key: 'other' },
    ]);
    expect(refused.tip).toBe(origin.cherryPick('uat', [other]));
    expect(allowed.tip).toBe(origin.cherryPick('uat', [workflow, other]));
  });
});

describe('a merge', () => {
  it('gives the very commit of git merge --no-ff, but for its author', async () => {
    origin.commit({ a: numbered(40) });
    origin.on('uat', 'main');
    const onto = origin.commit({ a: numbered(40, { 38: 'target' }) });
    origin.on('fix', 'main');
    origin.commit({ a: numbered(40, { 3: 'one' }) });
    const head = origin.commit({ b: 'b\n' });

    const result = await stack('uat', [merge(head)]);

    const expected = origin.mergeOnto('uat', 'fix');
    expect(result.tree).toBe(origin.git('rev-parse', `${expected}^{tree}`));
    expect(result.outcomes[0]).toMatchObject({
      kind: 'applied',
      commits: [{ oid: result.tip, source: head }],
    });
    expect(origin.git('log', '-1', '--format=%P', String(expected))).toBe(`${onto} ${head}`);
  });

  it('makes a merge commit where a fast-forward would do', async () => {
    const onto = origin.commit({ a: 'a\n' });
    origin.on('fix', 'main');
    const head = origin.commit({ a: 'fix\n' });
    origin.publish();
    const repository = origin.open();
    const { tip } = await repository.stack({
      onto,
      changes: [merge(head)],
      nowMs: PICK_TIME_MS,
      checkDependencies: false,
      refuseWorkflowFiles: false,
    });
    await repository.push([{ ref: 'refs/heads/main', expected: onto, target: tip }]);
    origin.git('fetch', '-q', 'origin', 'main');

    expect(origin.git('log', '-1', '--format=%P|%s|%an|%cn', tip)).toBe(
      `${onto} ${head}|Merge it|Tonic Deploy|Tonic Deploy`,
    );
  });

  it('is not needed for a head that the branch reaches', async () => {
    const head = origin.commit({ a: 'a\n' });
    origin.commit({ b: 'b\n' });
    expect((await stack('main', [merge(head)])).outcomes).toEqual([
      { kind: 'already_applied', key: 'pull', because: 'reachable' },
    ]);
  });

  it('is stacked with picks, and a conflict of it stops nothing', async () => {
    origin.commit({ a: 'a\n', b: 'b\n' });
    origin.on('fix', 'main');
    const head = origin.commit({ a: 'fix\n' });
    origin.on('uat', 'main');
    origin.commit({ a: 'target\n' });
    origin.on('main');
    const source = origin.commit({ b: 'fix\n' });

    const result = await stack('uat', [merge(head), pick('b', source)]);

    expect(result.outcomes).toMatchObject([
      {
        kind: 'conflict',
        key: 'pull',
        source: head,
        files: [{ path: 'a', type: 'contents' }],
        prerequisites: [],
      },
      { kind: 'applied' },
    ]);
    expect(result.tip).toBe(origin.cherryPick('uat', [source]));
  });

  it('of an unrelated history is a conflict', async () => {
    origin.commit({ a: 'a\n' });
    origin.git('checkout', '-q', '--orphan', 'other');
    const head = origin.commit({ b: 'b\n' });
    expect((await stack('main', [merge(head)])).outcomes).toMatchObject([
      { kind: 'conflict', files: [{ type: 'unrelated histories' }] },
    ]);
  });
});
