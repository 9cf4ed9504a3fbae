import type { Approval } from './approval.ts';
import type { HandledCommand, Hold } from './bug.ts';
import type { FixFacts } from './fix.ts';
import type { Policy } from './policy.ts';
import type { Refusal } from './reason.ts';

/** What was said on a pull request that is signed off by itself. */
export interface ReleasePull {
  readonly pull: number;
  readonly approvals: readonly Approval[];
  /** Words that were carried out or refused, oldest first. */
  readonly commands: readonly HandledCommand[];
  /** Why the last T2 did not bring it live; `null`: it was not merged, or nothing stopped it. */
  readonly hold: Hold | null;
  /** The commit of PROD that it went live with, or by which it was taken back; `null`: T2 may have to bring it yet. */
  readonly endedWith: string | null;
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
  return { pull, approvals: [], commands: [], hold: null, endedWith: null };
}

/** Tells whether somebody's word for it stands, as far as the ledger knows. */
export function isSigned(release: ReleasePull | undefined): boolean {
  return release !== undefined && release.approvals.length > 0;
}

/** Those that are signed off and that nobody has seen live; whether they were merged the ledger does not know. */
export function waitingPulls(pulls: Iterable<ReleasePull>): number[] {
  return [...pulls]
    .filter((release) => isSigned(release) && release.endedWith === null)
    .map(({ pull }) => pull);
}
