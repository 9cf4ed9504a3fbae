import { spawn, type ChildProcess } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import type { Socket } from 'node:net';
import type { Readable, Writable } from 'node:stream';
import { listenForSockets, type Carried } from './program-socket.ts';
import { runStarter, type StarterNews, type StarterOrder } from './starter.ts';

/** A program to run, without a shell. */
export interface Program {
  readonly program: string;
  /** Never a secret: argument lists can be seen by other users. */
  readonly args: readonly string[];
  readonly folder: string;
  /** All of its environment. */
  readonly environment: Readonly<Record<string, string>>;
  /** A program that still runs then is ended by SIGTERM. Default: it may run for ever. */
  readonly timeoutMs?: number;
  /** Leads a process group of its own, so that all that it starts can be signalled with it. */
  readonly ownGroup?: boolean;
}

/** How a program ended: by itself with a code, or by a signal. */
export interface ProgramEnd {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

/** A program that has been started. */
export interface RunningProgram {
  /** What is written after the program has closed it is dropped: its exit code tells the story. */
  readonly stdin: Writable;
  readonly stdout: Readable;
  readonly stderr: Readable;
  /** Also the number of its process group, where it leads one. */
  readonly pid: number;
  /** Settles when it has ended; what it started may still hold its output open. Throws when it could not be started. */
  readonly exited: Promise<ProgramEnd>;
  /** Settles when it has ended and its output was read to the end. Throws when it could not be started. */
  readonly ended: Promise<ProgramEnd>;
}

/** One a process, opened with the first program, lost when it dies. */
let starter: Promise<Starter> | null = null;

/**
 * Starts a program from a small process that does nothing else.
 *
 * Node starts programs by fork, which copies the page tables of the whole process while its event loop waits: at
 * 200 MB some 14 ms each; from the small one 3 ms, of which this process spends 0.5 (`npm run bench`). The small one
 * is started with the first program, holds some 45 MB, and ends with this process.
 *
 * @throws Error when the small process has died; the next program gets a new one.
 */
export async function startProgram(program: Program): Promise<RunningProgram> {
  starter ??= openStarter();
  return (await starter).start(program);
}

interface Starter {
  start(program: Program): Promise<RunningProgram>;
}

/** A program on its way, as its sockets and its end come in. */
interface Pending {
  readonly take: (carried: Carried, socket: Socket) => void;
  readonly hear: (news: StarterNews) => void;
}

async function openStarter(): Promise<Starter> {
  const pending = new Map<string, Pending>();
  const socketPath = await listenForSockets((id, carried, socket) => {
    const program = pending.get(id);
    if (program === undefined) socket.destroy();
    else program.take(carried, socket);
  });
  const child = spawn(process.execPath, ['-e', `(${runStarter.toString()})()`], {
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    env: {},
  });
  child.unref();
  child.on('message', (news: StarterNews) => pending.get(news.id)?.hear(news));
  const lose = () => {
    starter = null;
    for (const [id, { hear }] of pending)
      hear({ kind: 'ended', id, code: null, signal: null, problem: 'its starter ended' });
  };
  child.on('error', lose);
  child.on('exit', lose);

  return {
    async start({ timeoutMs, ...program }) {
      const id = randomBytes(16).toString('hex');
      const { program: started, exited, ended, ...waiting } = awaitProgram();
      pending.set(id, waiting);
      keepAlive(child, true);
      const limit =
        timeoutMs === undefined ? null : setTimeout(() => send(child, { kind: 'end', id }), timeoutMs);
      const over = ended.finally(() => {
        if (limit !== null) clearTimeout(limit);
        pending.delete(id);
        keepAlive(child, pending.size > 0);
      });
      for (const each of [over, exited]) each.catch(() => undefined);
      send(child, { kind: 'start', id, socketPath, ...program });
      return { ...(await started), exited, ended: over };
    },
  };
}

/** This process may end while the small one waits, but not while it runs a program. */
function keepAlive({ channel }: ChildProcess, isNeeded: boolean): void {
  if (isNeeded) channel?.ref();
  else channel?.unref();
}

/** A starter that has died is noticed by its exit. */
function send(child: ChildProcess, order: StarterOrder): void {
  child.send(order, () => undefined);
}

function awaitProgram() {
  const sockets = Promise.withResolvers<Record<Carried, Socket>>();
  const pid = Promise.withResolvers<number>();
  const exit = Promise.withResolvers<ProgramEnd>();
  const taken = new Map<Carried, Socket>();

  function take(carried: Carried, socket: Socket): void {
    taken.set(carried, socket);
    const [stdin, stdout, stderr] = [taken.get('stdin'), taken.get('stdout'), taken.get('stderr')];
    if (stdin === undefined || stdout === undefined || stderr === undefined) return;
    // Nothing goes this way, and nothing comes that way.
    for (const output of [stdout, stderr]) output.end();
    stdin.resume();
    // The program may close it at any time.
    stdin.on('error', () => undefined);
    sockets.resolve({ stdin, stdout, stderr });
  }

  function hear(news: StarterNews): void {
    if (news.kind === 'started') return pid.resolve(news.pid);
    const { code, signal, problem } = news;
    if (problem === null) return exit.resolve({ code, signal });
    const cause = new Error(problem);
    for (const socket of taken.values()) socket.destroy();
    for (const { reject } of [sockets, pid, exit]) reject(cause);
  }

  async function waitForEnd(): Promise<ProgramEnd> {
    const end = await exit.promise;
    const { stdin, stdout, stderr } = await sockets.promise;
    await Promise.all([stdout, stderr].map((output) => closeOf(output)));
    stdin.destroy();
    return end;
  }

  async function waitForStart(): Promise<Record<Carried, Socket> & Pick<RunningProgram, 'pid'>> {
    const [streams, number] = await Promise.all([sockets.promise, pid.promise]);
    return { ...streams, pid: number };
  }
  return { take, hear, program: waitForStart(), exited: exit.promise, ended: waitForEnd() };
}

function closeOf(stream: Readable): Promise<void> {
  return new Promise((resolve) => {
    if (stream.closed) resolve();
    else stream.on('close', resolve);
  });
}
