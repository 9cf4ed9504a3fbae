import type { Reviewer } from '../../model/environment.ts';

/**
 * A stop before a protected environment: which jobs of a run stand there, what they wait for, and what was said.
 *
 * The rules are those of the environment when the first job came. Jobs that come while it is shut stand at the same
 * gate, and one answer is for all of them; who comes later finds a new one.
 * Source: GitHub's answers name only run and environment; github.com/amd/gaia/issues/3018 and
 * github.com/liquibase/liquibase/issues/7964 have measured both halves.
 */
export interface Gate {
  id: number;
  environmentId: number;
  environment: string;
  /** Of the run: a rerun asks again. */
  attempt: number;
  jobIds: number[];
  openedAt: string;
  expiresAtMs: number;
  waitTimer: { minutes: number; endsAtMs: number } | null;
  review: { reviewers: Reviewer[]; preventSelfReview: boolean; approved: boolean } | null;
  customRules: GateRule[];
  /** `null` while jobs wait. */
  outcome: GateOutcome | null;
}

/** How a gate was left. */
export type GateOutcome = 'approved' | 'bypassed' | 'rejected' | 'expired' | 'cancelled';

/** The word of one App. */
interface GateRule {
  appId: number;
  state: 'pending' | 'approved' | 'rejected';
  /** Markdown, oldest first. */
  reports: string[];
}

/** What somebody said about waiting jobs, as the review history of a run keeps it. */
export interface Approval {
  environment: { id: number; name: string };
  /** `pending` is a status report. */
  state: 'approved' | 'rejected' | 'pending';
  userId: number;
  comment: string;
}
