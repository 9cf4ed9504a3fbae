import type { Slot } from '../../domain/calendar.ts';
import type { SlotId } from '../../domain/calendar.ts';
import type { Stage } from '../../domain/slot.ts';
import { GitFailure, type RefUpdate } from '../../ports/repository.ts';
import type { Context } from '../context.ts';

/** The branch on which a candidate waits for its checks. Named after the commit, so it never has to move. */
export function candidateBranch(slot: SlotId, stage: Stage): string {
  return `tonic/candidate/${slot.replace('/', '-')}-${stage.environment}-${stage.candidate.slice(0, 7)}`;
}

/**
 * Pushes the candidates that are not on their branch yet, so that the environment's own job, on another machine,
 * finds exactly these commits.
 *
 * @throws GitFailure when the remote refuses.
 */
export async function pushCandidates(context: Context, slot: Slot, stages: readonly Stage[]): Promise<void> {
  const updates = stages
    .filter((stage) => stage.candidate !== stage.base)
    .map((stage): RefUpdate => ({
      ref: `refs/heads/${candidateBranch(slot.id, stage)}`,
      expected: null,
      target: stage.candidate,
    }));
  if (updates.length === 0) return;
  const pushed = await context.repository.push(updates);
  if (pushed.kind === 'refused') {
    throw new GitFailure('push', `the candidate was refused (${pushed.rule}): ${pushed.message}`, {
      retryable: false,
    });
  }
  if (pushed.kind === 'lost_race') {
    throw new GitFailure('push', `${pushed.ref} exists with another commit`, { retryable: true });
  }
}
