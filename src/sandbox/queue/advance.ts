import { NO_COMMIT } from '../git/ref.ts';
import { branchHead } from '../git/resolve.ts';
import { inTurn } from '../in-turn.ts';
import type { MergeGroup, QueueEntry } from '../model/queue.ts';
import type { Repository } from '../model/repository.ts';
import { buildMerge, type MergeForm } from '../pull/build-merge.ts';
import { finishMerge } from '../pull/merge.ts';
import { findPull, type PullPlace } from '../pull/state.ts';
import { updateRefs } from '../ref-update.ts';
import type { RuleOf } from '../rule/format.ts';
import { QUEUE_REFS } from '../rule/move.ts';
import { unmetChecks } from '../rule/required-check.ts';
import { rulesOver } from '../rule/source.ts';
import type { Kernel } from '../sandbox.ts';
import { announceGroup, type DequeueReason } from './announce.ts';
import { queueAuthor, queueBot } from './bot.ts';
import { endGroup, leaveQueue } from './leave.ts';
import { entriesFor, queueOf, queueRule } from './store.ts';

/**
 * Takes the queue of a branch as far as it goes now: forms the group of the first pull, merges it when its checks have
 * passed, drops what cannot be merged, and goes on with the next.
 *
 * One pull is one group: the next is built when the one before has gone.
 */
export function advanceQueue(kernel: Kernel, repository: Repository, branch: string): Promise<void> {
  return inTurn(queueOf(repository), async () => {
    await dropOutdated(kernel, repository, branch);
    while (await step(kernel, repository, branch));
  });
}

/** What a step works on. */
interface Turn {
  place: PullPlace;
  entry: QueueEntry;
  rule: RuleOf<'merge_queue'>;
  base: string;
}

/** Does one thing to the first entry; answers whether there may be more to do at once. */
async function step(kernel: Kernel, repository: Repository, branch: string): Promise<boolean> {
  const [entry] = entriesFor(repository, branch);
  const place = entry && findPull(repository, entry.pullNumber);
  if (!place) return false;
  const rule = queueRule(repository, branch);
  const base = await branchHead(kernel.git.open(repository), branch);
  if (!rule || base === null) return drop(kernel, place, 'QUEUE_CLEARED');
  const turn = { place, entry, rule, base };
  if (!entry.group) return form(kernel, turn);
  if (entry.group.baseSha === base) return settle(kernel, turn, entry.group);
  await endGroup(kernel, repository, { entry, reason: 'invalidated' });
  return true;
}

async function drop(kernel: Kernel, place: PullPlace, reason: DequeueReason): Promise<true> {
  await leaveQueue(kernel, place, { author: queueAuthor(kernel), reason });
  return true;
}

/** A pull that is not any more what it was when it joined leaves, wherever it stands. */
async function dropOutdated(kernel: Kernel, repository: Repository, branch: string): Promise<void> {
  for (const entry of entriesFor(repository, branch)) {
    const place = findPull(repository, entry.pullNumber);
    const reason = place && outdatedBy(place, entry);
    if (reason) await drop(kernel, place, reason);
  }
}

function outdatedBy({ pull, issue }: PullPlace, entry: QueueEntry): DequeueReason | null {
  if (pull.merged) return 'ALREADY_MERGED';
  if (issue.state !== 'open' || pull.draft) return 'MANUAL';
  const same = pull.headSha === entry.headSha && pull.baseBranch === entry.branch;
  return same ? null : 'UNKNOWN_REMOVAL_REASON';
}

const METHODS = { MERGE: 'merge', SQUASH: 'squash', REBASE: 'rebase' } as const;

/** Merges the pull onto a branch of the queue's own and asks for its checks. */
async function form(kernel: Kernel, { place, entry, rule, base }: Turn): Promise<boolean> {
  const { repository, pull } = place;
  const actor: MergeForm['actor'] = { kind: 'user', user: queueBot(kernel) };
  const merge = { actor, method: METHODS[rule.parameters.merge_method] };
  const headSha = await buildMerge(kernel, place, { merge, base });
  if (headSha === null) return drop(kernel, place, 'MERGE_CONFLICT');
  const headRef = `${QUEUE_REFS}${entry.branch}/pr-${pull.number}-${base}`;
  const change = { ref: headRef, oldSha: NO_COMMIT, newSha: headSha };
  const [outcome] = await updateRefs(kernel, {
    repository,
    actor,
    changes: [change],
    via: { kind: 'queue' },
  });
  if (outcome?.refusal) return drop(kernel, place, 'INVALID_MERGE_COMMIT');
  const group = { headRef, headSha, baseSha: base, requestedAtMs: kernel.clock.nowMs() };
  entry.group = group;
  await announceGroup(kernel, repository, { branch: entry.branch, group });
  return true;
}

/** Looks at the checks of a group: waits, drops the pull, or merges it. */
async function settle(kernel: Kernel, turn: Turn, group: MergeGroup): Promise<boolean> {
  const { place, entry, rule } = turn;
  const unmet = rulesOver(place.repository, { branch: entry.branch, type: 'required_status_checks' }).flatMap(
    ({ parameters }) =>
      unmetChecks(kernel.world, place.repository, {
        sha: group.headSha,
        required: parameters.required_status_checks,
      }),
  );
  if (unmet.some(({ shortfall }) => shortfall === 'failing' || shortfall === 'errored'))
    return drop(kernel, place, 'CI_FAILURE');
  if (unmet.length === 0) return land(kernel, turn, group);
  const waitedMs = kernel.clock.nowMs() - group.requestedAtMs;
  const isLate = waitedMs >= rule.parameters.check_response_timeout_minutes * 60_000;
  return isLate ? drop(kernel, place, 'CI_TIMEOUT') : false;
}

/** Moves the base to the merge that was checked. */
async function land(kernel: Kernel, { place, entry, base }: Turn, group: MergeGroup): Promise<boolean> {
  const { repository } = place;
  const actor: MergeForm['actor'] = { kind: 'user', user: queueBot(kernel) };
  const change = { ref: `refs/heads/${entry.branch}`, oldSha: base, newSha: group.headSha };
  const [outcome] = await updateRefs(kernel, {
    repository,
    actor,
    changes: [change],
    via: { kind: 'queue' },
  });
  // A base that moved meanwhile is found by the next step.
  if (outcome?.refusal?.kind === 'stale') return true;
  if (outcome?.refusal) return drop(kernel, place, 'BRANCH_PROTECTIONS');
  await finishMerge(kernel, place, { actor, base, commitSha: group.headSha });
  return drop(kernel, place, 'MERGE');
}
