import type { Author } from '../auth/author.ts';
import { isAncestor, listShas } from '../git/history.ts';
import { NO_COMMIT, setRef, type RefChange } from '../git/ref.ts';
import { git } from '../git/run.ts';
import type { Repository } from '../model/repository.ts';
import type { Kernel } from '../sandbox.ts';
import { serialisePull } from '../serialise/pull.ts';
import { emit } from '../webhook/emit.ts';
import { closePull, findPull, markMerged, type PullPlace } from './state.ts';

/** Lets the open pulls of a moved branch follow it: new heads, new bases, merged by the push, closed by its deletion. */
export async function followPush(
  kernel: Kernel,
  who: { repository: Repository; author: Author },
  change: RefChange,
): Promise<void> {
  const { repository, author } = who;
  if (!change.ref.startsWith('refs/heads/')) return;
  const branch = change.ref.slice('refs/heads/'.length);
  const open = repository.pulls
    .flatMap((pull) => findPull(repository, pull.number) ?? [])
    .filter(({ issue }) => issue.state === 'open');
  for (const place of open.filter(({ pull }) => pull.headBranch === branch))
    await followHead(kernel, place, { author, change });
  const onBase = open.filter(({ pull, issue }) => pull.baseBranch === branch && issue.state === 'open');
  const brought =
    onBase.length > 0 ? await broughtHeads(kernel.git.folderOf(repository), change) : new Set<string>();
  for (const place of onBase) await followBase(kernel, place, { author, change, brought });
}

/** Heads of pulls that became reachable by the move, in one run of git however many pulls there are. */
async function broughtHeads(folder: string, change: RefChange): Promise<Set<string>> {
  if (change.newSha === NO_COMMIT) return new Set();
  const before = change.oldSha === NO_COMMIT ? [] : [`--no-merged=${change.oldSha}`];
  const text = await git(folder, [
    'for-each-ref',
    '--format=%(objectname)',
    `--merged=${change.newSha}`,
    ...before,
    'refs/pull/',
  ]);
  return new Set(text.split('\n'));
}

interface Move {
  author: Author;
  change: RefChange;
}

async function followHead(kernel: Kernel, place: PullPlace, { author, change }: Move): Promise<void> {
  const { repository, pull } = place;
  if (change.newSha === NO_COMMIT) return closePull(kernel, place, author);
  pull.headSha = change.newSha;
  place.issue.updatedAt = kernel.clock.now();
  await setRef(kernel.git.folderOf(repository), `refs/pull/${pull.number}/head`, change.newSha);
  emit(kernel, 'pull-request/synchronize', {
    repository,
    sender: author.account,
    workflowRunId: author.workflowRunId,
    body: {
      number: pull.number,
      before: change.oldSha,
      after: change.newSha,
      pull_request: await serialisePull(kernel, repository, place),
    },
  });
}

async function followBase(
  kernel: Kernel,
  place: PullPlace,
  move: Move & { brought: Set<string> },
): Promise<void> {
  const { repository, pull } = place;
  const { author, change, brought } = move;
  if (change.newSha === NO_COMMIT) return closePull(kernel, place, author);
  const folder = kernel.git.folderOf(repository);
  if (brought.has(pull.headSha))
    await markMerged(kernel, place, { author, commitSha: await broughtBy(folder, pull.headSha, change) });
  // GitHub keeps the base of a merged pull where it was before the merge.
  else pull.baseSha = change.newSha;
}

/** The first commit on the base's own line that has the head among its ancestors: the merge, or the head itself. */
async function broughtBy(folder: string, head: string, change: RefChange): Promise<string> {
  const range = change.oldSha === NO_COMMIT ? [change.newSha] : [change.newSha, `^${change.oldSha}`];
  const line = await listShas(folder, { range, options: ['--first-parent'], reverse: true });
  let [low, high] = [0, line.length - 1];
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    if (await isAncestor(folder, head, line[middle] ?? change.newSha)) high = middle;
    else low = middle + 1;
  }
  return line[low] ?? change.newSha;
}
