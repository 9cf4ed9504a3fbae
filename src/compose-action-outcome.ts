import type { Refusal } from './domain/reason.ts';

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
    result: { schema_version: 1, decision, reason_code: refusal.reason },
  };
}
