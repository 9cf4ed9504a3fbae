import type { Approval } from './approval.ts';
import type { HandledCommand } from './bug.ts';
import type { FixFacts } from './fix.ts';
import type { Policy } from './policy.ts';
import type { Refusal } from './reason.ts';

/** What was said on a pull request that is signed off by itself. */
export interface ReleasePull {
  readonly pull: number;
  readonly approvals: readonly Approval[];
  /** Words that were carried out or refused, oldest first. */
  readonly commands: readonly HandledCommand[];
}

/** What a word on such a pull request is decided on. */
export interface ReleaseCallFacts {
  readonly record: ReleasePull;
  readonly pull: FixFacts;
  readonly policy: Policy;
}

/** What becomes of the approvals, with what to tell the person; Markdown. */
export type ReleaseDecision =
  | { readonly kind: 'allowed'; readonly approvals: readonly Approval[]; readonly answer: string }
  | Refusal;

/** A pull request on which nothing was said yet. */
export function newReleasePull(pull: number): ReleasePull {
  return { pull, approvals: [], commands: [] };
}
