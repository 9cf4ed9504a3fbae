import type { Author } from '../auth/author.ts';
import { changedPaths, type ChangedPaths } from '../git/changed-path.ts';
import { readCommit, type Commit } from '../git/commit.ts';
import { listBrought, listCommits } from '../git/history.ts';
import { NO_COMMIT, type RefChange } from '../git/ref.ts';
import type { Repository } from '../model/repository.ts';
import type { Kernel } from '../sandbox.ts';

/** GitHub tells of at most so many commits of a push. */
export const MAX_TOLD_COMMITS = 2048;

/** A ref that has moved, with what git knows about the move; everything that follows reads it from here. */
export interface Push {
  repository: Repository;
  author: Author;
  change: RefChange;
  /** Commits that the move brought, oldest first; of a new branch, those that no other branch had. */
  commits: Commit[];
  /** The commit now at the tip; `null` after a deletion. */
  head: Commit | null;
  /** What the last `MAX_TOLD_COMMITS` of them and `head` changed, by sha. */
  paths: Map<string, ChangedPaths>;
}

/** Collects once what a move of a ref brought. */
export async function describePush(
  kernel: Kernel,
  moved: Pick<Push, 'repository' | 'author' | 'change'>,
): Promise<Push> {
  return { ...moved, ...(await readMove(kernel, moved)) };
}

async function readMove(
  kernel: Kernel,
  { repository, change }: Pick<Push, 'repository' | 'change'>,
): Promise<Pick<Push, 'commits' | 'head' | 'paths'>> {
  if (change.newSha === NO_COMMIT) return { commits: [], head: null, paths: new Map() };
  const bare = kernel.git.open(repository);
  const [commits, head] = await Promise.all([
    newCommits(kernel, repository, change),
    readCommit(bare.reader, change.newSha),
  ]);
  const told = commits.slice(-MAX_TOLD_COMMITS).map(({ sha }) => sha);
  const shas = new Set([...told, ...(head ? [head.sha] : [])]);
  return { commits, head, paths: await changedPaths(bare, [...shas]) };
}

function newCommits(
  kernel: Kernel,
  repository: Repository,
  { ref, oldSha, newSha }: RefChange,
): Promise<Commit[]> {
  const bare = kernel.git.open(repository);
  if (oldSha !== NO_COMMIT) return listBrought(bare, { oldSha, newSha });
  const range = [newSha, '--not', `--exclude=${ref.replace('refs/heads/', '')}`, '--branches'];
  // The first push of a long history brings more than anybody is told.
  return listCommits(bare, { range, reverse: true, limit: MAX_TOLD_COMMITS });
}
