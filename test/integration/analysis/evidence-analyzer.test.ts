import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createEvidenceAnalyzer } from '../../../src/adapters/analysis/evidence-analyzer.ts';
import { createGitRepository } from '../../../src/adapters/git/repository.ts';
import type { Analysis } from '../../../src/domain/analysis.ts';
import { newBug, type Bug } from '../../../src/domain/bug.ts';
import type { FixFacts } from '../../../src/domain/fix.ts';
import { GitFailure, type Repository } from '../../../src/ports/repository.ts';
import { anAnalysis } from '../../support/an-analysis.ts';

let folder: string;
let work: string;
let repository: Repository;
let good: string;
let bad: string;
let deployed: string;
let fixHead: string;

function git(...args: string[]): string {
  const environment = {
    PATH: process.env['PATH'] ?? '',
    HOME: folder,
    GIT_CONFIG_GLOBAL: '/dev/null',
    GIT_AUTHOR_NAME: 'Mona',
    GIT_AUTHOR_EMAIL: 'mona@acme.io',
    GIT_COMMITTER_NAME: 'Mona',
    GIT_COMMITTER_EMAIL: 'mona@acme.io',
  };
  return execFileSync('git', args, { cwd: work, env: environment, encoding: 'utf8' }).trim();
}

function commit(title: string, files: Readonly<Record<string, string>>): string {
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(work, path)), { recursive: true });
    writeFileSync(join(work, path), text);
  }
  git('add', '-A');
  git('commit', '--quiet', '-m', title);
  return git('rev-parse', 'HEAD');
}

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'tonic-analysis-test-'));
  work = join(folder, 'work');
  mkdirSync(work);
  git('init', '--quiet', '-b', 'uat');
  good = commit('Start', {
    'src/invoice.ts': 'export const tax = 0.19;\n\nexport function total() {\n  return 1;\n}\n',
    'src/cart.ts': 'export const cart = 1;\n',
    'db/migrations/1.sql': 'select 1;\n',
    '.github/CODEOWNERS': '* @acme/all\n/src/ @acme/shop @mona\n',
  });
  bad = commit('Round @everyone `half` up <b>', {
    'src/invoice.ts': 'export const tax = 0.19;\n\nexport function total() {\n  return Math.round(0.5);\n}\n',
  });
  deployed = commit('Unrelated', { 'README.md': 'x\n' });
  git('checkout', '--quiet', '-b', 'fix');
  fixHead = commit('Repair rounding', {
    'src/invoice.ts': 'export const tax = 0.19;\n',
    'test/invoice.test.ts': 'x\n',
  });
  git('config', 'uploadpack.allowFilter', 'true');
  git('config', 'uploadpack.allowAnySHA1InWant', 'true');
  repository = createGitRepository({
    directory: join(folder, 'store.git'),
    url: work,
    authorization: () => Promise.resolve(null),
    identity: { name: 'Tonic', email: 'tonic@acme.io' },
  });
});

afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

interface Asked {
  readonly title?: string;
  readonly body?: string;
  readonly labels?: readonly string[];
  readonly lastGood?: string | null;
  readonly fixes?: readonly FixFacts[];
  readonly known?: readonly Bug[];
  readonly through?: Repository;
}

function analyze(asked: Asked): Promise<Analysis> {
  const analyzer = createEvidenceAnalyzer({
    repository: asked.through ?? repository,
    services: [{ name: 'shop', patterns: ['/src/'] }],
    modules: [{ name: 'data', patterns: ['*.sql'] }],
  });
  return analyzer.analyze({
    issue: {
      number: 12,
      title: asked.title ?? 'It fails',
      body: asked.body ?? '',
      author: null,
      state: 'open',
      labels: asked.labels ?? [],
      createdAtMs: 0,
      updatedAtMs: 0,
      comments: [],
      hasOlderComments: false,
      closed: null,
      ownDeletedBy: [],
    },
    deployed,
    lastGood: asked.lastGood === undefined ? good : asked.lastGood,
    fixes: asked.fixes ?? [],
    known: asked.known ?? [],
    nowMs: 5,
  });
}

function aFix(changes: Partial<FixFacts> = {}): FixFacts {
  return {
    pull: 34,
    state: 'open',
    isDraft: false,
    base: 'uat',
    headBranch: 'fix',
    updatedAtMs: 5,
    retargetedAtMs: null,
    isFromFork: false,
    head: fixHead,
    headPushedAtMs: null,
    author: null,
    contributors: null,
    approvingReviews: [],
    changesRequested: false,
    checks: 'green',
    mergeCommit: null,
    mergedAtMs: null,
    commits: [fixHead],
    patchId: null,
    tree: null,
    mentions: [12],
    ...changes,
  };
}

function aPastBug(number: number, path: string): Bug {
  return {
    ...newBug({ number, reportedBy: { id: 1, login: 'mona' }, reportedAtMs: 0 }),
    analysis: anAnalysis({ files: [{ path, line: null, because: '' }] }),
  };
}

function withoutBlame(retryable: boolean): Repository {
  return { ...repository, blame: () => Promise.reject(new GitFailure('blame', 'broken', { retryable })) };
}

const TRACE = 'TypeError: x\n    at total (/app/src/invoice.ts:4:10)\n    at node:internal/main:1:1\n';

describe('the evidence analyzer', () => {
  it('finds the commit that wrote the line of a stack trace after the last good version', async () => {
    const analysis = await analyze({ body: TRACE });
    expect(analysis).toMatchObject({
      atMs: 5,
      commit: deployed,
      files: [{ path: 'src/invoice.ts', line: 4, because: 'stack trace' }],
      risk: 'low',
      services: ['shop'],
      modules: [],
      owners: ['@acme/shop', '@mona'],
      similarBugs: [],
      confidence: 0.7,
    });
    expect(analysis.commits.map(({ oid, authorName }) => [oid, authorName])).toEqual([[bad, 'Mona']]);
    expect(analysis.probableCause).toBe(
      `Commit ${bad.slice(0, 7)} ("Round @everyone \`half\` up <b>") wrote line 4 of src/invoice.ts, after the last good version. It is the likely cause.`,
    );
    expect(analysis.plan[0]).toContain('src/invoice.ts:4');
    expect(analysis.basedOn).toContain('a line of the report was written after the last good version');
  });

  it('names the commits that changed a named file, with less confidence', async () => {
    const analysis = await analyze({ title: 'invoice.ts gives wrong totals' });
    expect(analysis.commits.map(({ oid }) => oid)).toEqual([bad]);
    expect(analysis.probableCause).toMatch(
      /^One commit changed src\/invoice\.ts after the last good version/u,
    );
    expect(analysis.confidence).toBe(0.3);
  });

  it('says when nothing changed there', async () => {
    const analysis = await analyze({ body: 'at x (src/cart.ts:1:1)' });
    expect(analysis.probableCause).toContain('nothing changed after the last good version');
    expect(analysis.commits.map(({ oid, because }) => [oid, because])).toEqual([
      [good, 'wrote line 1 of src/cart.ts'],
    ]);
  });

  it('says when there is no good version to compare with', async () => {
    const analysis = await analyze({ body: TRACE, lastGood: null });
    expect(analysis.probableCause).toContain('no version known to be good');
    expect(analysis.commits[0]?.oid).toBe(bad);
  });

  it('clips a line that the deployed file does not have, says so, and blames nobody for it', async () => {
    const analysis = await analyze({ body: 'at x (src/cart.ts:900:1)', lastGood: null });
    expect(analysis.files).toEqual([{ path: 'src/cart.ts', line: 1, because: 'stack trace' }]);
    expect(analysis.basedOn.join('\n')).toContain('behind the end of src/cart.ts');
    expect(analysis.commits.map(({ because }) => because)).toEqual([
      'was among the last to change these files',
    ]);
  });

  it('takes in what a linked fix changes', async () => {
    const analysis = await analyze({ body: TRACE, fixes: [aFix()] });
    expect(analysis.files.map(({ path, because }) => [path, because])).toEqual([
      ['src/invoice.ts', 'stack trace'],
      ['test/invoice.test.ts', 'changed by the fix #34'],
    ]);
    expect(analysis.basedOn).toContain('#34 changes the same files');
    expect(analysis.plan.at(-1)).toContain('Check that #34');
    expect(analysis.confidence).toBe(0.9);
  });

  it('goes on without a fix that git cannot tell about', async () => {
    const analysis = await analyze({ body: TRACE, fixes: [aFix({ head: 'd'.repeat(40) })] });
    expect(analysis.confidence).toBe(0.7);
  });

  it('finds earlier bugs in the same files', async () => {
    const analysis = await analyze({
      body: TRACE,
      known: [aPastBug(3, 'src/invoice.ts'), aPastBug(4, 'src/cart.ts'), aPastBug(5, 'src/invoice.ts')],
    });
    expect(analysis.similarBugs).toEqual([5, 3]);
  });

  it('takes services and modules from labels and paths', async () => {
    const analysis = await analyze({ body: 'db/migrations/1.sql', labels: ['service:billing', 'bug'] });
    expect(analysis).toMatchObject({
      services: ['billing'],
      modules: ['data'],
      risk: 'high',
      owners: ['@acme/all'],
    });
  });

  it.each(['', 'It does not work!!! Please help.', '`nothing/here.ts:3`', '$(touch /tmp/x); <script>'])(
    'works when nothing is found, and says so: %j',
    async (body) => {
      const analysis = await analyze({ body });
      expect(analysis).toMatchObject({ files: [], commits: [], owners: [], confidence: 0, risk: 'medium' });
      expect(analysis.probableCause).toContain('Not known');
      expect(analysis.plan).toContain('Ask the reporter for a stack trace, or for what they did and saw.');
    },
  );

  it('goes on without what git lastingly cannot tell, and says so; what may pass is thrown', async () => {
    const analysis = await analyze({ body: TRACE, through: withoutBlame(false) });
    expect(analysis.basedOn).toContain('who wrote the lines could not be read');
    expect(analysis.commits[0]?.oid).toBe(bad);
    await expect(analyze({ body: TRACE, through: withoutBlame(true) })).rejects.toMatchObject({
      retryable: true,
    });
  });
});
