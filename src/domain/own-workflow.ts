import type { SlotKind } from './calendar.ts';

const FOLDER = '.github/workflows/';

const FILES: Readonly<Record<SlotKind, string>> = { T1: 'tonic-t1.yml', T2: 'tonic-t2.yml' };

/** The workflow file that brings an environment back. */
export const ROLLBACK_WORKFLOW = 'tonic-rollback.yml';

/** The workflow file that brings a hotfix to PROD. */
export const HOTFIX_WORKFLOW = 'tonic-hotfix.yml';

/** What our workflows are started for: a slot by the clock, or what somebody has ordered. */
export type WorkflowPurpose = 'slot' | OrderKind;

/** What a person can order at any time. */
export type OrderKind = 'rollback' | 'hotfix';

/** The workflow file of a kind of slot, as `docs/` and the set-up name it. */
export function slotWorkflow(kind: SlotKind): string {
  return FILES[kind];
}

/** The kind of slot that a workflow runs; `null` for every other workflow. GitHub may put `@<ref>` after the path. */
export function slotKindOf(workflowPath: string): SlotKind | null {
  const [path] = workflowPath.split('@');
  if (path === FOLDER + FILES.T1) return 'T1';
  return path === FOLDER + FILES.T2 ? 'T2' : null;
}

/** What a workflow of ours is for; `null` for every other workflow. */
export function purposeOf(workflowPath: string): WorkflowPurpose | null {
  if (slotKindOf(workflowPath) !== null) return 'slot';
  const [path] = workflowPath.split('@');
  if (path === FOLDER + ROLLBACK_WORKFLOW) return 'rollback';
  return path === FOLDER + HOTFIX_WORKFLOW ? 'hotfix' : null;
}
