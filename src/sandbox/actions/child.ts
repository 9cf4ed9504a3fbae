import { setTimeout as delay } from 'node:timers/promises';
import { startProgram } from '../../process/start-program.ts';

/** What to run; without a shell. */
interface ChildCommand {
  file: string;
  args: string[];
  cwd: string;
  env: { [name: string]: string };
  onLine: (line: string) => void;
  /** The job it belongs to. */
  owner: number;
}

/** The signals that end a child, the gentlest first. */
type Signal = 'SIGINT' | 'SIGTERM' | 'SIGKILL';

/** Source: docs.github.com, "Workflow cancellation reference". */
const TERMINATE_AFTER_MS = 7_500;
const KILL_AFTER_MS = 10_000;

/** How long output may still come after a process has ended. */
const DRAIN_MS = 500;

/** How a child ended; `null` when a signal ended it. */
type ExitCode = number | null;

/** The child processes of one run, each with everything it started in a process group of its own. */
export interface Children {
  /** Runs a command to its end. @throws Error when it cannot be started. */
  run(command: ChildCommand): Promise<ExitCode>;
  /** Sends a signal to every group, or to those of one job; ones that are gone are left out. */
  signal(name: Signal, owner?: number): void;
  /** Ends them as GitHub does on cancelling: interrupt, after 7.5 s terminate, after 2.5 s more kill. */
  interrupt(): void;
  /** Kills what a job left in the background. */
  sweep(owner: number): void;
}

/** A child that was started or is just being started. */
interface Child {
  readonly owner: number;
  /** Of its process and its group; `null`: nobody knows it yet, and what it would be sent is kept. */
  group: number | null;
  readonly missed: Signal[];
}

/** Makes an empty set of children. */
export function createChildren(): Children {
  const children = new Set<Child>();
  const signal = (name: Signal, owner?: number): void => {
    for (const child of children) if (owner === undefined || owner === child.owner) send(child, name);
  };
  return {
    signal,
    sweep: (owner) => {
      signal('SIGKILL', owner);
      for (const child of children) if (child.owner === owner) children.delete(child);
    },
    interrupt: () => {
      const before = [...children];
      const later = (name: Signal, afterMs: number): void => {
        setTimeout(() => {
          for (const child of before) if (children.has(child)) send(child, name);
        }, afterMs).unref();
      };
      signal('SIGINT');
      later('SIGTERM', TERMINATE_AFTER_MS);
      later('SIGKILL', KILL_AFTER_MS);
    },
    run: async (command) => {
      const child: Child = { owner: command.owner, group: null, missed: [] };
      children.add(child);
      try {
        return await runIn(child, command);
      } finally {
        // What it left in the background is ended with its job.
        if (child.group === null || !isAlive(child.group)) children.delete(child);
      }
    },
  };
}

function send(child: Child, name: Signal): void {
  if (child.group === null) child.missed.push(name);
  else signalGroup(child.group, name);
}

async function runIn(child: Child, { file, args, cwd, env, onLine }: ChildCommand): Promise<ExitCode> {
  const program = { program: file, args, folder: cwd, environment: env, ownGroup: true };
  const { pid, stdin, stdout, stderr, exited, ended } = await startProgram(program);
  child.group = pid;
  for (const name of child.missed) signalGroup(pid, name);
  stdin.end();
  const feeds = [createLineFeed(onLine), createLineFeed(onLine)] as const;
  stdout.setEncoding('utf8').on('data', feeds[0].take);
  stderr.setEncoding('utf8').on('data', feeds[1].take);
  const drain = async (): Promise<void> => {
    await ended;
    for (const feed of feeds) feed.end();
  };
  // Whatever ends it badly is told by `exited`, too.
  const drained = drain().catch(() => undefined);
  const { code } = await exited;
  // Something left in the background may hold the pipes open: the step does not wait for it.
  const enough = new AbortController();
  const patience = delay(DRAIN_MS, undefined, { signal: enough.signal }).catch(() => undefined);
  await Promise.race([drained, patience]);
  enough.abort();
  return code;
}

function signalGroup(group: number, name: Signal | 0): boolean {
  try {
    return process.kill(-group, name);
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ESRCH') return false;
    throw error;
  }
}

function isAlive(group: number): boolean {
  return signalGroup(group, 0);
}

function createLineFeed(onLine: (line: string) => void): { take: (chunk: string) => void; end: () => void } {
  let rest = '';
  return {
    take: (chunk) => {
      const lines = (rest + chunk).split(/\r?\n/);
      rest = lines.pop() ?? '';
      for (const line of lines) onLine(line);
    },
    end: () => {
      if (rest !== '') onLine(rest);
      rest = '';
    },
  };
}
