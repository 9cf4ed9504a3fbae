import { runProgram } from '../../process/run-program.ts';

/** How one git command ended. */
export interface GitResult {
  code: number;
  stdout: Buffer;
  stderr: string;
}

/** What a git command gets beside its arguments. */
export interface GitInput {
  input?: Buffer | string;
  env?: Record<string, string>;
  cwd?: string;
}

/** No user or system configuration, no prompts, no translation, no replace refs: only the repository speaks. */
export const GIT_ENVIRONMENT: Record<string, string> = {
  PATH: process.env['PATH'] ?? '/usr/bin:/bin',
  HOME: '/nonexistent',
  LC_ALL: 'C',
  TZ: 'UTC',
  GIT_CONFIG_NOSYSTEM: '1',
  GIT_CONFIG_GLOBAL: '/dev/null',
  GIT_TERMINAL_PROMPT: '0',
  GIT_OPTIONAL_LOCKS: '0',
  GIT_NO_REPLACE_OBJECTS: '1',
  // A data folder may belong to another user (a mounted volume).
  GIT_CONFIG_COUNT: '1',
  GIT_CONFIG_KEY_0: 'safe.directory',
  GIT_CONFIG_VALUE_0: '*',
};

/** Runs git without a shell and answers however it ended. @throws when git is not there. */
export async function tryGit(folder: string, args: string[], given: GitInput = {}): Promise<GitResult> {
  const program = {
    program: 'git',
    args: [`--git-dir=${folder}`, ...args],
    folder: given.cwd ?? folder,
    environment: { ...GIT_ENVIRONMENT, ...given.env },
  };
  const { code, stdout, stderr } = await runProgram(program, given.input);
  return { code: code ?? 1, stdout, stderr };
}

/** Runs git and answers its output as text without the last newline. @throws Error with git's words when it fails. */
export async function git(folder: string, args: string[], given: GitInput = {}): Promise<string> {
  const result = await tryGit(folder, args, given);
  if (result.code !== 0) throw new Error(`git ${args.join(' ')}: ${result.stderr.trim()}`);
  return result.stdout.toString().replace(/\n$/, '');
}
