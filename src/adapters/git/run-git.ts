import { spawn, type ChildProcessByStdio } from 'node:child_process';
import type { Readable, Writable } from 'node:stream';
import { GitFailure } from '../../ports/repository.ts';
import { buildEnvironment } from './environment.ts';
import { gitFailure, withoutCredentials } from './failure.ts';

/** No git process lives longer. */
const LONGEST_RUN_MS = 600_000;

interface GitCommand {
  /** The first one names the operation. Never a secret: argument lists can be seen by other users. */
  readonly args: readonly string[];
  readonly input?: string | Buffer;
  /** May talk to the remote, be it only to get an object that is missing here. Default: may not. */
  readonly remote?: boolean;
  /** Exit codes that are answers and not failures, besides 0. */
  readonly accept?: readonly number[];
  /** Stands for the work tree; see attributes.ts. */
  readonly workTree?: string;
  /** Git settings for this process only. */
  readonly settings?: Readonly<Record<string, string>>;
}

export interface GitOutput {
  readonly code: number;
  readonly stdout: Buffer;
  /** Without credentials, cut. */
  readonly stderr: string;
}

type GitProcess = ChildProcessByStdio<Writable, Readable, Readable>;

/** A git process that is still running, to be talked to. */
export interface RunningGit {
  readonly process: GitProcess;
  /** Settles when it has ended, throws when it ended badly. */
  readonly ended: Promise<GitOutput>;
}

export interface GitRunner {
  readonly directory: string;
  run(command: GitCommand): Promise<GitOutput>;
  /** Standard output as text, without the last line end. */
  text(command: GitCommand): Promise<string>;
  /** Feeds what the first one prints to the second one; gives the output of the second. */
  pipe(first: GitCommand, second: GitCommand): Promise<GitOutput>;
  start(command: GitCommand, output: 'collected' | 'left to caller'): Promise<RunningGit>;
}

export interface GitRunnerOptions {
  readonly directory: string;
  readonly url: string;
  readonly authorization: () => Promise<string | null>;
  /** Gets one line a git process, free of credentials. */
  readonly log?: (line: string) => void;
}

/**
 * Runs git on the store in `directory`, each process with an environment of its own making and no shell.
 *
 * @throws GitFailure (from its functions) when git cannot be started, is killed, or ends with an exit code
 * that the command does not accept.
 */
export function createGitRunner(options: GitRunnerOptions): GitRunner {
  const { directory, url, log } = options;

  async function start(command: GitCommand, output: 'collected' | 'left to caller'): Promise<RunningGit> {
    const authorization = command.remote === true ? await options.authorization() : null;
    const startedMs = performance.now();
    const child = spawn('git', [...command.args], {
      cwd: command.workTree ?? directory,
      env: buildEnvironment({
        directory,
        url,
        remote: command.remote === true ? { authorization } : null,
        workTree: command.workTree ?? null,
        settings: command.settings ?? {},
      }),
      stdio: ['pipe', 'pipe', 'pipe'],
      timeout: LONGEST_RUN_MS,
    });
    // A process that ends early closes its input: its exit code tells the story, not the broken pipe.
    child.stdin.on('error', () => undefined);
    const ended = collect(child, command, { authorization, keepOutput: output === 'collected' }).finally(() =>
      log?.(`git ${command.args[0] ?? ''} ${Math.round(performance.now() - startedMs)} ms`),
    );
    return { process: child, ended };
  }

  async function run(command: GitCommand): Promise<GitOutput> {
    const running = await start(command, 'collected');
    running.process.stdin.end(command.input ?? '');
    return running.ended;
  }

  async function text(command: GitCommand): Promise<string> {
    const { stdout } = await run(command);
    return stdout.toString('utf8').replace(/\n$/u, '');
  }

  async function pipe(first: GitCommand, second: GitCommand): Promise<GitOutput> {
    const [source, sink] = await Promise.all([start(first, 'left to caller'), start(second, 'collected')]);
    source.process.stdout.pipe(sink.process.stdin);
    source.process.stdin.end(first.input ?? '');
    const [, result] = await Promise.all([source.ended, sink.ended]);
    return result;
  }

  return { directory, run, text, pipe, start };
}

function collect(
  child: GitProcess,
  command: GitCommand,
  options: { readonly authorization: string | null; readonly keepOutput: boolean },
): Promise<GitOutput> {
  const operation = command.args[0] ?? 'git';
  const stdout: Buffer[] = [];
  const stderr: Buffer[] = [];
  if (options.keepOutput) child.stdout.on('data', (chunk: Buffer) => stdout.push(chunk));
  child.stderr.on('data', (chunk: Buffer) => stderr.push(chunk));

  return new Promise((resolve, reject) => {
    child.on('error', (cause) => {
      reject(new GitFailure(operation, 'git could not be started', { retryable: false, cause }));
    });
    child.on('close', (code, signal) => {
      const words = withoutCredentials(Buffer.concat(stderr).toString('utf8'), options.authorization);
      if (code === null) {
        reject(gitFailure(operation, `ended by ${signal ?? 'a signal'} (timeout) ${words}`));
      } else if (code !== 0 && command.accept?.includes(code) !== true) {
        reject(gitFailure(operation, words));
      } else {
        resolve({ code, stdout: Buffer.concat(stdout), stderr: words });
      }
    });
  });
}
