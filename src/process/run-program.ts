import { startProgram, type Program, type ProgramEnd, type RunningProgram } from './start-program.ts';

/** What a program that has ended said. */
export interface RanProgram extends ProgramEnd {
  readonly stdout: Buffer;
  readonly stderr: string;
}

/** Runs a program to its end, however that comes, and keeps what it says. @throws Error when it cannot be started. */
export async function runProgram(program: Program, input: string | Buffer = ''): Promise<RanProgram> {
  const running = await startProgram(program);
  running.stdin.end(input);
  return collectOutput(running, 'collected');
}

/**
 * Waits for the end of a program and keeps what it says, its standard output only where the caller does not read that.
 *
 * @throws Error when it could not be started.
 */
export async function collectOutput(
  running: RunningProgram,
  output: 'collected' | 'left to caller',
): Promise<RanProgram> {
  const [stdout, stderr]: [Buffer[], Buffer[]] = [[], []];
  if (output === 'collected') running.stdout.on('data', (chunk: Buffer) => stdout.push(chunk));
  running.stderr.on('data', (chunk: Buffer) => stderr.push(chunk));
  const end = await running.ended;
  return { ...end, stdout: Buffer.concat(stdout), stderr: Buffer.concat(stderr).toString('utf8') };
}
