import type { EnvironmentName, Policy } from '../policy.ts';
import { scheduleOf, type ScheduleLine } from './schedule.ts';
import { environmentOf, type WantedWorkflow } from './wanted-setup.ts';

/** Our own action, from whatever repository it is taken. */
const OWN_ACTION = /^(?:[\w.-]+\/[\w.-]+|\.)\/action(?:@.+)?$/u;
const PINNED = /^[^@]+@[0-9a-f]{40}$/u;

/** What people set as they need it: it is not compared. */
const FREE = /^(?:name|run-name|on\.schedule|jobs\.[^.]+\.(?:name|runs-on|timeout-minutes))$/u;
/** Where more than ours is different too: another trigger or a wider permission is not an addition. */
const CLOSED = /^(?:on|permissions|concurrency)$/u;

/**
 * The places in which a workflow lacks what ours has: `jobs.prod.environment`. More jobs, steps, permissions of a job and
 * variables are what a deploy may need; they do not count.
 */
export function differences(wanted: unknown, found: unknown, path = ''): readonly string[] {
  if (FREE.test(path)) return [];
  if (Array.isArray(wanted)) return differentList(wanted, found, path);
  if (!isRecord(wanted)) return isSame(wanted, found, path) ? [] : [path];
  if (!isRecord(found)) return [path];
  const extra = CLOSED.test(path)
    ? Object.keys(found)
        .map((key) => join(path, key))
        .filter((place) => !FREE.test(place) && !Object.hasOwn(wanted, place.slice(path.length + 1)))
    : [];
  return [
    ...Object.entries(wanted).flatMap(([key, value]) => differences(value, found[key], join(path, key))),
    ...extra,
  ];
}

function differentList(wanted: readonly unknown[], found: unknown, path: string): readonly string[] {
  if (!Array.isArray(found)) return [path];
  let from = 0;
  return wanted.flatMap((each, index) => {
    const at = found.findIndex((other, place) => place >= from && differences(each, other).length === 0);
    if (at < 0) return [`${path}[${index}]`];
    from = at + 1;
    return [];
  });
}

function isSame(wanted: unknown, found: unknown, path: string): boolean {
  if (/(?:^|\.)uses$/u.test(path)) return actionOf(wanted) === actionOf(found);
  return wanted === found || (isBlank(wanted) && isBlank(found));
}

/** Names an action without its version. */
function actionOf(uses: unknown): string {
  const text = typeof uses === 'string' ? uses : '';
  return OWN_ACTION.test(text) ? 'action' : text.replace(/@.*$/u, '');
}

/** `workflow_dispatch:` and `workflow_dispatch: ''` say the same. */
function isBlank(value: unknown): boolean {
  return value === null || value === undefined || value === '';
}

function join(path: string, key: string): string {
  return path === '' ? key : `${path}.${key}`;
}

/** The actions that a workflow does not name by a commit. */
export function unpinnedActions(workflow: unknown): readonly string[] {
  const uses = jobsOf(workflow)
    .flatMap(stepsOf)
    .flatMap((step) => {
      const named = step['uses'];
      return typeof named === 'string' ? [named] : [];
    });
  return [...new Set(uses)].filter((action) => !action.startsWith('./') && !PINNED.test(action));
}

/** The lines of a workflow's schedule. */
export function scheduleLines(workflow: unknown): readonly ScheduleLine[] {
  const lines = partOf(partOf(workflow, 'on'), 'schedule');
  if (!Array.isArray(lines)) return [];
  return lines.map((line) => ({
    cron: textOf(partOf(line, 'cron')),
    // Source: Actions reads cron in UTC where no zone is named.
    timezone: textOf(partOf(line, 'timezone')) || 'UTC',
  }));
}

/**
 * Tells whether what deploys to an environment passes our own gate: a job in the environment that runs the action's phase
 * for it, which asks for approvals again before it does anything.
 */
export function hasGateStep(workflow: unknown, environment: EnvironmentName, policy: Policy): boolean {
  const name = environmentOf(policy, environment).toLowerCase();
  return jobsOf(workflow).some(
    (job) =>
      environmentName(job).toLowerCase() === name &&
      stepsOf(job).some(
        (step) => OWN_ACTION.test(textOf(step['uses'])) && partOf(step['with'], 'phase') === environment,
      ),
  );
}

function environmentName(job: unknown): string {
  const environment = partOf(job, 'environment');
  return textOf(isRecord(environment) ? environment['name'] : environment);
}

function jobsOf(workflow: unknown): readonly unknown[] {
  const jobs = partOf(workflow, 'jobs');
  return isRecord(jobs) ? Object.values(jobs) : [];
}

function stepsOf(job: unknown): readonly Readonly<Record<string, unknown>>[] {
  const steps = partOf(job, 'steps');
  return Array.isArray(steps) ? steps.filter(isRecord) : [];
}

function partOf(value: unknown, key: string): unknown {
  return isRecord(value) && Object.hasOwn(value, key) ? value[key] : undefined;
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/**
 * Fits the text of one of our workflows to a policy: schedule, and names of the environments. Comments stay.
 *
 * @throws Error when the text is not one of ours any more.
 */
export function fillWorkflow(text: string, kind: WantedWorkflow['kind'], policy: Policy): string {
  const filled = text.replaceAll(
    /^( {4}environment: )(uat|prod)$/gmu,
    (_, before: string, name: EnvironmentName) => before + quoted(environmentOf(policy, name)),
  );
  if (kind === 'rollback' || kind === 'hotfix') return filled;
  const lines = scheduleOf(policy.slots, kind)
    .map(({ cron, timezone }) => `    - cron: '${cron}'\n      timezone: ${timezone}\n`)
    .join('');
  const timed = filled.replace(/(?: {4}- cron: .*\n {6}timezone: .*\n)+/u, lines);
  if (!timed.includes(lines)) throw new Error(`the workflow of ${kind} has no schedule to fit`);
  return timed;
}

/** A name as a YAML scalar; plain where that can only be a text. */
function quoted(name: string): string {
  return /^[A-Za-z][\w.-]*$/u.test(name) && !/^(?:true|false|null|yes|no|on|off|y|n)$/iu.test(name)
    ? name
    : JSON.stringify(name);
}
