import { spawn, type ChildProcess } from 'node:child_process';
import type { Readable } from 'node:stream';
import { createLineSplitter } from './line-splitter.ts';

/** Between the polite signal and the one that cannot be ignored. */
const GRACE_MS = 5_000;
/** How long outputs may stay open when the command itself has ended. */
const LINGER_MS = 500;

/** A program to run in a process group of its own. */
export interface CommandRun {
  readonly program: string;
  readonly args: readonly string[];
  readonly folder: string;
  readonly environment: Readonly<Record<string, string>>;
  readonly timeoutMs: number;
  readonly graceMs?: number;
  /** Gets each line of both outputs as it comes. */
  readonly onLine: (line: string, from: 'stdout' | 'stderr') => void;
}

/** How it ended. `cannotStart` has the system's word for why. */
export interface CommandEnd {
  readonly exitCode: number | null;
  readonly timedOut: boolean;
  readonly cannotStart: string | null;
}

/**
 * Runs a program without input and waits for its end.
 *
 * When its time is up, the whole process group gets SIGTERM, and after 5 s SIGKILL. When it ends by itself, what it
 * left running in the background is ended too.
 */
export function runCommand(run: CommandRun): Promise<CommandEnd> {
  const child = spawn(run.program, [...run.args], {
    cwd: run.folder,
    env: { ...run.environment },
    stdio: ['ignore', 'pipe', 'pipe'],
    // Makes it the leader of a process group, which can be ended as a whole.
    detached: true,
  });
  readLines(child.stdout, (line) => run.onLine(line, 'stdout'));
  readLines(child.stderr, (line) => run.onLine(line, 'stderr'));

  return new Promise((resolve) => {
    const timers = new Set<NodeJS.Timeout>();
    const later = (ms: number, act: () => void) => timers.add(setTimeout(act, ms));
    let timedOut = false;

    const finish = (end: Omit<CommandEnd, 'timedOut'>) => {
      for (const timer of timers) clearTimeout(timer);
      signalGroup(child, 'SIGKILL');
      resolve({ ...end, timedOut });
    };

    later(run.timeoutMs, () => {
      timedOut = true;
      signalGroup(child, 'SIGTERM');
      later(run.graceMs ?? GRACE_MS, () => signalGroup(child, 'SIGKILL'));
    });
    child.on('error', (error) => finish({ exitCode: null, cannotStart: codeOf(error) }));
    child.on('exit', () =>
      later(LINGER_MS, () => {
        signalGroup(child, 'SIGKILL');
        // Something has left the group and holds the outputs open; it is not waited for.
        later(LINGER_MS, () => {
          child.stdout.destroy();
          child.stderr.destroy();
        });
      }),
    );
    child.on('close', (exitCode) => finish({ exitCode, cannotStart: null }));
  });
}

function readLines(stream: Readable, onLine: (line: string) => void): void {
  const lines = createLineSplitter(onLine);
  stream.setEncoding('utf8');
  stream.on('data', (chunk: string) => lines.push(chunk));
  stream.on('close', () => lines.end());
}

function signalGroup(child: ChildProcess, signal: NodeJS.Signals): void {
  if (child.pid === undefined) return;
  try {
    process.kill(-child.pid, signal);
  } catch {
    // Nobody is left in the group.
  }
}

function codeOf(error: Error): string {
  return 'code' in error && typeof error.code === 'string' ? error.code : error.message;
}
