import type { CommandPolicy } from '../../domain/owner-command.ts';
import type { Step } from '../../domain/pipeline.ts';
import type { Policy } from '../../domain/policy.ts';
import { refuse, type ReasonCode, type Refusal } from '../../domain/reason.ts';
import { readServiceOutputs, withOutputs, type Release } from '../../domain/release.ts';
import { codeBlock } from '../../domain/text/markdown.ts';
import type { ServicePolicy } from '../../domain/service.ts';
import type { CommandResult, DeployRequest, RolloutStep } from '../../ports/deployer.ts';
import type { Context } from '../context.ts';

/** What came of a step: the release as it is now, or why it failed. */
export type StepOutcome = { readonly kind: 'done'; readonly release: Release } | Refusal;

/** A step and all that it may need to know. */
export interface Taking {
  readonly policy: Policy;
  readonly release: Release;
  readonly step: Step;
  /** A run before this one may have taken the step already. */
  readonly mayHaveRun: boolean;
}

/**
 * Takes one step of a release.
 *
 * Refuses: `build_failed`, `deploy_failed`, `health_failed`, `verify_failed`.
 */
export async function takeStep(context: Context, taking: Taking): Promise<StepOutcome> {
  switch (taking.step.kind) {
    case 'build':
      return runNoted(context, taking, { command: serviceOf(taking)?.build, reason: 'build_failed' });
    case 'deploy':
      return deploy(context, taking);
    case 'health':
      return runNoted(context, taking, { command: serviceOf(taking)?.health, reason: 'health_failed' });
    case 'verify':
      return runNoted(context, taking, { command: environmentOf(taking).verify, reason: 'verify_failed' });
    default:
      return taking.step.kind satisfies never;
  }
}

function serviceOf({ policy, step }: Taking): ServicePolicy | undefined {
  return policy.services.find(({ name }) => name === step.service);
}

function environmentOf({ policy, release }: Taking): Policy['environments']['uat'] {
  return policy.environments[release.environment];
}

/** What a crash cut short may be live; without a command that says so it is deployed again. */
async function deploy(context: Context, taking: Taking): Promise<StepOutcome> {
  const { verify, deploy: whole } = environmentOf(taking);
  if (taking.mayHaveRun && taking.step.percent === 100 && verify !== null) {
    const asking: Taking = { ...taking, step: { ...taking.step, kind: 'verify' } };
    if ((await run(context, verify, asking)).ok) return { kind: 'done', release: taking.release };
  }
  const command = serviceOf(taking)?.deploy ?? whole;
  return runNoted(context, taking, { command, reason: 'deploy_failed' });
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
  if (!result.ok) return refuse(reason, describeFailure(step, command, result));
  const said = readServiceOutputs(result.outputs);
  return {
    kind: 'done',
    release: { ...release, envelope: withOutputs(release.envelope, step.service, said) },
  };
}

function run(context: Context, command: CommandPolicy, taking: Taking): Promise<CommandResult> {
  return context.deployer.run(command, requestOf(taking));
}

function requestOf({ release, step }: Taking): DeployRequest {
  const { envelope, environment, id } = release;
  const service = envelope.services.find(({ name }) => name === step.service);
  return {
    environment,
    candidate: envelope.commit,
    releaseId: id,
    service: step.service,
    previous: envelope.previous,
    digest: service?.digest ?? null,
    rollout: rolloutOf(service, step),
    isRollback: false,
  };
}

function rolloutOf(
  service: Release['envelope']['services'][number] | undefined,
  { kind, percent }: Step,
): RolloutStep | null {
  if (kind !== 'deploy' || service === undefined || percent === null) return null;
  const { strategy, percents } = service;
  return { strategy, percent, step: percents.indexOf(percent) + 1, steps: percents.length };
}

const COMMAND_NAMES: Readonly<Record<Step['kind'], string>> = {
  build: 'build command',
  deploy: 'deploy command',
  health: 'health check',
  verify: 'verification',
};

/** Says how a command failed, with its last words. */
export function describeFailure(
  { kind, service }: Pick<Step, 'kind' | 'service'>,
  command: CommandPolicy,
  result: CommandResult,
): string {
  const what = `The ${COMMAND_NAMES[kind]}${service === null ? '' : ` of \`${service}\``}`;
  if (result.timedOut)
    return `${what} did not end within ${command.timeoutMinutes} minutes. \`/retry\` tries it again.`;
  const tail = codeBlock(result.output.slice(-1_000));
  return `${what} ended with ${result.exitCode ?? 'a signal'}. \`/retry\` tries it again.\n\n${tail}`;
}
