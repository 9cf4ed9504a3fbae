import type { LedgerState } from '../../domain/ledger.ts';
import { rollbackTag, slotReleaseId } from '../../domain/release.ts';
import type { Stage } from '../../domain/slot.ts';
import type { PushResult, RefUpdate } from '../../ports/repository.ts';
import type { Context } from '../context.ts';
import { candidateBranch } from './candidate.ts';

/**
 * Moves an environment's branch from where the candidate was built to the candidate, sets the tag to go back to, and
 * takes the candidate's own branch away: in one push, or nothing of it.
 */
export async function moveBranch(
  context: Context,
  moving: {
    readonly slot: { readonly id: string };
    readonly stage: Stage;
    readonly state: LedgerState;
    readonly branch: string;
  },
): Promise<PushResult> {
  const updates = branchUpdates(moving);
  const tag = rollbackPoint(moving);
  const pushed = await pushAny(context, [...updates, ...tag]);
  // A run before this one has set it, when something else was live; what is live now is in the release.
  const isTagTaken = pushed.kind === 'lost_race' && tag.some(({ ref }) => ref === pushed.ref);
  return isTagTaken ? pushAny(context, updates) : pushed;
}

/** None where the branch has everything already. */
function branchUpdates({
  slot,
  stage,
  branch,
}: {
  readonly slot: { readonly id: string };
  readonly stage: Stage;
  readonly branch: string;
}): RefUpdate[] {
  if (stage.candidate === stage.base) return [];
  return [
    { ref: `refs/heads/${branch}`, expected: stage.base, target: stage.candidate },
    { ref: `refs/heads/${candidateBranch(slot.id, stage)}`, expected: stage.candidate, target: null },
  ];
}

async function pushAny({ repository }: Context, updates: readonly RefUpdate[]): Promise<PushResult> {
  return updates.length === 0 ? { kind: 'pushed' } : repository.push(updates);
}

function rollbackPoint({
  slot,
  stage,
  state,
}: {
  readonly slot: { readonly id: string };
  readonly stage: Stage;
  readonly state: LedgerState;
}): RefUpdate[] {
  const release = state.releases.get(slotReleaseId(slot.id, stage.environment));
  const previous = release?.envelope.previous ?? null;
  if (release === undefined || previous === null || previous === stage.candidate) return [];
  return [{ ref: `refs/tags/${rollbackTag(release)}`, expected: null, target: previous }];
}
