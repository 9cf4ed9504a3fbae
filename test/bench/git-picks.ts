/**
 * Compares the product's picks with a work tree and a loop of `git cherry-pick -x`, on one generated repository in
 * one run: `node test/bench/git-picks.ts [files] [fixes] [rounds]`. Also measures a long divergence.
 *
 * The remote is a folder, so there is no network in the figures. Both sides must end in the same commit.
 */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createGitRepository } from '../../src/adapters/git/repository.ts';
import { fastImport, type ImportedCommit } from '../support/git-fast-import.ts';

const [files = 5000, fixes = 50, rounds = 3] = process.argv.slice(2).map(Number);
const NOW_MS = Date.UTC(2026, 10, 20, 22);
const DIVERGED_COMMITS = 600;

const folder = mkdtempSync(join(tmpdir(), 'tonic-bench-'));
const origin = join(folder, 'origin.git');

function text(file: number, replaced: Readonly<Record<number, string>> = {}): string {
  const lines = Array.from({ length: 40 }, (_, line) => replaced[line] ?? `file ${file} line ${line}`);
  return `${lines.join('\n')}\n`;
}

const pathOf = (file: number) => `module-${file % 97}/part-${file % 13}/file-${file}.txt`;

/** `main` has the fixes and 200 commits more, `uat` went on by 200 commits; every tenth fix conflicts. */
function pickHistory(): { readonly commits: readonly ImportedCommit[]; readonly fixAt: readonly number[] } {
  const all = Array.from({ length: files }, (_, file) => ({ path: pathOf(file), content: text(file) }));
  const commits: ImportedCommit[] = [{ branch: 'main', parent: null, message: 'root', files: all }];
  const fixAt: number[] = [];
  let parent = 0;
  for (let step = 0; step < 200; step += 1) {
    const file = step % fixes;
    const line = file % 10 === 0 ? 3 : 35;
    commits.push({
      branch: 'uat',
      parent,
      message: `On uat ${step}\n`,
      files: [{ path: pathOf(file), content: text(file, { [line]: `uat ${step}` }) }],
    });
    parent = commits.length - 1;
  }
  parent = 0;
  for (let step = 0; step < 200 + fixes; step += 1) {
    const isFix = step % 5 === 0 && fixAt.length < fixes;
    const file = isFix ? fixAt.length : fixes + step;
    commits.push({
      branch: 'main',
      parent,
      message: `On main ${step}\n`,
      files: [{ path: pathOf(file), content: text(file, { 3: `main ${step}` }) }],
    });
    parent = commits.length - 1;
    if (isFix) fixAt.push(parent);
  }
  return { commits, fixAt };
}

function git(directory: string, ...args: readonly string[]): string {
  return execFileSync('git', ['-C', directory, ...args], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe'],
    maxBuffer: 1 << 28,
    env: {
      PATH: process.env['PATH'] ?? '',
      HOME: folder,
      GIT_COMMITTER_NAME: 'Tonic Deploy',
      GIT_COMMITTER_EMAIL: 'tonic@example.com',
      GIT_COMMITTER_DATE: `${NOW_MS / 1000} +0000`,
    },
  }).trim();
}

interface Measured {
  readonly tip: string;
  readonly setUpMs: number;
  readonly picksMs: number;
  readonly processes: number;
}

function withWorkTree(round: number, sources: readonly string[]): Measured {
  const clone = join(folder, `clone-${round}`);
  const startMs = performance.now();
  git(folder, 'clone', '-q', '--branch', 'uat', `file://${origin}`, clone);
  const clonedMs = performance.now();
  let processes = 1;
  for (const source of sources) {
    processes += 1;
    try {
      git(clone, 'cherry-pick', '-x', source);
    } catch {
      git(clone, 'cherry-pick', '--abort');
      processes += 1;
    }
  }
  const tip = git(clone, 'rev-parse', 'HEAD');
  return { tip, setUpMs: clonedMs - startMs, picksMs: performance.now() - clonedMs, processes };
}

function open(directory: string, log: string[]) {
  return createGitRepository({
    directory,
    url: `file://${origin}`,
    authorization: () => Promise.resolve(null),
    identity: { name: 'Tonic Deploy', email: 'tonic@example.com' },
    log: (line) => log.push(line),
  });
}

async function withoutWorkTree(
  round: number,
  sources: readonly string[],
): Promise<Measured & { conflicts: number }> {
  const log: string[] = [];
  const repository = open(join(folder, `store-${round}`), log);
  const startMs = performance.now();
  const tips = await repository.fetch({ branches: ['uat'], commits: sources, history: 'none' });
  const fetchedMs = performance.now();
  const stack = await repository.stack({
    onto: tips.get('uat') ?? '',
    changes: sources.map((oid) => ({ kind: 'pick', key: oid, commits: [oid], trailers: [] })),
    nowMs: NOW_MS,
    checkDependencies: false,
    refuseWorkflowFiles: false,
  });
  return {
    tip: stack.tip,
    setUpMs: fetchedMs - startMs,
    picksMs: performance.now() - fetchedMs,
    processes: log.length,
    conflicts: stack.outcomes.filter(({ kind }) => kind === 'conflict').length,
  };
}

async function comparePicks(): Promise<void> {
  const { commits, fixAt } = pickHistory();
  const oids = fastImport(origin, commits);
  const sources = fixAt.map((position) => oids[position] ?? '');
  console.log(`${files} files, ${commits.length} commits, ${sources.length} fixes, ${rounds} rounds`);
  for (let round = 1; round <= rounds; round += 1) {
    const plain = withWorkTree(round, sources);
    const ours = await withoutWorkTree(round, sources);
    if (plain.tip !== ours.tip) throw new Error(`not the same commit: ${plain.tip} and ${ours.tip}`);
    const total = ({ setUpMs, picksMs }: Measured) => setUpMs + picksMs;
    console.log(
      [
        `round ${round}: same commit ${ours.tip.slice(0, 10)}, ${ours.conflicts} conflicts (with search for prerequisites)`,
        `  work tree     clone ${ms(plain.setUpMs)}  picks ${ms(plain.picksMs)}  ${plain.processes} processes`,
        `  product       fetch ${ms(ours.setUpMs)}  picks ${ms(ours.picksMs)}  ${ours.processes} processes`,
        `  ratio         total ${(total(plain) / total(ours)).toFixed(1)}  picks ${(plain.picksMs / ours.picksMs).toFixed(1)}`,
      ].join('\n'),
    );
  }
}

function change(step: number) {
  return {
    message: `change ${step}\n`,
    files: [{ path: pathOf(step), content: text(step, { 3: 'changed' }) }],
  };
}

/** One branch 600 commits ahead, half of them merges; the other one has 60 copies and 60 commits of its own. */
async function measureDivergence(): Promise<void> {
  const root = Array.from({ length: 2000 }, (_, file) => ({ path: pathOf(file), content: text(file) }));
  const commits: ImportedCommit[] = [{ branch: 'ahead', parent: null, message: 'root', files: root }];
  const add = (commit: ImportedCommit) => commits.push(commit) - 1;
  let parent = 0;
  for (let step = 0; step < DIVERGED_COMMITS; step += 1) {
    if (step % 2 === 0) {
      parent = add({ branch: 'ahead', parent, ...change(step) });
      continue;
    }
    const side = add({ branch: 'side', parent, ...change(step) });
    parent = add({ branch: 'ahead', parent, merged: side, ...change(step) });
  }
  parent = 0;
  for (let step = 0; step < 120; step += 1) {
    parent = add({ branch: 'behind', parent, ...change(step < 60 ? step : 1000 + step) });
  }
  fastImport(origin, commits);
  for (const state of ['cold store', 'warm store']) {
    const log: string[] = [];
    const repository = open(join(folder, 'divergence'), log);
    const startMs = performance.now();
    const tips = await repository.fetch({ branches: ['ahead', 'behind'], history: 'full' });
    const fetchedMs = performance.now();
    const result = await repository.diverge(tips.get('ahead') ?? '', tips.get('behind') ?? '');
    const endMs = performance.now();
    const ids = new Set(result.rightOnly.map(({ patchId }) => patchId));
    const copies = result.leftOnly.filter(({ patchId }) => ids.has(patchId)).length;
    console.log(
      `divergence (${state}): ${result.leftOnly.length} and ${result.rightOnly.length} units, ${copies} copies, ` +
        `fetch ${ms(fetchedMs - startMs)}, compare ${ms(endMs - fetchedMs)}, ${log.length} processes`,
    );
  }
}

function ms(value: number): string {
  return `${Math.round(value)} ms`;
}

try {
  execFileSync('git', ['init', '-q', '--bare', '-b', 'main', origin]);
  git(origin, 'config', 'uploadpack.allowFilter', 'true');
  await comparePicks();
  await measureDivergence();
} finally {
  rmSync(folder, { recursive: true, force: true });
}
