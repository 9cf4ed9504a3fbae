import { GitFailure } from '../../ports/repository.ts';
import { collectOutput } from '../../process/run-program.ts';
import { startProgram, type RunningProgram } from '../../process/start-program.ts';
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

/** A git process that is still running, to be talked to. */
export interface RunningGit {
  readonly process: Pick<RunningProgram, 'stdin' | 'stdout'>;
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
    const program = await startProgram({
      program: 'git',
      args: command.args,
      folder: command.workTree ?? directory,
      environment: buildEnvironment({
        directory,
        url,
        remote: command.remote === true ? { authorization } : null,
        workTree: command.workTree ?? null,
        settings: command.settings ?? {},
      }),
      timeoutMs: LONGEST_RUN_MS,
    }).catch((cause: unknown) => {
      throw notStarted(command, cause);
    });
    const ended = collect(program, command, { authorization, output }).finally(() =>
      log?.(`git ${operationOf(command)} ${Math.round(performance.now() - startedMs)} ms`),
    );
    return { process: program, ended };
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

async function collect(
  program: RunningProgram,
  command: GitCommand,
  options: { readonly authorization: string | null; readonly output: 'collected' | 'left to caller' },
): Promise<GitOutput> {
  const operation = operationOf(command);
  const said = await collectOutput(program, options.output).catch((cause: unknown) => {
    throw notStarted(command, cause);
  });
  const { code, signal, stdout } = said;
  const words = withoutCredentials(said.stderr, options.authorization);
  if (code === null) throw gitFailure(operation, `ended by ${signal ?? 'a signal'} (timeout) ${words}`);
  if (code !== 0 && command.accept?.includes(code) !== true) throw gitFailure(operation, words);
  return { code, stdout, stderr: words };
}

function notStarted(command: GitCommand, cause: unknown): GitFailure {
  return new GitFailure(operationOf(command), 'git could not be started', { retryable: false, cause });
}

function operationOf({ args }: GitCommand): string {
  return args[0] ?? 'git';
}
