import { readCommit, type Commit } from '../git/commit.ts';
import { timestamp } from '../clock.ts';
import type { Repository } from '../model/repository.ts';
import type { Kernel } from '../sandbox.ts';
import { serialiseUser } from '../serialise/account.ts';
import { serialiseRepository } from '../serialise/repository.ts';
import type { Schema } from '../serialise/schema.ts';
import { accountOf } from '../world.ts';
import type { Workflow, WorkflowJob, WorkflowRun } from './model.ts';

/** A workflow as `GET .../actions/workflows` shows it. */
export function serialiseWorkflow(
  kernel: Kernel,
  repository: Repository,
  workflow: Workflow,
): Schema<'workflow'> {
  const { urls } = kernel;
  return {
    id: workflow.id,
    node_id: workflow.nodeId,
    name: workflow.name,
    path: workflow.path,
    state: workflow.state,
    created_at: workflow.createdAt,
    updated_at: workflow.updatedAt,
    url: urls.apiRepository(repository, `actions/workflows/${workflow.id}`),
    html_url: urls.webRepository(repository, `blob/${repository.defaultBranch}/${workflow.path}`),
    badge_url: urls.webRepository(repository, `workflows/${encodeURIComponent(workflow.name)}/badge.svg`),
  };
}

/** The fields of a run that REST and webhooks share. */
export async function serialiseRun(kernel: Kernel, repository: Repository, run: WorkflowRun) {
  const api = kernel.urls.apiRepository(repository, `actions/runs/${run.id}`);
  const commit = await readCommit(kernel.git.reader(repository), run.headSha);
  const shown = serialiseRepository(kernel, repository);
  return {
    ...runFields(run),
    actor: serialiseUser(kernel, accountOf(kernel.world, run.actorId)),
    triggering_actor: serialiseUser(kernel, accountOf(kernel.world, run.triggeringActorId)),
    ...runUrls(api, run),
    html_url: kernel.urls.webRepository(repository, `actions/runs/${run.id}`),
    check_suite_url: kernel.urls.apiRepository(repository, `check-suites/${run.checkSuiteId}`),
    workflow_url: kernel.urls.apiRepository(repository, `actions/workflows/${run.workflowId}`),
    pull_requests: pullsOf(kernel, repository, run),
    head_commit: headCommit(commit, run),
    repository: shown,
    head_repository: shown,
  };
}

function runFields(run: WorkflowRun) {
  return {
    id: run.id,
    name: run.name,
    node_id: run.nodeId,
    check_suite_id: run.checkSuiteId,
    check_suite_node_id: `CS_${run.checkSuiteId}`,
    head_branch: run.headBranch,
    head_sha: run.headSha,
    path: run.path,
    display_title: run.displayTitle,
    run_number: run.number,
    run_attempt: run.attempt,
    referenced_workflows: [],
    event: run.event,
    status: run.status,
    conclusion: run.conclusion,
    workflow_id: run.workflowId,
    created_at: run.createdAt,
    updated_at: run.updatedAt,
    run_started_at: run.startedAt,
  };
}

function runUrls(api: string, run: WorkflowRun) {
  return {
    url: api,
    jobs_url: `${api}/jobs`,
    logs_url: `${api}/logs`,
    artifacts_url: `${api}/artifacts`,
    cancel_url: `${api}/cancel`,
    rerun_url: `${api}/rerun`,
    previous_attempt_url: run.attempt > 1 ? `${api}/attempts/${run.attempt - 1}` : null,
  };
}

function signatureName(signature: Commit['author'] | undefined) {
  return { name: signature?.name ?? '', email: signature?.email ?? '' };
}

function headCommit(commit: Commit | null, run: WorkflowRun) {
  return {
    id: run.headSha,
    tree_id: commit?.tree ?? '',
    message: commit?.message.trimEnd() ?? '',
    timestamp: timestamp(commit?.committer.atMs ?? 0),
    author: signatureName(commit?.author),
    committer: signatureName(commit?.committer),
  };
}

function pullsOf(kernel: Kernel, repository: Repository, run: WorkflowRun) {
  const pull = repository.pulls.find((one) => one.number === run.pullNumber);
  if (!pull) return [];
  const repo = { id: repository.id, url: kernel.urls.apiRepository(repository), name: repository.name };
  return [
    {
      id: pull.id,
      number: pull.number,
      url: kernel.urls.apiRepository(repository, `pulls/${pull.number}`),
      head: { ref: pull.headBranch, sha: pull.headSha, repo },
      base: { ref: pull.baseBranch, sha: pull.baseSha, repo },
    },
  ];
}

/** A job as REST and webhooks show it. */
export function serialiseJob(
  kernel: Kernel,
  place: { repository: Repository; run: WorkflowRun },
  job: WorkflowJob,
) {
  const { repository, run } = place;
  const started = job.status === 'in_progress' || job.status === 'completed';
  return {
    id: job.id,
    run_id: run.id,
    run_url: kernel.urls.apiRepository(repository, `actions/runs/${run.id}`),
    run_attempt: job.attempt,
    node_id: job.nodeId,
    head_sha: run.headSha,
    url: kernel.urls.apiRepository(repository, `actions/jobs/${job.id}`),
    html_url: jobPage(kernel, repository, job),
    status: job.status,
    conclusion: job.conclusion,
    created_at: job.createdAt,
    started_at: job.startedAt,
    completed_at: job.completedAt,
    name: job.name,
    steps: job.steps.map(serialiseStep),
    check_run_url: kernel.urls.apiRepository(repository, `check-runs/${job.id}`),
    labels: job.labels,
    runner_id: started ? 1 : null,
    runner_name: started ? 'sandbox' : null,
    runner_group_id: started ? 1 : null,
    runner_group_name: started ? 'Default' : null,
    workflow_name: run.name,
    head_branch: run.headBranch,
  };
}

function serialiseStep(step: WorkflowJob['steps'][number]) {
  return {
    name: step.name,
    status: step.status,
    conclusion: step.conclusion,
    number: step.number,
    started_at: step.startedAt,
    completed_at: step.completedAt,
  };
}

/** The page of a job. */
export function jobPage(kernel: Kernel, repository: Repository, job: WorkflowJob): string {
  return kernel.urls.webRepository(repository, `actions/runs/${job.runId}/job/${job.id}`);
}
