import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import type { CommandResult } from '../../ports/deployer.ts';

const TAIL_CHARACTERS = 4_000;

/** A command and the process that it becomes. */
export interface CommandRun {
  readonly script: string;
  readonly folder: string;
  readonly environment: Readonly<Record<string, string>>;
  readonly timeoutMs: number;
  /** Gets each line of both outputs as it comes. */
  readonly onLine: (line: string) => void;
  readonly redact: (line: string) => string;
}

/**
 * Runs a script in bash, strictly, in a process group of its own; when its time is up the whole group is killed.
 */
export async function runCommand(run: CommandRun): Promise<CommandResult> {
  const child = spawn('bash', ['-euo', 'pipefail', '-c', run.script], {
    cwd: run.folder,
    env: run.environment,
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    createInterface({ input: stream }).on('line', (raw) => {
      const line = run.redact(raw);
      run.onLine(line);
      output = `${output}${line}\n`.slice(-TAIL_CHARACTERS);
    });
  }
  let timedOut = false;
  const timer = setTimeout(() => {
    timedOut = true;
    killGroup(child.pid);
  }, run.timeoutMs);
  const exitCode = await new Promise<number | null>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', resolve);
  }).finally(() => clearTimeout(timer));
  return { ok: exitCode === 0 && !timedOut, exitCode: timedOut ? null : exitCode, timedOut, output };
}

function killGroup(pid: number | undefined): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, 'SIGKILL');
  } catch (error) {
    // It ended by itself in between.
    if (!(error instanceof Error && 'code' in error && error.code === 'ESRCH')) throw error;
  }
}
