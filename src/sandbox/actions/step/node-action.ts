import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { readActionMetadata, type ActionMetadata } from '../action-metadata.ts';
import { deskScope, type Desk } from '../desk.ts';
import { resolveToText } from '../expression.ts';
import type { StepLog } from '../log.ts';
import {
  collectSayings,
  createCommandFiles,
  stepEnvironment,
  type StepSayings,
} from '../step-environment.ts';
import type { ReadyStep, StepOutcome } from './perform.ts';

/** Does a step that uses a node action of this folder: its `main` now, its `post` at the end of the job. */
export async function performNodeAction(
  desk: Desk,
  step: ReadyStep,
  use: { folder: string; log: StepLog },
): Promise<StepOutcome> {
  const action = readActionMetadata(use.folder);
  const env = { ...step.env, ...inputVariables(desk, step, action) };
  warnOfUnknownInputs(step, action, use.log);
  const { ok, sayings } = await runScript(desk, {
    action,
    script: action.runs.main,
    env,
    label: step.label,
    log: use.log,
  });
  const { post } = action.runs;
  if (post !== undefined) {
    desk.posts.push({
      name: `Post ${action.name}`,
      perform: async (log) => {
        const kept = Object.fromEntries(
          Object.entries(sayings.state).map(([name, value]) => [`STATE_${name}`, value]),
        );
        const ended = await runScript(desk, {
          action,
          script: post,
          env: { ...env, ...kept },
          label: `${step.label}_post`,
          log,
        });
        return ended.ok;
      },
    });
  }
  return { ok, outputs: sayings.outputs, summary: sayings.summary };
}

/**
 * Room for all that a short program throws away, in megabytes: node would stop a dozen times to collect it, on several
 * cores at once.
 */
const QUICK_START = ['--min-semi-space-size=16'];

interface ActionScript {
  action: ActionMetadata;
  script: string;
  env: { [name: string]: string };
  label: string;
  log: StepLog;
}

async function runScript(
  desk: Desk,
  { action, script, env, label, log }: ActionScript,
): Promise<{ ok: boolean; sayings: StepSayings }> {
  const file = join(action.folder, script);
  if (!existsSync(file)) throw new Error(`File not found: '${file}'`);
  const files = createCommandFiles(desk, label);
  const code = await desk.live.children.run({
    owner: desk.job.id,
    file: process.execPath,
    args: [...QUICK_START, file],
    cwd: desk.folders.workspace,
    env: {
      ...stepEnvironment(desk, files, env),
      GITHUB_ACTION: label,
      // What one job has compiled starts the action of the next one sooner, and that of other sandboxes where they share it.
      NODE_COMPILE_CACHE: process.env['NODE_COMPILE_CACHE'] ?? join(desk.live.parts.folder, 'compiled'),
    },
    onLine: log.output,
  });
  return { ok: code === 0, sayings: collectSayings(desk, files) };
}

/** `INPUT_<NAME>`: upper case, blanks as underscores, hyphens kept; defaults of action.yml are evaluated. */
function inputVariables(desk: Desk, step: ReadyStep, action: ActionMetadata): { [name: string]: string } {
  const scope = deskScope(desk, step.env);
  const defaults = Object.entries(action.inputs).flatMap(([name, input]) =>
    input?.default === undefined ? [] : [[name.toLowerCase(), resolveToText(input.default, scope)] as const],
  );
  const given = Object.entries(step.inputs).map(([name, value]) => [name.toLowerCase(), value] as const);
  return Object.fromEntries(
    [...defaults, ...given].map(([name, value]) => [
      `INPUT_${name.replaceAll(' ', '_').toUpperCase()}`,
      value,
    ]),
  );
}

function warnOfUnknownInputs(step: ReadyStep, action: ActionMetadata, log: StepLog): void {
  const known = new Set(Object.keys(action.inputs).map((name) => name.toLowerCase()));
  const unknown = Object.keys(step.inputs).filter((name) => !known.has(name.toLowerCase()));
  if (unknown.length > 0) {
    log.note(
      `##[warning]Unexpected input(s) '${unknown.join("', '")}', valid inputs are ['${[...known].join("', '")}']`,
    );
  }
}
