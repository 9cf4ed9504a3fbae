import { remembered } from '../../process/remembered.ts';
import { readCommit, type Commit } from './commit.ts';
import type { BareRepository } from './object-reader.ts';
import { NO_COMMIT, type RefChange } from './ref.ts';
import { git, tryGit } from './run.ts';

/** So many answers of each kind are remembered: a commit's history never changes, and pages and webhooks ask again and again. */
const MOST_ANSWERS = 500;

/** The best common ancestor of two commits; `null` for unrelated histories. @throws Error for what is no commit here. */
export const mergeBase = remembered(
  MOST_ANSWERS,
  async (folder: string, one: string, other: string): Promise<string | null> => {
    const { code, stdout, stderr } = await tryGit(folder, ['merge-base', one, other]);
    if (code > 1) throw new Error(`git merge-base: ${stderr.trim()}`);
    return code === 0 ? stdout.toString().trim() : null;
  },
);

/** Tells whether `ancestor` is reachable from `descendant`. @throws Error for what is no commit here. */
export const isAncestor = remembered(
  MOST_ANSWERS,
  async (folder: string, ancestor: string, descendant: string): Promise<boolean> => {
    if (ancestor === descendant) return true;
    const { code, stderr } = await tryGit(folder, ['merge-base', '--is-ancestor', ancestor, descendant]);
    if (code > 1) throw new Error(`git merge-base: ${stderr.trim()}`);
    return code === 0;
  },
);

/** How many commits each side has that the other has not. */
export const countApart = remembered(
  MOST_ANSWERS,
  async (folder: string, base: string, head: string): Promise<{ behind: number; ahead: number }> => {
    const counts = await git(folder, ['rev-list', '--left-right', '--count', `${base}...${head}`]);
    const [behind, ahead] = counts.split('\t').map(Number);
    return { behind: behind ?? 0, ahead: ahead ?? 0 };
  },
);

/** What to list of a history; `range` are resolved shas, `^` before those to leave out. */
export interface HistoryQuery {
  range: string[];
  limit?: number;
  /** Only commits that touch this path. */
  path?: string | null;
  /** Oldest first. */
  reverse?: boolean;
  /** More options, already checked by the caller. */
  options?: string[];
}

/** Lists commit shas, newest first unless asked otherwise. */
export function listShas(folder: string, query: HistoryQuery): Promise<readonly string[]> {
  const isFixed = query.range.every((each) => /^\^?[0-9a-f]{40}$/.test(each));
  return isFixed ? listFixed(folder, query) : list(folder, query);
}

async function list(folder: string, query: HistoryQuery): Promise<readonly string[]> {
  const { range, limit, path, reverse, options = [] } = query;
  const args = [
    ...(limit === undefined ? [] : [`--max-count=${limit}`]),
    ...(reverse ? ['--reverse', '--topo-order'] : []),
    ...options,
  ];
  const text = await git(folder, ['rev-list', ...args, ...range, '--', ...(path ? [path] : [])]);
  return text.split('\n').filter((line) => line !== '');
}

/** Of commits by their shas; of branches by their names the answer would grow old. */
const listFixed = remembered(MOST_ANSWERS, list);

/** Lists commits, newest first unless asked otherwise. */
export async function listCommits(bare: BareRepository, query: HistoryQuery): Promise<Commit[]> {
  return readCommits(bare, await listShas(bare.folder, query));
}

/** Reads commits by sha; what is no commit is left out. */
export async function readCommits(bare: BareRepository, shas: readonly string[]): Promise<Commit[]> {
  const commits = await Promise.all(shas.map((sha) => readCommit(bare.reader, sha)));
  return commits.filter((commit) => commit !== null);
}

/** Tells whether moving a ref from one commit to another loses none; the usual case, one commit further, costs no process. */
export async function isFastForward(bare: BareRepository, oldSha: string, newSha: string): Promise<boolean> {
  const commit = await readCommit(bare.reader, newSha);
  return commit?.parents.includes(oldSha) || isAncestor(bare.folder, oldSha, newSha);
}

/** Lists the commits that a move brought, oldest first; again cheap for a single one. */
export async function listBrought(
  bare: BareRepository,
  move: { oldSha: string; newSha: string },
): Promise<Commit[]> {
  const commit = await readCommit(bare.reader, move.newSha);
  if (commit?.parents.length === 1 && commit.parents[0] === move.oldSha) return [commit];
  const range = [move.newSha, `^${move.oldSha}`];
  return listCommits(bare, { range, reverse: true });
}

/**
 * Lists the commits that a move of a branch brings, oldest first; for a new branch those that no branch has yet.
 *
 * Ask before the branch has moved.
 */
export function listNew(bare: BareRepository, { oldSha, newSha }: RefChange): Promise<Commit[]> {
  if (oldSha !== NO_COMMIT) return listBrought(bare, { oldSha, newSha });
  return listCommits(bare, { range: [newSha, '--not', '--branches'], reverse: true });
}
