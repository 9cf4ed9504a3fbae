import { judgeParity, type DeployedVersion, type ParityVerdict } from '../domain/flow.ts';
import { commitsInFlight, type LedgerState } from '../domain/ledger.ts';
import type { EnvironmentName, EnvironmentPolicy } from '../domain/policy.ts';
import type { Setting } from '../ports/configuration.ts';
import { GitHubFailure, type DeploymentFacts } from '../ports/github.ts';
import { GitFailure } from '../ports/repository.ts';
import type { Context } from './context.ts';

const VERSION_FILE_BYTES = 4_096;

/** The commits that the environments run, and the tips of their branches. */
export interface Versions {
  readonly deployed: Readonly<Record<EnvironmentName, DeployedVersion>>;
  readonly tips: Readonly<Record<EnvironmentName, string>>;
}

/**
 * Finds out what UAT and PROD run (PRODUCT section 3): the last successful deployment, else the branch.
 * Brings the full history of both branches into the local object store.
 *
 * @throws GitFailure when a branch does not exist or the remote cannot be read.
 */
export async function loadVersions(context: Context, { policy }: Setting): Promise<Versions> {
  const { uat, prod } = policy.environments;
  const [uatDeployment, prodDeployment] = await Promise.all([
    lastDeployment(context, uat),
    lastDeployment(context, prod),
  ]);
  const tips = await context.repository.fetch({
    branches: [uat.branch, prod.branch],
    commits: [uatDeployment, prodDeployment].flatMap((each) => each?.commit ?? []),
    history: 'full',
  });
  const tipOf = (environment: EnvironmentPolicy) => requireTip(tips, environment);
  return {
    tips: { uat: tipOf(uat), prod: tipOf(prod) },
    deployed: {
      uat: await describeVersion(context, uat, { deployed: uatDeployment, tip: tipOf(uat) }),
      prod: await describeVersion(context, prod, { deployed: prodDeployment, tip: tipOf(prod) }),
    },
  };
}

async function lastDeployment(
  { observer }: Context,
  { versionFrom, githubEnvironment }: EnvironmentPolicy,
): Promise<DeploymentFacts | null> {
  return versionFrom === 'deployments' ? observer.lastDeployment(githubEnvironment) : null;
}

function requireTip(tips: ReadonlyMap<string, string | null>, { branch }: EnvironmentPolicy): string {
  const tip = tips.get(branch) ?? null;
  if (tip === null) throw new GitFailure('fetch', `there is no branch ${branch}`, { retryable: false });
  return tip;
}

async function describeVersion(
  { repository }: Context,
  environment: EnvironmentPolicy,
  { deployed, tip }: { readonly deployed: DeploymentFacts | null; readonly tip: string },
): Promise<DeployedVersion> {
  const byBranch: DeployedVersion = { commit: tip, version: null, source: 'branch', by: null };
  if (environment.versionFrom === 'tag') {
    const tag = await repository.latestVersionTag(tip);
    return tag === null ? byBranch : { commit: tag.commit, version: tag.name, source: 'tag', by: null };
  }
  if (environment.versionFrom === 'file' && environment.versionFile !== null) {
    const { versionFile } = environment;
    const version = (await repository.readFiles(tip, [versionFile], VERSION_FILE_BYTES)).get(versionFile);
    return { ...byBranch, version: version?.trim() ?? null, source: 'file' };
  }
  return deployed === null
    ? byBranch
    : { commit: deployed.commit, version: null, source: 'deployments', by: deployed.by };
}

/** Takes the verdict on two versions, not counting what is in flight. */
async function judgeVersions(
  context: Context,
  versions: Versions,
  { bugs, environments }: Pick<LedgerState, 'bugs' | 'environments'>,
): Promise<ParityVerdict> {
  const { uat, prod } = versions.deployed;
  const divergence = await context.repository.diverge(uat.commit, prod.commit);
  return judgeParity({
    uat,
    prod,
    sameTree: divergence.sameTree,
    uatOnly: divergence.leftOnly,
    prodOnly: divergence.rightOnly,
    inFlight: commitsInFlight(bugs.values()),
    takenBack: [...environments.values()].flatMap((each) => each.takenBack),
    nowMs: context.clock.nowMs(),
  });
}

/** The versions, or `null` with a line in the log when they cannot be had: refusing is up to the rules. */
export async function tryVersions(context: Context, setting: Setting): Promise<Versions | null> {
  return orNull(context, loadVersions(context, setting));
}

/** The verdict, or `null` with a line in the log when it cannot be had. */
export async function tryJudge(
  context: Context,
  versions: Versions,
  state: Pick<LedgerState, 'bugs' | 'environments'>,
): Promise<ParityVerdict | null> {
  return orNull(context, judgeVersions(context, versions, state));
}

async function orNull<T>(context: Context, reading: Promise<T>): Promise<T | null> {
  try {
    return await reading;
  } catch (error) {
    if (!(error instanceof GitFailure || error instanceof GitHubFailure)) throw error;
    context.log.warn('the versions cannot be compared', { error: error.message });
    return null;
  }
}
