import { z } from 'zod';
import { GitHubFailure, type DeploymentFacts, type Deployments, type Observer } from '../../ports/github.ts';
import { loginOf, personOf } from './actor.ts';
import { isOwnLogin, type GitHubContext } from './client.ts';
import { calling } from './failure.ts';
import type { GraphqlBatch } from './graphql/batch.ts';
import { DEPLOYMENT, type DeploymentAnswer } from './graphql/selection.ts';

/** Marks the deployments that this system records itself. */
const OWN_TASK = 'tonic';

/** GitHub's limit of a description, characters. */
const DESCRIPTION_LIMIT = 140;

const DEPLOYMENT_LIST = z.object({ nodes: z.array(DEPLOYMENT) });

async function newestDeployments(batch: GraphqlBatch, environment: string): Promise<DeploymentAnswer[]> {
  const answer = await batch.ask({
    field: `deployments(
      first: 100, environments: [$environment], orderBy: { field: CREATED_AT, direction: DESC }
    ) { nodes { ...DeploymentFields } }`,
    variables: { environment: ['String!', environment] },
    answer: DEPLOYMENT_LIST,
    weight: 30,
  });
  return (answer?.nodes ?? []).filter(({ databaseId }) => databaseId !== null);
}

/**
 * Reads what an environment runs from GitHub's deployments: the newest that succeeded, whoever made it.
 *
 * Left out: records that GitHub Actions makes for the jobs of this system's own workflow runs. A job with an
 * `environment` gets one for the workflow file's commit, which is not what was deployed. They are known by the run
 * that their log belongs to, which an own deployment names too.
 *
 * An own deployment that succeeded still counts after GitHub called it inactive: the success of such a job's record
 * does that to it.
 */
export function createDeploymentReader(
  context: GitHubContext,
  batch: GraphqlBatch,
): Pick<Observer, 'lastDeployment'> {
  return {
    lastDeployment: async (githubEnvironment) => {
      const found = await newestDeployments(batch, githubEnvironment);
      const ownRuns = new Set(
        found.filter((each) => isOwn(each, context)).flatMap((each) => runOf(each) ?? []),
      );
      const newest = found.find((each) =>
        isOwn(each, context)
          ? hasSucceeded(each)
          : each.latestStatus?.state === 'SUCCESS' && !ownRuns.has(jobRunOf(each) ?? 0),
      );
      if (newest === undefined) return null;
      return deploymentFacts(newest, isOwn(newest, context));
    },
  };
}

/** As GitHub calls an account that is gone. */
const GHOST = { id: 0, login: 'ghost' };

function deploymentFacts(answer: DeploymentAnswer, own: boolean): DeploymentFacts {
  return {
    id: answer.databaseId ?? 0,
    commit: answer.commitOid,
    slot: own ? slotOf(answer) : null,
    by: own ? null : (personOf(answer.creator) ?? GHOST),
    createdAtMs: Date.parse(answer.createdAt),
  };
}

function isByOwnLogin({ creator }: DeploymentAnswer, context: GitHubContext): boolean {
  return creator !== null && isOwnLogin(context, loginOf(creator));
}

function isOwn(answer: DeploymentAnswer, context: GitHubContext): boolean {
  return answer.task === OWN_TASK && isByOwnLogin(answer, context);
}

function hasSucceeded({ latestStatus, statuses }: DeploymentAnswer): boolean {
  if (latestStatus?.state === 'SUCCESS') return true;
  const before = statuses?.nodes.find(({ state }) => state !== 'INACTIVE');
  return latestStatus?.state === 'INACTIVE' && before?.state === 'SUCCESS';
}

const PAYLOAD = z.object({ slot: z.string(), run_id: z.int().nullish() });

function slotOf(answer: DeploymentAnswer): string | null {
  return readPayload(answer)?.slot ?? null;
}

function runOf(answer: DeploymentAnswer): number | null {
  return readPayload(answer)?.run_id ?? null;
}

/** The workflow run that a job's record belongs to: `…/actions/runs/<id>/job/<id>`. */
function jobRunOf({ latestStatus }: DeploymentAnswer): number | null {
  const run = /\/actions\/runs\/(\d{1,15})(?:\/|$)/u.exec(latestStatus?.logUrl ?? '')?.[1];
  return run === undefined ? null : Number(run);
}

/** Source: GraphQL gives the payload as JSON text; text that was sent as text is JSON within JSON. */
function readPayload({ payload }: DeploymentAnswer): z.infer<typeof PAYLOAD> | null {
  try {
    const once: unknown = JSON.parse(payload ?? 'null');
    const read = PAYLOAD.safeParse(typeof once === 'string' ? JSON.parse(once) : once);
    return read.success ? read.data : null;
  } catch {
    return null;
  }
}

/** GitHub's record of what goes live. */
export function createDeployments(context: GitHubContext, batch: GraphqlBatch): Deployments {
  const { client, owner, repo } = context;
  return {
    create: async (request) => {
      const { data } = await calling('create a deployment', () =>
        client.request('POST /repos/{owner}/{repo}/deployments', {
          owner,
          repo,
          ref: request.commit,
          task: OWN_TASK,
          environment: request.githubEnvironment,
          description: cut(request.description),
          payload: { ...request.payload, slot: request.slot },
          // Source: by default GitHub may merge the default branch into the ref, and asks for all checks to be green.
          auto_merge: false,
          required_contexts: [],
          transient_environment: false,
          production_environment: request.environment === 'prod',
        }),
      );
      if ('id' in data && typeof data.id === 'number') return data.id;
      const message = 'create a deployment: GitHub merged a branch instead of making one';
      throw new GitHubFailure('create a deployment', message, { status: 202, retryable: false });
    },
    setState: async (...[id, state, description, logUrl]) => {
      await calling('set the state of a deployment', () =>
        client.request('POST /repos/{owner}/{repo}/deployments/{deployment_id}/statuses', {
          owner,
          repo,
          deployment_id: id,
          state,
          description: cut(description),
          ...(logUrl === null ? {} : { log_url: logUrl }),
        }),
      );
    },
    find: async (githubEnvironment, commit, slot) => {
      const found = (await newestDeployments(batch, githubEnvironment)).find(
        (each) => isOwn(each, context) && each.commitOid === commit && slotOf(each) === slot,
      );
      if (found === undefined || found.databaseId === null) return null;
      return { id: found.databaseId, state: stateOf(found) };
    },
  };
}

function stateOf(answer: DeploymentAnswer): 'in_progress' | 'success' | 'failure' | 'other' {
  if (hasSucceeded(answer)) return 'success';
  const state = answer.latestStatus?.state;
  if (state === 'IN_PROGRESS') return 'in_progress';
  return state === 'FAILURE' || state === 'ERROR' ? 'failure' : 'other';
}

function cut(description: string): string {
  return description.length <= DESCRIPTION_LIMIT
    ? description
    : `${description.slice(0, DESCRIPTION_LIMIT - 1)}…`;
}
