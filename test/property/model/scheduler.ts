import type { Context } from '../../../src/usecases/context.ts';
import { LedgerFailure } from '../../../src/ports/ledger.ts';
import { GitHubFailure } from '../../../src/ports/github.ts';
import { GitFailure } from '../../../src/ports/repository.ts';

/** A process of this system: a replica of the App, or a job of a workflow run. */
export interface Process {
  readonly name: string;
  isAlive: boolean;
}

/** A call of a process to the outside that waits until it is let through. */
export interface ParkedCall {
  readonly process: Process;
  /** `<port>.<method>` */
  readonly name: string;
  readonly args: readonly unknown[];
  readonly sinceMs: number;
  /** Does it. */
  readonly perform: () => Promise<unknown>;
  readonly answer: (result: unknown) => void;
  readonly fail: (error: unknown) => void;
}

/**
 * How a call ends: with its answer; with an error and nothing done; with an error although it was done; or never,
 * because its process is killed before or right after it was done.
 */
export type Ending = 'answered' | 'refused' | 'answer_lost' | 'killed_before' | 'killed_after';

/** Decides, call by call, which process goes on. Nothing happens by itself. */
export interface Scheduler {
  /** The ways to the outside, of which every call parks here. */
  gate(process: Process, context: Context): Context;
  parked(): readonly ParkedCall[];
  /** Lets one call through and waits until every process has parked again or is done. */
  grant(call: ParkedCall, ending: Ending): Promise<void>;
  /** Nothing of the process goes on, ever. */
  kill(process: Process): void;
  /** Waits until every process has parked or is done. */
  drain(): Promise<void>;
}

export interface SchedulerOptions {
  /** Time goes by until a moment, if it has not yet. */
  readonly waitUntil: (atMs: number) => void;
  readonly nowMs: () => number;
  /** A call parks. */
  readonly onParked: (call: ParkedCall) => void;
  /** The call was done; its process has not heard of it yet. */
  readonly onPerformed: (call: ParkedCall, result: unknown) => void;
}

/** What stays within a process, or is read from its own store, and so is no moment at which others can come between. */
const OWN: ReadonlySet<string> = new Set([
  'ledger.seen',
  'ledger.recent',
  'configuration.load',
  'freezeVariables.known',
  'freezeVariables.refresh',
  'issues.prepare',
  'checks.takeStrange',
  'repository.diverge',
  'repository.describeFix',
  'repository.stack',
  'repository.isAncestor',
  'repository.treeOf',
  'repository.listFiles',
  'repository.readFiles',
  'repository.latestVersionTag',
]);

/** Parts of a context that are no ways to the outside. */
const PARTS: ReadonlySet<string> = new Set(['clock', 'log', 'hash', 'bookkeeping']);

/** One turn of the event loop: every promise that can go on has gone on by then. */
const drain = () => new Promise<void>((resolve) => setImmediate(resolve));

/** A scheduler without calls. Deterministic: it waits for promises only, never for time. */
export function createScheduler(options: SchedulerOptions): Scheduler {
  let parked: ParkedCall[] = [];

  function park(process: Process, call: Pick<ParkedCall, 'name' | 'args' | 'perform'>): Promise<unknown> {
    return new Promise((resolve, reject) => {
      // A dead process never hears anything again.
      if (!process.isAlive) return;
      const waiting = { ...call, process, sinceMs: options.nowMs(), answer: resolve, fail: reject };
      parked.push(waiting);
      options.onParked(waiting);
    });
  }

  function kill(process: Process): void {
    process.isAlive = false;
    parked = parked.filter((call) => call.process !== process);
  }

  async function perform(call: ParkedCall, ending: Ending): Promise<void> {
    // Time does not fail.
    if (ending === 'refused' && call.name !== 'pause') {
      call.fail(outsideFailure(call.name));
      return;
    }
    try {
      const result = await call.perform();
      options.onPerformed(call, result);
      if (ending === 'killed_after') kill(call.process);
      else if (ending === 'answer_lost' && call.name !== 'pause') call.fail(outsideFailure(call.name));
      else call.answer(result);
    } catch (error) {
      call.fail(error);
    }
  }

  return {
    parked: () => parked,
    kill,
    drain,
    grant: async (call, ending) => {
      parked = parked.filter((each) => each !== call);
      if (ending === 'killed_before') kill(call.process);
      else await perform(call, ending);
      await drain();
    },
    gate: (process, context) => {
      const gated = Object.entries(context).map(([part, value]: [string, unknown]) =>
        PARTS.has(part) || typeof value !== 'object' || value === null
          ? [part, value]
          : [part, gatePort(part, value, (call) => park(process, call))],
      );
      const pause = async (ms: number): Promise<void> => {
        const untilMs = options.nowMs() + ms;
        await park(process, { name: 'pause', args: [ms], perform: async () => options.waitUntil(untilMs) });
      };
      return { ...context, ...Object.fromEntries(gated), pause };
    },
  };
}

type Park = (call: Pick<ParkedCall, 'name' | 'args' | 'perform'>) => Promise<unknown>;

function gatePort(part: string, port: object, park: Park): object {
  const methods = Object.entries(port).map(([method, value]: [string, unknown]) => {
    const name = `${part}.${method}`;
    if (typeof value !== 'function' || OWN.has(name)) return [method, value];
    const call = async (...args: unknown[]) =>
      park({ name, args, perform: async () => Reflect.apply(value, port, args) });
    return [method, call];
  });
  return Object.fromEntries(methods);
}

/** The failure that the adapter of a port throws when the other side does not answer. */
function outsideFailure(name: string): Error {
  const [port] = name.split('.');
  const message = `${name} got no answer`;
  if (port === 'ledger') return new LedgerFailure(message, { retryable: true });
  if (port === 'repository') return new GitFailure(name, message, { retryable: true });
  return new GitHubFailure(name, message, { status: 502, retryable: true });
}
