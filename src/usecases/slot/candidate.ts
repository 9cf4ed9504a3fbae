import { refuse, type Refusal } from '../../domain/reason.ts';
import type { Stage } from '../../domain/slot.ts';
import { code } from '../../domain/text/markdown.ts';
import { GitFailure, type RefUpdate } from '../../ports/repository.ts';
import type { Context } from '../context.ts';

/** The branch on which a candidate waits for its checks. Named after the commit, so it never has to move. */
export function candidateBranch(operation: string, stage: Stage): string {
  return `tonic/candidate/${operation.replace('/', '-')}-${stage.environment}-${stage.candidate.slice(0, 7)}`;
}

/**
 * Pushes the candidates that are not on their branch yet, so that the environment's own job, on another machine,
 * finds exactly these commits. All or none; gives why the remote does not take them.
 *
 * @throws GitFailure when the remote cannot be reached, does not know this system, or has such a branch.
 */
export async function pushCandidates(
  context: Context,
  { id }: { readonly id: string },
  stages: readonly Stage[],
): Promise<Refusal | null> {
  const updates = stages
    .filter((stage) => stage.candidate !== stage.base)
    .map((stage): RefUpdate => ({
      ref: `refs/heads/${candidateBranch(id, stage)}`,
      expected: null,
      target: stage.candidate,
    }));
  if (updates.length === 0) return null;
  const pushed = await context.repository.push(updates);
  if (pushed.kind === 'pushed') return null;
  if (pushed.kind === 'lost_race') {
    throw new GitFailure('push', `${pushed.ref} exists with another commit`, { retryable: true });
  }
  const { rule, message } = pushed;
  if (rule === 'authentication') {
    throw new GitFailure('push', `the candidate was refused (${rule}): ${message}`, { retryable: false });
  }
  return refuse(
    'push_refused',
    `The remote does not take the candidate with it (${rule}): ${code(message, 500)}`,
  );
}
