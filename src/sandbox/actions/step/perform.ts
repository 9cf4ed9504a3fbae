import type { StepDefinition } from '../definition.ts';
import type { Desk } from '../desk.ts';
import type { StepLog } from '../log.ts';

/** A step with everything evaluated. */
export interface ReadyStep {
  definition: StepDefinition;
  /** Unique in the job; for file names. */
  label: string;
  env: { [name: string]: string };
  /** `with:` as texts. */
  inputs: { [name: string]: string };
}

/** How a step ended. */
export interface StepOutcome {
  ok: boolean;
  outputs: { [name: string]: string };
  summary: string;
}

/** One way to do a step; an Error thrown makes it fail with its message in the log. */
export type Perform = (desk: Desk, step: ReadyStep, log: StepLog) => Promise<StepOutcome>;

/** A step that said nothing and succeeded. */
export const DONE: StepOutcome = { ok: true, outputs: {}, summary: '' };

/** An input by name, as the toolkit reads it: missing is empty, blanks around are cut. */
export function inputOf(step: ReadyStep, name: string): string {
  const key = Object.keys(step.inputs).find((one) => one.toLowerCase() === name);
  return key === undefined ? '' : (step.inputs[key] ?? '').trim();
}
