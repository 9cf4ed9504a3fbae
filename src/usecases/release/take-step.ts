import type { CommandPolicy } from '../../domain/owner-command.ts';
import type { Step } from '../../domain/pipeline.ts';
import type { Policy } from '../../domain/policy.ts';
import { refuse, type ReasonCode } from '../../domain/reason.ts';
import { readServiceOutputs, withOutputs, type Release } from '../../domain/release.ts';
import { codeBlock } from '../../domain/text/markdown.ts';
import type { ServicePolicy } from '../../domain/service.ts';
import type { CommandResult } from '../../ports/deployer.ts';
import type { Context } from '../context.ts';
import { takeBaseline } from './take-baseline.ts';
import { runChecklist } from './run-checklist.ts';
import { runSmoke } from './run-smoke.ts';
import { environmentOf, requestOf, type StepOutcome, type Taking } from './taking.ts';
import { watchRollout } from './watch-rollout.ts';

/**
 * Takes one step of a release.
 *
 * Refuses: `checklist_failed`, `build_failed`, `deploy_failed`, `health_failed`, `verify_failed`, `smoke_failed`, and what the watch refuses.
 */
export function takeStep(context: Context, taking: Taking): Promise<StepOutcome> {
  return WAYS[taking.step.kind](context, taking);
}

const WAYS: Readonly<Record<Step['kind'], typeof takeStep>> = {
  checklist: check,
  build: (context, taking) =>
    runNoted(context, taking, { command: serviceOf(taking)?.build, reason: 'build_failed' }),
  baseline: takeBaseline,
  deploy,
  watch: watchRollout,
  health: (context, taking) =>
    runNoted(context, taking, { command: serviceOf(taking)?.health, reason: 'health_failed' }),
  verify: (context, taking) =>
    runNoted(context, taking, { command: environmentOf(taking).verify, reason: 'verify_failed' }),
  smoke,
};

function serviceOf({ policy, step }: Taking): ServicePolicy | undefined {
  return policy.services.find(({ name }) => name === step.service);
}

/** A slot has been through it before it pushed; whoever deploys otherwise goes through it here. */
async function check(context: Context, { release }: Taking): Promise<StepOutcome> {
  const { results, refusal } = await runChecklist(context, release);
  return refusal ?? { kind: 'done', release: { ...release, checklist: results } };
}

async function smoke(context: Context, taking: Taking): Promise<StepOutcome> {
  const policy = environmentOf(taking).smoke;
  return policy?.kind === 'steps'
    ? runSmoke(context, taking, policy.steps)
    : runNoted(context, taking, { command: policy?.command, reason: 'smoke_failed' });
}

/** What a crash cut short may be live; without a command that says so it is deployed again. */
async function deploy(context: Context, taking: Taking): Promise<StepOutcome> {
  const { verify, deploy: whole } = environmentOf(taking);
  if (taking.mayHaveRun && taking.step.percent === 100 && verify !== null) {
    const asking: Taking = { ...taking, step: { ...taking.step, kind: 'verify' } };
    if ((await run(context, verify, asking)).ok) return { kind: 'done', release: taking.release };
  }
  const isBack = taking.release.kind === 'rollback';
  const command = isBack
    ? commandBack(taking.policy, taking.release, taking.step.service)
    : (serviceOf(taking)?.deploy ?? whole);
  return runNoted(context, taking, { command, reason: 'deploy_failed' });
}

/** The command that brings a service back to an earlier commit; `null`: there is none. */
export function commandBack(
  { services, environments }: Policy,
  { environment }: Pick<Release, 'environment'>,
  service: string | null,
): CommandPolicy | null {
  const own = services.find(({ name }) => name === service);
  return own?.rollback ?? own?.deploy ?? environments[environment].deploy;
}

/** Runs a command, where there is one, and notes what it said. */
async function runNoted(
  context: Context,
  taking: Taking,
  wanted: { readonly command: CommandPolicy | null | undefined; readonly reason: ReasonCode },
): Promise<StepOutcome> {
  const { release, step } = taking;
  const { command, reason } = wanted;
  if (command === null || command === undefined) return { kind: 'done', release };
  const result = await run(context, command, taking);
  if (!result.ok) return refuse(reason, describeFailure({ ...step, release }, command, result));
  const said = readServiceOutputs(result.outputs);
  return {
    kind: 'done',
    release: { ...release, envelope: withOutputs(release.envelope, step.service, said) },
  };
}

function run(context: Context, command: CommandPolicy, taking: Taking): Promise<CommandResult> {
  return context.deployer.run(command, requestOf(taking));
}

const COMMAND_NAMES: Readonly<Record<Step['kind'], string>> = {
  checklist: 'checklist',
  baseline: 'measuring',
  watch: 'watch',
  build: 'build command',
  deploy: 'deploy command',
  health: 'health check',
  verify: 'verification',
  smoke: 'smoke test',
};

/** Says how a command failed, with its last words. */
export function describeFailure(
  { kind, service, release }: Pick<Step, 'kind' | 'service'> & { readonly release: Pick<Release, 'kind'> },
  command: CommandPolicy,
  result: CommandResult,
): string {
  const what = `The ${COMMAND_NAMES[kind]}${service === null ? '' : ` of \`${service}\``}`;
  // What comes after a rollback that failed is said with what runs where.
  const again = release.kind === 'rollback' ? '' : ' `/retry` tries it again.';
  if (result.timedOut) return `${what} did not end within ${command.timeoutMinutes} minutes.${again}`;
  const tail = codeBlock(result.output.slice(-1_000));
  return `${what} ended with ${result.exitCode ?? 'a signal'}.${again}\n\n${tail}`;
}
