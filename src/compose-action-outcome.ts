import type { ReleaseRecord } from './compose-action-record.ts';
import type { Refusal } from './domain/reason.ts';
import type { Release } from './domain/release.ts';

/** What came of it: outputs, job summary and the job's end are made from this alone. */
export interface CommandOutcome {
  readonly decision: 'done' | 'refused' | 'failed';
  readonly reasonCode: string | null;
  readonly slot: string | null;
  readonly prod: boolean;
  readonly uat: boolean;
  /** One sentence. */
  readonly message: string;
  /** Markdown. */
  readonly summary: string;
  /** What is to be kept as files. */
  readonly records: readonly ReleaseRecord[];
  readonly result: Readonly<Record<string, unknown>>;
}

/** Nothing was done, and why. */
export function refused(refusal: Refusal): CommandOutcome {
  // Another run has the slot: nothing is wrong. A run that no slot can have must not look as if it had deployed.
  const decision = refusal.reason === 'foreign_run' ? 'failed' : 'refused';
  return {
    decision,
    reasonCode: refusal.reason,
    slot: null,
    prod: false,
    uat: false,
    message: refusal.message,
    summary: `## Nothing was done\n\n${refusal.message}`,
    records: [],
    result: { schema_version: 1, decision, reason_code: refusal.reason },
  };
}

/** Which part of which rollback or hotfix the action was asked for. */
export interface OrderCommand {
  readonly phase: 'all' | 'plan' | 'uat' | 'prod';
  readonly release: string | null;
}

/** How far a rollback or a hotfix has come, for what runs after this step. */
export function orderOutcome(
  release: Release,
  said: Pick<CommandOutcome, 'decision' | 'message' | 'summary'> & Partial<Pick<CommandOutcome, 'records'>>,
): CommandOutcome {
  const { id, environment, state, reason } = release;
  const isPending = state === 'planned';
  return {
    records: [],
    ...said,
    message: `${id}: ${said.message}`,
    reasonCode: reason,
    slot: null,
    prod: isPending && environment === 'prod',
    uat: isPending && environment === 'uat',
    result: { schema_version: 1, decision: said.decision, reason_code: reason, release },
  };
}
