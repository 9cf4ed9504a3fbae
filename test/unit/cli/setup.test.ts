import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { parseDoctorArguments, parseInitArguments } from '../../../src/cli/setup/arguments.ts';
import { planFiles, writeFiles } from '../../../src/cli/setup/files.ts';
import { findingsAsJson, renderFindings, renderVerdict } from '../../../src/cli/setup/render.ts';
import { apiUrlOf, parseRemote, parseRepositoryName } from '../../../src/cli/setup/repository-name.ts';
import { createPaint } from '../../../src/cli/story/paint.ts';
import type { Finding } from '../../../src/domain/setup/finding.ts';

describe('the arguments of tonic doctor', () => {
  it('look at the repository of the folder', () => {
    expect(parseDoctorArguments([])).toEqual({
      kind: 'doctor',
      all: false,
      repo: null,
      app: null,
      json: false,
    });
    expect(parseDoctorArguments(['--repo', 'a/b', '--app=tonic', '--json', '--all'])).toMatchObject({
      repo: 'a/b',
      app: 'tonic',
      json: true,
      all: true,
    });
  });

  it.each([[['--fix']], [['x']], [['--repo']]])('refuse %j', (args) => {
    expect(parseDoctorArguments(args).kind).toBe('refused');
  });
});

describe('the arguments of tonic init', () => {
  it('write files, or make GitHub’s side', () => {
    expect(parseInitArguments(['--force'])).toMatchObject({ kind: 'files', force: true, dryRun: false });
    expect(parseInitArguments(['--apply', '--dry-run'])).toMatchObject({ kind: 'apply', dryRun: true });
    expect(parseInitArguments(['-h'])).toEqual({ kind: 'help' });
  });

  it('refuse what does not go together', () => {
    expect(parseInitArguments(['--apply', '--force'])).toMatchObject({ kind: 'refused' });
    expect(parseInitArguments(['--repo', 'acme/shop'])).toMatchObject({ kind: 'refused' });
  });
});

describe('the repository', () => {
  it.each([
    ['https://github.com/acme/shop.git', 'github.com'],
    ['https://ada:secret@github.com/acme/shop', 'github.com'],
    ['git@github.com:acme/shop.git', 'github.com'],
    ['ssh://git@Git.Acme.example/acme/shop.git/', 'git.acme.example'],
    ['http://127.0.0.1:3001/acme/shop.git\n', '127.0.0.1:3001'],
  ])('is read from the remote %s', (url, host) => {
    expect(parseRemote(url)).toEqual({ owner: 'acme', name: 'shop', host });
  });

  it.each(['', '/srv/git/shop.git', '../shop', 'https://github.com/acme', 'file:///acme/shop'])(
    'is not read from %j',
    (url) => expect(parseRemote(url)).toBeNull(),
  );

  it('is read from its name', () => {
    expect(parseRepositoryName('acme/shop.js')).toMatchObject({ owner: 'acme', name: 'shop.js' });
    for (const wrong of ['shop', 'a/b/c', 'a b/c', '/c', '']) expect(parseRepositoryName(wrong)).toBeNull();
  });

  it('has its API on its own host', () => {
    expect(apiUrlOf(null)).toBe('https://api.github.com');
    expect(apiUrlOf('github.com')).toBe('https://api.github.com');
    expect(apiUrlOf('git.acme.example')).toBe('https://git.acme.example/api/v3');
  });
});

const FINDINGS: readonly Finding[] = [
  {
    code: 'gate_required',
    severity: 'blocks_prod',
    where: 'main',
    what: 'main takes commits without `tonic / gate`.',
    mend: 'tonic init --apply',
    change: { kind: 'labels', labels: [] },
  },
  {
    code: 'labels',
    severity: 'warns',
    where: 'labels\u001B[2J',
    what: 'One is missing.',
    mend: 'x',
    change: null,
  },
  {
    code: 'switched_on',
    severity: 'ok',
    where: 'TONIC_ENABLED',
    what: 'The slots run.',
    mend: null,
    change: null,
  },
];

describe('what is told of findings', () => {
  const plain = createPaint({ isTerminal: false, variables: {} });

  it('is aligned, says how to mend each, and moves no cursor', () => {
    expect(renderFindings(FINDINGS, plain)).toEqual([
      '  blocks PROD  main',
      '               main takes commits without `tonic / gate`.',
      '               mend: tonic init --apply',
      '  warns        labels[2J',
      '               One is missing.',
      '               mend: x',
      '  ok           TONIC_ENABLED',
      '               The slots run.',
    ]);
  });

  it('ends with one sentence', () => {
    expect(renderVerdict(FINDINGS, plain)).toBe(
      'One finding lets code reach PROD unapproved; 1 warn, 0 could not be seen, 1 are right.',
    );
    expect(renderVerdict(FINDINGS.slice(1), plain)).toMatch(
      /^Nothing here lets code reach PROD unapproved;/u,
    );
  });

  it('has a form for machines', () => {
    expect(findingsAsJson(FINDINGS)[0]).toEqual({
      code: 'gate_required',
      severity: 'blocks_prod',
      where: 'main',
      what: 'main takes commits without `tonic / gate`.',
      mend: 'tonic init --apply',
      applied_by_init: true,
    });
  });
});

describe('the files that init writes', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'tonic-init-'));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  const files = [
    { path: '.github/tonic.yml', content: 'ours\n', isTheirs: true },
    { path: 'a/workflow.yml', content: 'ours\n', isTheirs: false },
  ];
  const states = async () => (await planFiles(folder, files)).map(({ state }) => state);
  const write = async (force: boolean) =>
    (await writeFiles(folder, await planFiles(folder, files), force)).map(({ path }) => path);
  const change = (path: string) => writeFileSync(join(folder, path), 'theirs\n');
  const read = (path: string) => readFileSync(join(folder, path), 'utf8');

  it('are written where they are missing, and again are as they should be', async () => {
    expect(await states()).toEqual(['missing', 'missing']);
    expect(await write(false)).toEqual(['.github/tonic.yml', 'a/workflow.yml']);
    expect(await states()).toEqual(['same', 'same']);
    expect(await write(true)).toEqual([]);
  });

  it('are left alone where they differ, unless forced', async () => {
    await write(false);
    change('a/workflow.yml');
    expect(await states()).toEqual(['same', 'differs']);
    expect(await write(false)).toEqual([]);
    expect(read('a/workflow.yml')).toBe('theirs\n');
    expect(await write(true)).toEqual(['a/workflow.yml']);
    expect(read('a/workflow.yml')).toBe('ours\n');
  });

  it('never take the place of a configuration', async () => {
    await write(false);
    change('.github/tonic.yml');
    expect(await write(true)).toEqual([]);
    expect(read('.github/tonic.yml')).toBe('theirs\n');
  });
});
