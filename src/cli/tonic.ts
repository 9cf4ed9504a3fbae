#!/usr/bin/env node
import { GitHubFailure } from '../ports/github.ts';
import { LedgerFailure } from '../ports/ledger.ts';
import { CannotLook } from './setup/open.ts';

const USAGE = `Usage: tonic <command> [options]

  init     writes configuration and workflows; with --apply makes what they need on GitHub
  doctor   looks at what is configured on GitHub and says how to mend it
  plan     shows what the next T1 and T2 would do, and changes nothing
  demo     tells the story of a corner shop on a GitHub on this machine
  start    starts the App; without its credentials the demo, which then stays up

tonic <command> --help says more.`;

/** Takes what was typed after the command's name and gives the exit code. */
type Command = (args: readonly string[]) => Promise<number>;

/** A command loads its own code: the demo's is none of the doctor's. */
const COMMANDS: Readonly<Record<string, Command>> = {
  init: async (args) => (await import('./init.ts')).init(args),
  doctor: async (args) => (await import('./doctor.ts')).doctor(args),
  plan: async (args) => (await import('./plan.ts')).plan(args),
  demo: async () => asProgram(() => import('./demo.ts')),
  start: async () => asProgram(() => import('./start.ts')),
  '--help': help,
  '-h': help,
  help,
};

/** A program of its own, which reads what was typed after its name and sets the exit code itself. */
async function asProgram(load: () => Promise<unknown>): Promise<number> {
  process.argv.splice(2, 1);
  await load();
  return Number(process.exitCode ?? 0);
}

function help(): Promise<number> {
  console.log(USAGE);
  return Promise.resolve(0);
}

async function main([name, ...rest]: readonly string[]): Promise<number> {
  const command = name !== undefined && Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined;
  if (command !== undefined) return command(rest);
  console.error(name === undefined ? USAGE : `There is no command ${name}.\n\n${USAGE}`);
  return 2;
}

/** What whoever typed it may do about an answer of GitHub's. */
function hintFor(error: unknown): string {
  if (!(error instanceof GitHubFailure)) return '';
  const hint = error.status === null ? NO_ANSWER : HINTS[error.status];
  return hint === undefined ? '' : `\n${hint}`;
}

const NO_ANSWER = 'Is it the right host? GITHUB_API_URL or GHE_HOST names another one than github.com.';
const HINTS: Readonly<Record<number, string>> = {
  401: 'GITHUB_TOKEN is wrong or has run out.',
  404: 'There is no such repository, or GITHUB_TOKEN may not see it.',
};

try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  const isTold = [CannotLook, GitHubFailure, LedgerFailure].some((told) => error instanceof told);
  const words = error instanceof Error ? error.message : String(error);
  console.error(isTold ? `${words}${hintFor(error)}` : `This went wrong: ${words}`);
  process.exitCode = 2;
}
