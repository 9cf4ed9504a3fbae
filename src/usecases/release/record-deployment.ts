import type { Policy } from '../../domain/policy.ts';
import type { Release } from '../../domain/release.ts';
import type { Context } from '../context.ts';
import { renderPayload } from '../../domain/text/release/payload.ts';

/** A deployment on GitHub's record. */
export interface OpenDeployment {
  readonly id: number;
  /** A run before this one opened it. */
  readonly isKnown: boolean;
  /** It succeeded already: there is nothing left to do. */
  readonly isLive: boolean;
}

/** Opens the deployment of a release, or finds the one that a run before this one has opened. */
export async function openDeployment(
  context: Context,
  { environments }: Policy,
  { release, resumes }: { readonly release: Release; readonly resumes: boolean },
): Promise<OpenDeployment> {
  const { githubEnvironment } = environments[release.environment];
  const { commit, bugs, pulls = [] } = release.envelope;
  const slot = release.slot ?? release.id;
  const earlier = resumes ? await context.deployments.find(githubEnvironment, commit, slot) : null;
  if (earlier?.state === 'success') return { id: earlier.id, isKnown: true, isLive: true };
  if (earlier !== null) {
    // Not for a new one: it is pending as it was made, GitHub's own record of the job says that it runs, and a call is saved.
    await context.deployments.setState(earlier.id, 'in_progress', `${release.id} deploys again`, null);
    return { id: earlier.id, isKnown: true, isLive: false };
  }
  const id = await context.deployments.create({
    environment: release.environment,
    githubEnvironment,
    commit,
    slot,
    description: `${release.id}: ${[...bugs, ...pulls].map(({ number }) => `#${number}`).join(' ')}`,
    payload: renderPayload(release, release.deployer?.runId ?? null),
  });
  return { id, isKnown: false, isLive: false };
}

/** Says on GitHub's record how it ended. */
export async function closeDeployment(
  context: Context,
  {
    deployment,
    state,
    words,
  }: {
    readonly deployment: OpenDeployment;
    readonly state: 'success' | 'failure';
    readonly words: string;
  },
): Promise<void> {
  await context.deployments.setState(deployment.id, state, words, null);
}
