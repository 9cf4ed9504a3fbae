import type { SlotId } from '../../domain/calendar.ts';
import { refuse, type Refusal } from '../../domain/reason.ts';
import type { CommandPolicy, EnvironmentPolicy } from '../../domain/policy.ts';
import type { Stage } from '../../domain/slot.ts';
import type { Setting } from '../../ports/configuration.ts';
import type { CommandResult } from '../../ports/deployer.ts';
import type { Context } from '../context.ts';

export type DeployResult = { readonly kind: 'deployed'; readonly deploymentId: number } | Refusal;

interface Deploying {
  readonly slot: SlotId;
  readonly stage: Stage;
  /** The workflow run that deploys, for the record. */
  readonly runId: number | null;
  /** A run before this one may have deployed already. */
  readonly resumes: boolean;
}

/**
 * Puts a candidate live with the owner's own command, and on GitHub's record.
 *
 * Order: deployment record, command, verification. Locks, checklists and the watch belong around the command.
 * Refuses: `deploy_failed`, `verify_failed`.
 * Idempotent: a candidate whose deployment succeeded, or which `verify` finds live after a crash, is not deployed
 * again.
 */
export async function deployStage(
  context: Context,
  setting: Setting,
  deploying: Deploying,
): Promise<DeployResult> {
  const { stage, slot } = deploying;
  const environment = setting.policy.environments[stage.environment];
  const earlier = deploying.resumes
    ? await context.deployments.find(environment.githubEnvironment, stage.candidate, slot)
    : null;
  if (earlier?.state === 'success') return { kind: 'deployed', deploymentId: earlier.id };
  const id = earlier?.id ?? (await openDeployment(context, environment, deploying));
  await context.deployments.setState(id, 'in_progress', `${slot} deploys`, null);
  const isLive = earlier !== null && (await isVerified(context, environment, deploying));
  const refusal = isLive ? null : await deployAndVerify(context, environment, deploying);
  if (refusal !== null) {
    await context.deployments.setState(id, 'failure', `${slot}: ${refusal.reason}`, null);
    return refusal;
  }
  await context.deployments.setState(id, 'success', `${slot} is live`, null);
  return { kind: 'deployed', deploymentId: id };
}

async function openDeployment(
  context: Context,
  { githubEnvironment }: EnvironmentPolicy,
  { stage, slot, runId }: Deploying,
): Promise<number> {
  const bugs = stage.bugs.map(({ bug }) => bug);
  return context.deployments.create({
    environment: stage.environment,
    githubEnvironment,
    commit: stage.candidate,
    slot,
    description: `${slot}: ${bugs.map((bug) => `#${bug}`).join(' ')}`,
    payload: { slot, run_id: runId, bugs, tree: stage.tree },
  });
}

/** What a crash cut short may be live; without a command that says so it is deployed again. */
async function isVerified(
  context: Context,
  { verify }: EnvironmentPolicy,
  deploying: Deploying,
): Promise<boolean> {
  return verify !== null && (await run(context, verify, deploying)).ok;
}

async function deployAndVerify(
  context: Context,
  { deploy, verify }: EnvironmentPolicy,
  deploying: Deploying,
): Promise<Refusal | null> {
  if (deploy !== null) {
    const result = await run(context, deploy, deploying);
    if (!result.ok) return refuse('deploy_failed', describeFailure('deploy command', deploy, result));
  }
  if (verify !== null) {
    const result = await run(context, verify, deploying);
    if (!result.ok) return refuse('verify_failed', describeFailure('verification', verify, result));
  }
  return null;
}

async function run(
  context: Context,
  command: CommandPolicy,
  { stage, slot }: Deploying,
): Promise<CommandResult> {
  return context.deployer.run(command, {
    environment: stage.environment,
    candidate: stage.candidate,
    releaseId: slot,
  });
}

function describeFailure(what: string, command: CommandPolicy, result: CommandResult): string {
  if (result.timedOut)
    return `The ${what} did not end within ${command.timeoutMinutes} minutes. \`/retry\` tries it again.`;
  const tail = result.output.slice(-1_000).replaceAll('`', 'ˋ');
  return `The ${what} ended with ${result.exitCode ?? 'a signal'}. \`/retry\` tries it again.\n\n\`\`\`\n${tail}\n\`\`\``;
}
