import { join } from 'node:path';
import { setupFiles } from '../compose-setup.ts';
import { processVariables } from '../config/env.ts';
import { CONFIG_PATH } from '../domain/policy.ts';
import { describeChange, planChanges, type SetupChange } from '../domain/setup/change.ts';
import { blocking, type Finding } from '../domain/setup/finding.ts';
import { applySetup, type AppliedChange } from '../usecases/setup/apply-setup.ts';
import { inspectRepository } from '../usecases/setup/inspect-repository.ts';
import { INIT_USAGE, parseInitArguments, type InitWish } from './setup/arguments.ts';
import { planFiles, readText, writeFiles, type PlannedFile } from './setup/files.ts';
import { openNamed, topOfRepository } from './setup/open.ts';
import { findingsAsJson, renderFindings, renderVerdict } from './setup/render.ts';
import { createPaint, type Paint } from './story/paint.ts';

type Wish = Extract<InitWish, { readonly kind: 'files' | 'apply' }>;

/**
 * `tonic init`: writes the files, or makes GitHub's side. Gives the exit code: 1 when something is left to be done.
 *
 * @throws CannotLook and GitHubFailure when it could not look.
 */
export async function init(args: readonly string[]): Promise<number> {
  const wish = parseInitArguments(args);
  if (wish.kind === 'help') {
    console.log(INIT_USAGE);
    return 0;
  }
  if (wish.kind === 'refused') {
    console.error(`${wish.message}\n\n${INIT_USAGE}`);
    return 2;
  }
  const paint = createPaint({ isTerminal: process.stdout.isTTY, variables: processVariables() });
  return wish.kind === 'apply' ? applyAll(wish, paint) : writeAll(wish, paint);
}

const NEXT = `
Next: commit these files to the default branch, create the App from app.yml and install it, give its key to the
environments, start it, and run tonic init --apply.`;

async function writeAll({ dryRun, force, json }: Wish, paint: Paint): Promise<number> {
  const folder = await topOfRepository();
  const wanted = setupFiles(await readText(join(folder, CONFIG_PATH)));
  if (wanted.kind === 'broken') {
    console.error(wanted.problems);
    return 1;
  }
  const plan = await planFiles(folder, wanted.files);
  const written = dryRun ? [] : await writeFiles(folder, plan, force);
  const left = plan.filter((file) => file.state === 'differs' && !force);
  if (json) {
    console.log(
      JSON.stringify({ schema_version: 1, files: plan.map(({ path, state }) => ({ path, state })) }, null, 2),
    );
  } else {
    for (const file of plan) console.log(renderFile(file, { force, dryRun, paint }));
    if (written.length > 0) console.log(NEXT);
  }
  return left.length === 0 ? 0 : 1;
}

function renderFile(
  { path, state }: PlannedFile,
  { force, dryRun, paint }: { readonly force: boolean; readonly dryRun: boolean; readonly paint: Paint },
): string {
  const would = dryRun ? 'would ' : '';
  if (state === 'same') return paint.dim(`  there         ${path}`);
  if (state === 'missing') return `  ${paint.green(`${would}write`.padEnd(12))}  ${path}`;
  if (force) return `  ${paint.yellow(`${would}overwrite`.padEnd(12))}  ${path}`;
  return `  ${paint.red('differs'.padEnd(12))}  ${path}: left as it is; --force overwrites it`;
}

async function applyAll(wish: Wish, paint: Paint): Promise<number> {
  const { context, title } = await openNamed(wish);
  const before = await inspectRepository(context);
  const changes = planChanges(before);
  if (!wish.json) console.log(renderPlan(title, changes, wish.dryRun));
  if (wish.dryRun) {
    if (wish.json) printJson([], before, changes);
    return changes.length === 0 ? 0 : 1;
  }
  const applied = await applySetup(context, changes, (each) => {
    if (!wish.json) console.log(renderApplied(each, paint));
  });
  const after = changes.length === 0 ? before : await inspectRepository(context);
  if (wish.json) printJson(applied, after, changes);
  else {
    const left = after.filter(({ severity }) => severity !== 'ok');
    console.log(['', ...renderFindings(left, paint), '', renderVerdict(after, paint)].join('\n'));
  }
  const hasFailed = applied.some(({ outcome }) => outcome === 'failed');
  return hasFailed || blocking(after).length > 0 ? 1 : 0;
}

function renderPlan(title: string, changes: readonly SetupChange[], dryRun: boolean): string {
  if (changes.length === 0) return `${title}: there is nothing to change.`;
  const lines = changes.map((change) => `  ${describeChange(change)}`);
  return [`${title}: ${dryRun ? 'would' : 'will'}`, '', ...lines, ''].join('\n');
}

function renderApplied({ change, outcome, why }: AppliedChange, paint: Paint): string {
  if (outcome === 'done') return `  ${paint.green('done')}    ${describeChange(change)}`;
  if (outcome === 'failed') return `  ${paint.red('failed')}  ${why}`;
  return `  ${paint.yellow('not had')} ${describeChange(change)}: this account does not have such rules`;
}

function printJson(
  applied: readonly AppliedChange[],
  findings: readonly Finding[],
  changes: readonly SetupChange[],
): void {
  const result = {
    schema_version: 1,
    changes: changes.map((change) => {
      const became = applied.find((each) => each.change === change);
      return {
        what: describeChange(change),
        outcome: became?.outcome ?? 'planned',
        why: became?.why ?? null,
      };
    }),
    findings: findingsAsJson(findings),
  };
  console.log(JSON.stringify(result, null, 2));
}
