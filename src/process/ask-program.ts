import { runProgram } from './run-program.ts';

/** A program that did not end well. `message` is what it said of it. */
export class ProgramFailed extends Error {}

/** A program that is run as whoever started this process would run it. */
interface AskedProgram {
  readonly program: string;
  readonly args: readonly string[];
  /** Default: where this process runs. */
  readonly folder?: string;
  /** Beside the environment of this process. */
  readonly variables?: Readonly<Record<string, string>>;
}

/**
 * Runs a program with the environment of this process, and gives what it prints, without white space at the end.
 *
 * @throws ProgramFailed when it does not end well.
 * @throws Error when it cannot be started.
 */
export async function askProgram({ program, args, folder, variables }: AskedProgram): Promise<string> {
  const environment = Object.fromEntries(
    Object.entries({ ...process.env, ...variables }).flatMap(([name, value]) =>
      value === undefined ? [] : [[name, value] as const],
    ),
  );
  const { code, signal, stdout, stderr } = await runProgram({
    program,
    args,
    folder: folder ?? process.cwd(),
    environment,
  });
  if (code !== 0) throw new ProgramFailed(stderr.trim() || `${program} ended by ${code ?? signal}`);
  return stdout.toString('utf8').trimEnd();
}
