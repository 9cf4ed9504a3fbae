import type { Author } from '../auth/author.ts';
import { changedPaths, type ChangedPaths } from '../git/changed-path.ts';
import { readCommit, type Commit } from '../git/commit.ts';
import { listBrought, listCommits } from '../git/history.ts';
import { NO_COMMIT, type RefChange } from '../git/ref.ts';
import { git } from '../git/run.ts';
import type { Repository } from '../model/repository.ts';
import type { Kernel } from '../sandbox.ts';

/** GitHub lists at most so many commits of a push. */
const MAX_COMMITS = 2048;

/** A ref that has moved, with what git knows about the move; everything that follows reads it from here. */
export interface Push {
  repository: Repository;
  author: Author;
  change: RefChange;
  /** Commits that the move brought, oldest first; of a new branch, those that no other branch had. */
  commits: Commit[];
  /** The commit now at the tip; `null` after a deletion. */
  head: Commit | null;
  /** What `commits` and `head` changed, by sha. */
  paths: Map<string, ChangedPaths>;
  /** Heads of pulls that the move made reachable from the branch. */
  reachedHeads: Set<string>;
}

/** Collects once what a move of a ref brought. */
export async function describePush(
  kernel: Kernel,
  moved: Pick<Push, 'repository' | 'author' | 'change'>,
): Promise<Push> {
  const [brought, reachedHeads] = await Promise.all([
    readCommits(kernel, moved),
    readReachedHeads(kernel, moved),
  ]);
  return { ...moved, ...brought, reachedHeads };
}

async function readCommits(
  kernel: Kernel,
  { repository, change }: Pick<Push, 'repository' | 'change'>,
): Promise<Pick<Push, 'commits' | 'head' | 'paths'>> {
  if (change.newSha === NO_COMMIT) return { commits: [], head: null, paths: new Map() };
  const bare = kernel.git.open(repository);
  const [commits, head] = await Promise.all([
    newCommits(kernel, repository, change),
    readCommit(bare.reader, change.newSha),
  ]);
  const shas = new Set([...commits.map(({ sha }) => sha), ...(head ? [head.sha] : [])]);
  return { commits, head, paths: await changedPaths(bare.folder, [...shas]) };
}

function newCommits(
  kernel: Kernel,
  repository: Repository,
  { ref, oldSha, newSha }: RefChange,
): Promise<Commit[]> {
  const bare = kernel.git.open(repository);
  if (oldSha !== NO_COMMIT) return listBrought(bare, { oldSha, newSha, limit: MAX_COMMITS });
  const range = [newSha, '--not', `--exclude=${ref.replace('refs/heads/', '')}`, '--branches'];
  return listCommits(bare, { range, limit: MAX_COMMITS, reverse: true });
}

/** One run of git however many pulls there are, and none where no pull waits for the branch. */
async function readReachedHeads(
  kernel: Kernel,
  { repository, change }: Pick<Push, 'repository' | 'change'>,
): Promise<Set<string>> {
  const waiting = repository.pulls.some(
    (pull) => !pull.merged && `refs/heads/${pull.baseBranch}` === change.ref,
  );
  if (!waiting || change.newSha === NO_COMMIT) return new Set();
  const before = change.oldSha === NO_COMMIT ? [] : [`--no-merged=${change.oldSha}`];
  const args = [
    'for-each-ref',
    '--format=%(objectname)',
    `--merged=${change.newSha}`,
    ...before,
    'refs/pull/',
  ];
  return new Set((await git(kernel.git.folderOf(repository), args)).split('\n'));
}
