import type { LedgerState } from '../domain/ledger.ts';
import type { Person } from '../domain/person.ts';
import { ENVIRONMENTS, type EnvironmentName } from '../domain/policy.ts';
import { environmentNamed } from '../domain/protection.ts';
import { deploymentAlert } from '../domain/text/alert.ts';
import type { Setting } from '../ports/configuration.ts';
import type { DeploymentFacts } from '../ports/github.ts';
import type { Context } from './context.ts';
import { raiseAlert } from './raise-alert.ts';

/** A deployment that succeeded and that this system did not record. */
export interface ForeignDeployment {
  readonly githubEnvironment: string;
  readonly commit: string;
  readonly by: Person | null;
  /** Where its log is; a workflow run's for what Actions records itself. */
  readonly logUrl: string;
}

/**
 * Tells the admins of a deployment to one of our environments that this system did not make. Actions records one for
 * each job with an environment: that of a slot's own run is none.
 */
export async function guardDeployment(context: Context, deployment: ForeignDeployment): Promise<void> {
  const setting = await context.configuration.load();
  const environment = environmentNamed(setting.policy, deployment.githubEnvironment);
  if (environment === null) return;
  const run = runOf(deployment.logUrl);
  if (run !== null && isOwnRun(await context.ledger.load(), run)) return;
  await raiseAlert(context, setting, deploymentAlert({ ...deployment, environment }));
}

/** What runs on the environments by GitHub's record; travels with what else is being read. */
export async function readDeployments(
  { observer }: Context,
  { policy }: Setting,
): Promise<ReadonlyMap<EnvironmentName, DeploymentFacts | null>> {
  const read = ENVIRONMENTS.map(
    async (name) =>
      [name, await observer.lastDeployment(policy.environments[name].githubEnvironment)] as const,
  );
  return new Map(await Promise.all(read));
}

/**
 * Finds a deployment that no webhook told of: the newest, made past this system after it had deployed itself. What ran
 * before its time is nobody's wrong.
 */
export async function findForeignDeployments(
  context: Context,
  setting: Setting,
  deployments: ReadonlyMap<EnvironmentName, DeploymentFacts | null>,
): Promise<void> {
  const { environments } = await context.ledger.recent();
  for (const [environment, deployment] of deployments) {
    const own = environments.get(environment)?.deployed ?? null;
    if (deployment === null || deployment.by === null || own === null) continue;
    if (deployment.createdAtMs > own.atMs) {
      await raiseAlert(context, setting, deploymentAlert({ ...deployment, environment }));
    }
  }
}

function runOf(logUrl: string): number | null {
  const run = /\/actions\/runs\/(\d{1,15})(?:\/|$)/u.exec(logUrl)?.[1];
  return run === undefined ? null : Number(run);
}

function isOwnRun({ slots, releases }: LedgerState, run: number): boolean {
  const claims = [...slots.values()].map(({ claim }) => claim);
  const deployers = [...releases.values()].map(({ deployer }) => deployer);
  return [...claims, ...deployers].some((each) => each?.runId === run);
}
