import type { Context } from '../../../src/usecases/context.ts';

/** The ways on which a process changes the world, in the order in which they are counted. */
const WAYS = [
  ['ledger', 'update'],
  ['repository', 'push'],
  ['issues', 'apply'],
  ['issues', 'pinComment'],
  ['issues', 'sayOnPull'],
  ['checks', 'report'],
  ['deployments', 'create'],
  ['deployments', 'setState'],
  ['deployer', 'run'],
  ['conflictPulls', 'open'],
] as const;

/** Right before or after one of the acts of a process, counted from 0. */
export type Moment = { readonly act: number; readonly when: 'before' | 'after' };

const killed = (): Error => new Error('killed');

/** A process that is killed at a moment: from then on none of its calls reaches anything. Counts its acts. */
export function mortal(context: Context, moment: Moment | null): { context: Context; acts: string[] } {
  const acts: string[] = [];
  let isDead = false;
  const wrap =
    (name: string, call: (...args: never[]) => Promise<unknown>) =>
    async (...args: never[]) => {
      if (isDead) throw killed();
      acts.push(name);
      const isHere = moment?.act === acts.length - 1;
      isDead = isHere && moment.when === 'before';
      if (isDead) throw killed();
      const result = await call(...args);
      // It may have died of what it did at the same time.
      isDead ||= isHere;
      if (isDead) throw killed();
      return result;
    };
  const mutable: Record<string, Record<string, unknown>> = {};
  for (const [port, method] of WAYS) {
    mutable[port] ??= { ...context[port] };
    const original: unknown = Reflect.get(context[port], method);
    if (typeof original !== 'function') throw new Error(`${port} has no ${method}`);
    mutable[port][method] = wrap(`${port}.${method}`, (...args) =>
      Reflect.apply(original, context[port], args),
    );
  }
  return { context: { ...context, ...mutable }, acts };
}

/** Waits for a process that may be killed. */
export async function unlessKilled(running: Promise<unknown>): Promise<void> {
  await running.catch((error: unknown) => {
    if (!(error instanceof Error) || error.message !== 'killed') throw error;
  });
}
