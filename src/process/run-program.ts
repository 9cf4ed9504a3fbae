import { startProgram, type Program, type ProgramEnd } from './start-program.ts';

/** What a program that has ended said. */
export interface RanProgram extends ProgramEnd {
  readonly stdout: Buffer;
  readonly stderr: string;
}

/** Runs a program to its end, however that comes, and keeps what it says. @throws Error when it cannot be started. */
export async function runProgram(program: Program, input: string | Buffer = ''): Promise<RanProgram> {
  const running = await startProgram(program);
  const [stdout, stderr]: [Buffer[], Buffer[]] = [[], []];
  running.stdout.on('data', (chunk: Buffer) => stdout.push(chunk));
  running.stderr.on('data', (chunk: Buffer) => stderr.push(chunk));
  running.stdin.end(input);
  const end = await running.ended;
  return { ...end, stdout: Buffer.concat(stdout), stderr: Buffer.concat(stderr).toString('utf8') };
}
