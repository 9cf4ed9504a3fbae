import { writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { Desk } from '../desk.ts';
import { deskScope } from '../desk.ts';
import { resolveToText } from '../expression.ts';
import { collectSayings, createCommandFiles, stepEnvironment } from '../step-environment.ts';
import type { Perform, ReadyStep } from './perform.ts';

/**
 * The command line of a shell; `{0}` stands for the script.
 *
 * Without `shell:` GitHub runs `bash -e`; `pipefail` comes only with `shell: bash`.
 * Source: docs.github.com, "Workflow syntax", jobs.<job_id>.steps[*].shell.
 */
const SHELLS: { [name: string]: string } = {
  '': 'bash -e {0}',
  bash: 'bash --noprofile --norc -e -o pipefail {0}',
  sh: 'sh -e {0}',
};

/** Does a `run:` step. */
export const performScript: Perform = async (desk, step, log) => {
  const scope = deskScope(desk, step.env);
  const script = resolveToText(step.definition.run, scope);
  const file = join(desk.folders.temp, `${step.label}.sh`);
  writeFileSync(file, script);
  log.note(`##[group]${script.trim().split('\n')[0] ?? ''}`);
  for (const line of script.trimEnd().split('\n')) log.note(line);
  log.note('##[endgroup]');

  const [program = 'bash', ...args] = commandLine(desk, step).split(/\s+/);
  const files = createCommandFiles(desk, step.label);
  const code = await desk.live.children.run({
    owner: desk.job.id,
    file: program,
    args: args.map((one) => one.replace('{0}', file)),
    cwd: workingFolder(desk, step),
    env: stepEnvironment(desk, files, step.env),
    onLine: log.output,
  });
  const { outputs, summary } = collectSayings(desk, files);
  if (code !== 0) log.note(`##[error]Process completed with exit code ${code ?? 'of a signal'}.`);
  return { ok: code === 0, outputs, summary };
};

function commandLine(desk: Desk, step: ReadyStep): string {
  const shell = step.definition.shell ?? runDefault(desk, 'shell') ?? '';
  const line = SHELLS[shell] ?? shell;
  if (!line.includes('{0}')) throw new Error(`The sandbox's runner has no shell '${shell}'`);
  return line;
}

function workingFolder(desk: Desk, step: ReadyStep): string {
  const written = step.definition['working-directory'] ?? runDefault(desk, 'working-directory') ?? '.';
  return resolve(desk.folders.workspace, resolveToText(written, deskScope(desk, step.env)));
}

function runDefault(desk: Desk, key: 'shell' | 'working-directory'): string | undefined {
  return desk.definition.defaults?.run?.[key] ?? desk.live.definition.defaults?.run?.[key];
}
