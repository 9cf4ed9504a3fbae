import { GitHubFailure } from '../../../src/ports/github.ts';
import { LedgerFailure } from '../../../src/ports/ledger.ts';
import { GitFailure } from '../../../src/ports/repository.ts';
import type { Context } from '../../../src/usecases/context.ts';
import type { Chance } from './chance.ts';
import { tell, violate, type Model } from './model.ts';
import type { Oracle } from './oracle/oracle.ts';
import { openContext } from './open-context.ts';
import type { Process, Scheduler } from './scheduler.ts';

/** The model with the scheduler that its processes run under, and who watches. */
export interface Stage {
  readonly model: Model;
  readonly scheduler: Scheduler;
  readonly oracle: Oracle;
}

/** How a piece of work of a process ended. One whose process was killed never ends. */
export type End = { readonly kind: 'done' } | { readonly kind: 'failed'; readonly error: unknown };

/** A new process, with ways to the outside that the scheduler guards. */
export function startProcess(
  { model, scheduler }: Stage,
  name: string,
): { readonly process: Process; readonly context: Context } {
  const process = { name, isAlive: true };
  return { process, context: scheduler.gate(process, openContext(model, process)) };
}

/** Lets a process do something. It begins at once and goes on as the scheduler lets it. */
export function work(
  { model }: Stage,
  process: Process,
  task: { readonly name: string; readonly run: () => Promise<void>; readonly ended?: (end: End) => void },
): void {
  const end = (how: End): void => {
    if (!process.isAlive) return;
    if (how.kind === 'failed') noteFailure(model, process, { task: task.name, error: how.error });
    task.ended?.(how);
  };
  task.run().then(
    () => end({ kind: 'done' }),
    (error: unknown) => end({ kind: 'failed', error }),
  );
}

/** Lets everything that processes have begun come to its end, in any order. */
export async function letAllGo({ scheduler }: Stage, chance: Chance): Promise<void> {
  await scheduler.drain();
  while (scheduler.parked().length > 0) await scheduler.grant(chance.one(scheduler.parked()), 'answered');
}

/** What the outside does not do is no fault of ours; all else that is thrown is one. */
function noteFailure(
  model: Model,
  process: Process,
  { task, error }: { readonly task: string; readonly error: unknown },
): void {
  const message = error instanceof Error ? error.message : String(error);
  tell(model, `${process.name}: ${task} failed: ${message}`);
  if (!isOutsideFailure(error)) violate(model, 'a bug throws', `${process.name}, ${task}: ${message}`);
}

function isOutsideFailure(error: unknown): boolean {
  // Nobody touches the ledger here, so whoever distrusts it is wrong.
  if (error instanceof LedgerFailure) return error.retryable;
  if (error instanceof GitFailure || error instanceof GitHubFailure) return true;
  // A slot that others disturb again and again gives up; the next run takes it on.
  return error instanceof Error && error.message.endsWith(' times while the slot was planned');
}
