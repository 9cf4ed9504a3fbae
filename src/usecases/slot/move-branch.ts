import type { LedgerState } from '../../domain/ledger.ts';
import { rollbackTag, slotReleaseId } from '../../domain/release.ts';
import type { SlotRecord, Stage } from '../../domain/slot.ts';
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
    readonly slot: SlotRecord;
    readonly stage: Stage;
    readonly state: LedgerState;
    readonly branch: string;
  },
): Promise<PushResult> {
  const { slot, stage, branch } = moving;
  if (stage.candidate === stage.base) return { kind: 'pushed' };
  const updates: RefUpdate[] = [
    { ref: `refs/heads/${branch}`, expected: stage.base, target: stage.candidate },
    { ref: `refs/heads/${candidateBranch(slot.id, stage)}`, expected: stage.candidate, target: null },
  ];
  const tag = rollbackPoint(moving);
  const pushed = await context.repository.push([...updates, ...tag]);
  // A run before this one has set it, when something else was live; what is live now is in the release.
  const isTagTaken = pushed.kind === 'lost_race' && tag.some(({ ref }) => ref === pushed.ref);
  return isTagTaken ? context.repository.push(updates) : pushed;
}

function rollbackPoint({
  slot,
  stage,
  state,
}: {
  readonly slot: SlotRecord;
  readonly stage: Stage;
  readonly state: LedgerState;
}): RefUpdate[] {
  const release = state.releases.get(slotReleaseId(slot.id, stage.environment));
  const previous = release?.envelope.previous ?? null;
  if (release === undefined || previous === null) return [];
  return [{ ref: `refs/tags/${rollbackTag(release)}`, expected: null, target: previous }];
}
