import { ApiError, notFound } from '../error.ts';
import { readCommit } from '../git/commit.ts';
import { diffFiles } from '../git/diff.ts';
import { listCommits, listShas, readCommits, mergeBase, countApart, isAncestor } from '../git/history.ts';
import { resolveCommit } from '../git/resolve.ts';
import { git } from '../git/run.ts';
import { EMPTY_TREE } from '../git/tree.ts';
import type { Repository } from '../model/repository.ts';
import { paginate } from '../page.ts';
import { findPull } from '../pull/state.ts';
import { ok, route, type RawReply } from '../route.ts';
import type { Kernel } from '../sandbox.ts';
import { serialiseCommit, serialiseFile } from '../serialise/commit.ts';
import { serialisePullSimple } from '../serialise/pull.ts';

const READ = { app: { contents: 'read' }, user: 'read' } as const;

/** GitHub shows at most so many files of a commit or comparison at once. */
const MAX_FILES = 300;

/** History: commits, comparisons, and the pulls of a commit. */
export const commitRoutes = [
  route({
    on: 'GET /repos/{owner}/{repo}/commits',
    needs: READ,
    answer: async (call) => {
      const { kernel, repository, query } = call;
      const start = await findCommit(kernel, repository, query.get('sha') ?? repository.defaultBranch);
      const shas = await listShas(kernel.git.folderOf(repository), {
        range: [start],
        path: query.get('path'),
        options: filtersOf(query),
      });
      const { items, headers } = paginate(call, shas);
      const commits = await readCommits(kernel.git.open(repository), items);
      return ok(
        commits.map((commit) => serialiseCommit(kernel, repository, commit)),
        headers,
      );
    },
  }),
  route({
    on: 'GET /repos/{owner}/{repo}/commits/{ref}',
    needs: READ,
    answer: async ({ kernel, repository, params, headers }) => {
      const sha = await findCommit(kernel, repository, params.ref);
      const raw = await rawForm(kernel, repository, { accept: headers.get('accept'), sha });
      if (raw) return raw;
      const commit = await readCommit(kernel.git.reader(repository), sha);
      if (!commit) throw notFound();
      const files = await diffFiles(kernel.git.folderOf(repository), commit.parents[0] ?? EMPTY_TREE, sha);
      const additions = files.reduce((sum, file) => sum + file.additions, 0);
      const deletions = files.reduce((sum, file) => sum + file.deletions, 0);
      return ok({
        ...serialiseCommit(kernel, repository, commit),
        stats: { additions, deletions, total: additions + deletions },
        files: files.slice(0, MAX_FILES).map((file) => serialiseFile(kernel, repository, { file, ref: sha })),
      });
    },
  }),
  route({
    on: 'GET /repos/{owner}/{repo}/commits/{commit_sha}/pulls',
    needs: { app: { pull_requests: 'read' }, user: 'read' },
    answer: async (call) => {
      const { kernel, repository, params } = call;
      const sha = await findCommit(kernel, repository, params.commit_sha);
      const { items, headers } = paginate(call, await pullsOf(kernel, repository, sha));
      return ok(items, headers);
    },
  }),
  route({
    on: 'GET /repos/{owner}/{repo}/compare/{basehead}',
    needs: READ,
    answer: async (call) => {
      const { kernel, repository, params } = call;
      const [baseName = '', headName = ''] = params.basehead.split('...');
      const base = await findCommit(kernel, repository, withoutOwner(baseName));
      const head = await findCommit(kernel, repository, withoutOwner(headName));
      const bare = kernel.git.open(repository);
      const common = await mergeBase(bare.folder, base, head);
      if (common === null) throw new ApiError(404, `No common ancestor between ${baseName} and ${headName}.`);
      const [{ ahead, behind }, commits, files] = await Promise.all([
        countApart(bare.folder, base, head),
        listCommits(bare, { range: [head, `^${base}`], reverse: true }),
        diffFiles(bare.folder, common, head),
      ]);
      const page = paginate(call, commits, 250);
      const [baseCommit, commonCommit] = await Promise.all([
        readCommit(bare.reader, base),
        readCommit(bare.reader, common),
      ]);
      if (!baseCommit || !commonCommit) throw notFound();
      return ok(
        {
          ...compareUrls(kernel, repository, { basehead: params.basehead, base, head }),
          base_commit: serialiseCommit(kernel, repository, baseCommit),
          merge_base_commit: serialiseCommit(kernel, repository, commonCommit),
          status: comparisonStatus(ahead, behind),
          ahead_by: ahead,
          behind_by: behind,
          total_commits: ahead,
          commits: page.items.map((commit) => serialiseCommit(kernel, repository, commit)),
          files: files
            .slice(0, MAX_FILES)
            .map((file) => serialiseFile(kernel, repository, { file, ref: head })),
        },
        page.headers,
      );
    },
  }),
];

async function findCommit(kernel: Kernel, repository: Repository, name: string): Promise<string> {
  const sha = await resolveCommit(kernel.git.open(repository), name);
  if (sha !== null) return sha;
  throw /^[0-9a-f]{40}$/.test(name) ? new ApiError(422, `No commit found for SHA: ${name}`) : notFound();
}

/** `owner:branch` names a branch of this network; the sandbox has no forks. */
function withoutOwner(name: string): string {
  return name.slice(name.indexOf(':') + 1);
}

function comparisonStatus(ahead: number, behind: number): 'diverged' | 'ahead' | 'behind' | 'identical' {
  if (ahead > 0) return behind > 0 ? 'diverged' : 'ahead';
  return behind > 0 ? 'behind' : 'identical';
}

function filtersOf(query: URLSearchParams): string[] {
  const filters: string[] = [];
  for (const [name, option] of [
    ['since', 'since'],
    ['until', 'until'],
  ] as const) {
    const at = Date.parse(query.get(name) ?? '');
    if (!Number.isNaN(at)) filters.push(`--${option}=${Math.floor(at / 1000)}`);
  }
  const author = query.get('author');
  if (author) filters.push('--fixed-strings', `--author=${author}`);
  return filters;
}

/** Diff, patch or bare sha where `Accept` asks for one. */
async function rawForm(
  kernel: Kernel,
  repository: Repository,
  { accept, sha }: { accept: string | null; sha: string },
): Promise<RawReply | null> {
  const form = /application\/vnd\.github(?:\.v3)?\.(sha|diff|patch)/.exec(accept ?? '')?.[1];
  if (form === undefined) return null;
  const contentType = `application/vnd.github.${form}; charset=utf-8`;
  if (form === 'sha') return { raw: { status: 200, content: sha, contentType } };
  const args =
    form === 'patch'
      ? ['format-patch', '-1', '--stdout', sha]
      : ['diff-tree', '-p', '--root', '--no-commit-id', sha];
  return {
    raw: { status: 200, content: `${await git(kernel.git.folderOf(repository), args)}\n`, contentType },
  };
}

/** Merged pulls that brought the commit, and open ones that hold it. */
async function pullsOf(kernel: Kernel, repository: Repository, sha: string) {
  const found = [];
  for (const pull of repository.pulls) {
    const place = findPull(repository, pull.number);
    if (place && (pull.mergeCommitSha === sha || (await holds(kernel, repository, { pull, sha }))))
      found.push(serialisePullSimple(kernel, repository, place));
  }
  return found;
}

async function holds(
  kernel: Kernel,
  repository: Repository,
  { pull, sha }: { pull: Repository['pulls'][number]; sha: string },
): Promise<boolean> {
  const folder = kernel.git.folderOf(repository);
  return (await isAncestor(folder, sha, pull.headSha)) && !(await isAncestor(folder, sha, pull.baseSha));
}

function compareUrls(
  kernel: Kernel,
  repository: Repository,
  { basehead, base, head }: { basehead: string; base: string; head: string },
) {
  const html = kernel.urls.webRepository(repository, `compare/${basehead}`);
  return {
    url: kernel.urls.apiRepository(repository, `compare/${basehead}`),
    html_url: html,
    permalink_url: kernel.urls.webRepository(
      repository,
      `compare/${base.slice(0, 12)}...${head.slice(0, 12)}`,
    ),
    diff_url: `${html}.diff`,
    patch_url: `${html}.patch`,
  };
}
