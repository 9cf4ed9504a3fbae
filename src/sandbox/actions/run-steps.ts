import { stepName, type StepDefinition } from './definition.ts';
import { deskScope, type Desk, type PostStep } from './desk.ts';
import { asText, evaluate, holds, resolve, resolveToText, resolveToTexts, type Scope } from './expression.ts';
import { createStepLog, type StepLog } from './log.ts';
import type { Conclusion, WorkflowStep } from './model.ts';
import { performScript } from './step/script.ts';
import { performUses } from './step/uses.ts';
import type { StepOutcome } from './step/perform.ts';

const FAILED: StepOutcome = { ok: false, outputs: {}, summary: '' };

/** Does the steps of a job in order, then what actions left for the end, newest first. A killed run stops at once. */
export async function runSteps(desk: Desk): Promise<void> {
  for (const definition of desk.definition.steps) {
    if (isKilled(desk)) return;
    await runStep(desk, definition);
  }
  for (const post of desk.posts.splice(0).toReversed()) {
    if (isKilled(desk)) return;
    await runPostStep(desk, post);
  }
}

function isKilled(desk: Desk): boolean {
  return desk.live.state === 'killed';
}

async function runStep(desk: Desk, definition: StepDefinition): Promise<void> {
  const step = addStep(desk, stepName(definition));
  const work = { definition, step, log: openLog(desk, step) };
  const begun = begin(desk, work);
  if (begun === 'skipped') {
    keepResult(desk, definition, { outputs: {}, outcome: 'skipped', conclusion: 'skipped' });
    endStep(desk, step, 'skipped');
    return;
  }
  await tellListeners(desk, step, 'before');
  const outcome = begun === 'failed' || isKilled(desk) ? FAILED : await perform(desk, work);
  settle(desk, work, outcome);
  await tellListeners(desk, step, 'after');
}

async function tellListeners(desk: Desk, step: WorkflowStep, when: 'before' | 'after'): Promise<void> {
  const { live, job } = desk;
  if (!isKilled(desk)) await live.parts.atStep({ when, run: live.run, job, step });
}

function settle(desk: Desk, { definition, step }: StepWork, outcome: StepOutcome): void {
  step.summary = outcome.summary;
  const result: Conclusion = outcome.ok ? 'success' : isCancelled(desk) ? 'cancelled' : 'failure';
  const forgiven = result === 'failure' && isTrue(definition['continue-on-error'], deskScope(desk));
  const conclusion = forgiven ? 'success' : result;
  if (conclusion === 'failure') desk.failed = true;
  keepResult(desk, definition, { outputs: outcome.outputs, outcome: result, conclusion });
  endStep(desk, step, conclusion);
}

interface StepWork {
  definition: StepDefinition;
  step: WorkflowStep;
  log: StepLog;
}

/** Judges the `if:` and starts the step; an expression that fails makes the step fail. */
function begin(desk: Desk, { definition, step, log }: StepWork): 'go' | 'skipped' | 'failed' {
  try {
    const scope = deskScope(desk, resolveToTexts(definition.env, deskScope(desk)));
    if (!holds(definition.if, scope)) return 'skipped';
    step.name = resolveToText(step.name, scope);
  } catch (error) {
    log.note(`##[error]${messageOf(error)}`);
    return 'failed';
  } finally {
    step.status = 'in_progress';
    step.startedAt = desk.live.parts.kernel.clock.now();
  }
  return 'go';
}

async function perform(desk: Desk, { definition, log, step }: StepWork): Promise<StepOutcome> {
  const limit = startLimit(desk, definition, log);
  try {
    const env = resolveToTexts(definition.env, deskScope(desk));
    const inputs = resolveToTexts(definition.with, deskScope(desk, env));
    const ready = { definition, label: `step${step.number}`, env, inputs };
    const outcome = await (definition.uses === undefined ? performScript : performUses)(desk, ready, log);
    return limit.isOver() ? { ...outcome, ok: false } : outcome;
  } catch (error) {
    log.note(`##[error]${messageOf(error)}`);
    return FAILED;
  } finally {
    limit.end();
  }
}

/** Ends the step's processes when `timeout-minutes` of real time are over. */
function startLimit(
  desk: Desk,
  definition: StepDefinition,
  log: StepLog,
): { isOver: () => boolean; end: () => void } {
  let over = false;
  if (definition['timeout-minutes'] === undefined) return { isOver: () => false, end: () => undefined };
  const minutes = Number(resolve(definition['timeout-minutes'], deskScope(desk)));
  const timer = setTimeout(() => {
    over = true;
    log.note(`##[error]The action '${stepName(definition)}' has timed out after ${minutes} minutes.`);
    desk.live.children.signal('SIGKILL', desk.job.id);
  }, minutes * 60_000);
  return { isOver: () => over, end: () => clearTimeout(timer) };
}

async function runPostStep(desk: Desk, post: PostStep): Promise<void> {
  const step = addStep(desk, post.name);
  const log = openLog(desk, step);
  step.status = 'in_progress';
  step.startedAt = desk.live.parts.kernel.clock.now();
  const ok = await post.perform(log).catch((error: unknown) => {
    log.note(`##[error]${messageOf(error)}`);
    return false;
  });
  if (!ok) desk.failed = true;
  endStep(desk, step, ok ? 'success' : 'failure');
}

/** Adds a step to the job, numbered in order. */
export function addStep(desk: Desk, name: string): WorkflowStep {
  const step: WorkflowStep = {
    number: desk.job.steps.length + 1,
    name,
    status: 'queued',
    conclusion: null,
    startedAt: null,
    completedAt: null,
    log: '',
    summary: '',
  };
  desk.job.steps.push(step);
  return step;
}

/** Opens the log of a step; what is written goes through the job's masks. */
export function openLog(desk: Desk, step: WorkflowStep): StepLog {
  return createStepLog({
    masks: desk.masks,
    now: () => desk.live.parts.kernel.clock.now(),
    append: (line) => {
      step.log += `${line}\n`;
    },
    annotate: (annotation) => desk.job.annotations.push(annotation),
  });
}

/** Ends a step. */
export function endStep(desk: Desk, step: WorkflowStep, conclusion: Conclusion): void {
  step.status = 'completed';
  step.conclusion = conclusion;
  step.completedAt = desk.live.parts.kernel.clock.now();
}

function keepResult(desk: Desk, definition: StepDefinition, result: Desk['results'][string]): void {
  if (definition.id !== undefined) desk.results[definition.id] = result;
}

function isCancelled(desk: Desk): boolean {
  return desk.live.state === 'cancelled' || desk.timedOut;
}

/** A setting that is a boolean or an expression of one. */
export function isTrue(value: string | number | boolean | undefined, scope: Scope): boolean {
  if (typeof value !== 'string') return Boolean(value);
  const resolved = value.includes('${{') ? resolve(value, scope) : evaluate(value, scope);
  return asText(resolved) === 'true';
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
