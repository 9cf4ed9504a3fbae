import { accountOf, fullNameOf } from '../world.ts';
import type { RunningStatus, Scope } from './expression.ts';
import type { LiveRun } from './live.ts';
import { secretsOf, variablesOf, visibleSettings } from './setting.ts';

/** What a job knows of a job it needs. */
export interface NeededJob {
  result: string;
  outputs: { [name: string]: string };
}

/** What differs from job to job in the contexts. */
export interface JobView {
  key: string | null;
  environment: string | null;
  needs: { [job: string]: NeededJob };
  matrix: { [name: string]: unknown } | null;
  strategy: { [name: string]: unknown };
  token: string;
  workspace: string;
  eventPath: string;
}

/** Nothing of a job yet: for `concurrency` and `run-name` of a workflow. */
export const NO_JOB: JobView = {
  key: null,
  environment: null,
  needs: {},
  matrix: null,
  strategy: {},
  token: '',
  workspace: '',
  eventPath: '',
};

/** The contexts that do not change while a job runs. Source: docs.github.com, "Contexts reference". */
export function buildContexts(live: LiveRun, view: JobView): Scope['contexts'] {
  const { repository, run } = live;
  return {
    github: githubContext(live, view),
    inputs: run.inputs,
    needs: view.needs,
    vars: visibleSettings(variablesOf(repository), view.environment),
    secrets: { ...visibleSettings(secretsOf(repository), view.environment), GITHUB_TOKEN: view.token },
    matrix: view.matrix,
    strategy: view.strategy,
  };
}

/** A scope before any step: conditions and names of jobs. */
export function buildJobScope(live: LiveRun, view: JobView, status: RunningStatus): Scope {
  return { contexts: { ...buildContexts(live, view), env: {} }, status };
}

function githubContext(live: LiveRun, view: JobView): { [name: string]: unknown } {
  const { repository, run, parts } = live;
  const { world, urls } = parts.kernel;
  const actor = accountOf(world, run.actorId);
  const owner = accountOf(world, repository.ownerId);
  const repositoryName = fullNameOf(world, repository);
  return {
    ...refFields(live),
    token: view.token,
    job: view.key,
    sha: run.sha,
    repository: repositoryName,
    repository_id: String(repository.id),
    repository_owner: owner.login,
    repository_owner_id: String(owner.id),
    run_id: String(run.id),
    run_number: String(run.number),
    run_attempt: String(run.attempt),
    retention_days: '90',
    actor: actor.login,
    actor_id: String(actor.id),
    triggering_actor: accountOf(world, run.triggeringActorId).login,
    workflow: run.name,
    workflow_ref: `${repositoryName}/${run.path}@${run.ref}`,
    workflow_sha: run.sha,
    event: run.payload,
    event_name: run.event,
    event_path: view.eventPath,
    workspace: view.workspace,
    server_url: urls.web,
    api_url: urls.api,
    graphql_url: urls.graphql,
    secret_source: 'Actions',
  };
}

function refFields({ run }: LiveRun): { [name: string]: unknown } {
  const pull = run.payload['pull_request'];
  const isPull = typeof pull === 'object' && pull !== null && run.pullNumber !== null;
  return {
    ref: run.ref,
    ref_name: run.ref.replace(/^refs\/(heads|tags|pull)\//, ''),
    ref_type: run.ref.startsWith('refs/tags/') ? 'tag' : 'branch',
    ref_protected: false,
    head_ref: isPull ? run.headBranch : '',
    base_ref: isPull ? baseRefOf(pull) : '',
  };
}

function baseRefOf(pull: object): string {
  const base: unknown = 'base' in pull ? pull.base : null;
  const ref: unknown = typeof base === 'object' && base !== null && 'ref' in base ? base.ref : '';
  return typeof ref === 'string' ? ref : '';
}
