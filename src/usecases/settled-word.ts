import type { Approval } from '../domain/approval.ts';

/** GitHub may answer from a copy that is a moment behind: a word this young is not looked for yet. */
const SETTLING_MS = 60_000;

/** The words that are old enough to be looked for. */
export function settledWords(approvals: readonly Approval[], nowMs: number): readonly Approval[] {
  return approvals.filter(({ writtenAtMs }) => nowMs - writtenAtMs > SETTLING_MS);
}
