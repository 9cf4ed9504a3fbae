import { isAncestor, listShas } from '../git/history.ts';
import { NO_COMMIT } from '../git/ref.ts';
import type { Repository } from '../model/repository.ts';
import type { Push } from '../push/push.ts';
import type { Kernel } from '../sandbox.ts';
import { serialisePull } from '../serialise/pull.ts';
import { emit } from '../webhook/emit.ts';
import { mirrorHead } from './head.ts';
import { dismissStaleApprovals } from './review.ts';
import { closePull, findPull, markMerged, type PullPlace } from './state.ts';

/** Lets the open pulls of a moved branch follow it: new heads, new bases, merged by the push, closed by its deletion. */
export async function followPush(kernel: Kernel, push: Push): Promise<void> {
  const { repository, change } = push;
  if (!change.ref.startsWith('refs/heads/')) return;
  const branch = change.ref.slice('refs/heads/'.length);
  const heads = kernel.world.repositories
    .flatMap(openPulls)
    .filter(({ pull }) => pull.headRepositoryId === repository.id && pull.headBranch === branch);
  for (const place of heads) await followHead(kernel, place, push);
  const onBase = openPulls(repository).filter(({ pull }) => pull.baseBranch === branch);
  for (const place of onBase) await followBase(kernel, place, push);
}

function openPulls(repository: Repository): PullPlace[] {
  return repository.pulls
    .flatMap((pull) => findPull(repository, pull.number) ?? [])
    .filter(({ issue }) => issue.state === 'open');
}

async function followHead(kernel: Kernel, place: PullPlace, { author, change }: Push): Promise<void> {
  const { repository, pull } = place;
  if (change.newSha === NO_COMMIT) return closePull(kernel, place, author);
  pull.headSha = change.newSha;
  place.issue.updatedAt = kernel.clock.now();
  await mirrorHead(kernel, place);
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
  dismissStaleApprovals(kernel, place, author);
}

async function followBase(kernel: Kernel, place: PullPlace, push: Push): Promise<void> {
  const { repository, pull } = place;
  const { author, change, commits } = push;
  if (change.newSha === NO_COMMIT) return closePull(kernel, place, author);
  if (commits.some(({ sha }) => sha === pull.headSha)) {
    const commitSha = await broughtBy(kernel.git.folderOf(repository), pull.headSha, push);
    await markMerged(kernel, place, { author, commitSha });
  } else {
    // GitHub keeps the base of a merged pull where it was before the merge.
    pull.baseSha = change.newSha;
  }
}

/** The first commit on the base's own line that has the head among its ancestors: the merge, or the head itself. */
async function broughtBy(folder: string, head: string, { change, head: tip }: Push): Promise<string> {
  // The usual case, a merge made on the base's own tip, needs no walk.
  if (head === change.newSha || (tip?.parents[0] === change.oldSha && tip.parents.includes(head)))
    return change.newSha;
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
