import { spawn } from 'node:child_process';

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

/** Makes an empty set of children. */
export function createChildren(): Children {
  /** Group by owner. */
  const groups = new Map<number, number>();
  const signal = (name: Signal, owner?: number): void => {
    for (const [group, of] of groups) if (owner === undefined || owner === of) signalGroup(group, name);
  };
  return {
    signal,
    sweep: (owner) => {
      signal('SIGKILL', owner);
      for (const [group, of] of groups) if (of === owner) groups.delete(group);
    },
    interrupt: () => {
      const before = [...groups.keys()];
      const later = (name: Signal, afterMs: number): void => {
        setTimeout(() => {
          for (const group of before) if (groups.has(group)) signalGroup(group, name);
        }, afterMs).unref();
      };
      signal('SIGINT');
      later('SIGTERM', TERMINATE_AFTER_MS);
      later('SIGKILL', KILL_AFTER_MS);
    },
    run: (command) =>
      new Promise((resolve, reject) => {
        const child = spawn(command.file, command.args, {
          cwd: command.cwd,
          env: command.env,
          stdio: ['ignore', 'pipe', 'pipe'],
          detached: true,
        });
        const { pid } = child;
        if (pid !== undefined) groups.set(pid, command.owner);
        const feeds = [createLineFeed(command.onLine), createLineFeed(command.onLine)] as const;
        child.stdout.setEncoding('utf8').on('data', feeds[0].take);
        child.stderr.setEncoding('utf8').on('data', feeds[1].take);
        child.on('error', reject);
        child.on('exit', (code) => {
          // Something left in the background may hold the pipes open: the step does not wait for it.
          const enough = setTimeout(() => resolve(code), DRAIN_MS);
          child.on('close', () => {
            clearTimeout(enough);
            for (const feed of feeds) feed.end();
            if (pid !== undefined && !isAlive(pid)) groups.delete(pid);
            resolve(code);
          });
        });
      }),
  };
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
