import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { asText } from './expression.ts';
import { buildContexts } from './context.ts';
import { parseCommandFile } from './command-file.ts';
import type { Desk } from './desk.ts';

const COMMAND_FILES = ['OUTPUT', 'ENV', 'PATH', 'STATE', 'STEP_SUMMARY'] as const;

/** The files through which a step speaks to the runner, by the name of their variable without `GITHUB_`. */
export type CommandFiles = { [name in (typeof COMMAND_FILES)[number]]: string };

/** Makes the empty command files of one step. */
export function createCommandFiles(desk: Desk, label: string): CommandFiles {
  const folder = join(desk.folders.temp, '_runner_file_commands');
  mkdirSync(folder, { recursive: true });
  const fileFor = (name: string): string => {
    const file = join(folder, `${name.toLowerCase()}_${label}`);
    writeFileSync(file, '');
    return file;
  };
  return {
    OUTPUT: fileFor('OUTPUT'),
    ENV: fileFor('ENV'),
    PATH: fileFor('PATH'),
    STATE: fileFor('STATE'),
    STEP_SUMMARY: fileFor('STEP_SUMMARY'),
  };
}

/** What a step wrote into its files. */
export interface StepSayings {
  outputs: { [name: string]: string };
  state: { [name: string]: string };
  summary: string;
}

/**
 * Takes over what a step wrote: variables and paths go to the desk, outputs, state and summary are answered.
 *
 * @throws Error for a malformed file, or for a variable that a step may not set.
 */
export function collectSayings(desk: Desk, files: CommandFiles): StepSayings {
  const read = (name: keyof CommandFiles): string => readFileSync(files[name], 'utf8');
  const env = parseCommandFile(read('ENV'));
  for (const [name, value] of Object.entries(env)) {
    if (name.toUpperCase() === 'NODE_OPTIONS')
      throw new Error(`Can't store ${name} output parameter using '$GITHUB_ENV' command.`);
    if (!/^(GITHUB|RUNNER)_/.test(name)) desk.env[name] = value;
  }
  desk.paths.unshift(
    ...read('PATH')
      .split(/\r?\n/)
      .filter((line) => line !== '')
      .toReversed(),
  );
  return {
    outputs: parseCommandFile(read('OUTPUT')),
    state: parseCommandFile(read('STATE')),
    summary: desk.masks.apply(read('STEP_SUMMARY')),
  };
}

/**
 * The whole environment of a step's process: nothing of the sandbox's own comes through but PATH and where temporary files
 * are kept.
 *
 * `TONIC_CLOCK_OFFSET_MS` tells how far the sandbox's clock is ahead of the real one, so that a process sees the same time.
 */
export function stepEnvironment(
  desk: Desk,
  files: CommandFiles,
  stepEnv: { [name: string]: string },
): { [name: string]: string } {
  const { kernel } = desk.live.parts;
  return {
    LANG: 'C.UTF-8',
    TMPDIR: tmpdir(),
    HOME: desk.folders.home,
    CI: 'true',
    ...desk.env,
    ...stepEnv,
    PATH: [...desk.paths, stepEnv['PATH'] ?? machinePath()].join(delimiter),
    ...githubVariables(desk),
    ...Object.fromEntries(COMMAND_FILES.map((name) => [`GITHUB_${name}`, files[name]])),
    GITHUB_ACTIONS: 'true',
    RUNNER_OS: 'Linux',
    RUNNER_ARCH: 'X64',
    RUNNER_NAME: 'sandbox',
    RUNNER_ENVIRONMENT: 'self-hosted',
    RUNNER_TEMP: desk.folders.temp,
    RUNNER_TOOL_CACHE: desk.folders.toolCache,
    RUNNER_WORKSPACE: dirname(desk.folders.workspace),
    TONIC_CLOCK_OFFSET_MS: String(kernel.clock.nowMs() - Date.now()),
  };
}

/** The node that runs the sandbox comes first, so that `node` in a step is the same. */
function machinePath(): string {
  return [dirname(process.execPath), process.env['PATH'] ?? '/usr/bin:/bin'].join(delimiter);
}

/** Fields of the `github` context that are no variables. */
const NOT_VARIABLES = new Set(['event', 'token']);

function githubVariables(desk: Desk): { [name: string]: string } {
  const { github } = buildContexts(desk.live, desk.view);
  return Object.fromEntries(
    Object.entries(typeof github === 'object' && github !== null ? github : {})
      .filter(([name]) => !NOT_VARIABLES.has(name))
      .map(([name, value]) => [`GITHUB_${name.toUpperCase()}`, asText(value)]),
  );
}
