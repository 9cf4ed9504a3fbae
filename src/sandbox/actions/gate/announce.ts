import { payloadDeployment } from '../../deployment/announce.ts';
import { findDeployment } from '../../deployment/store.ts';
import type { Account } from '../../model/account.ts';
import type { Reviewer } from '../../model/environment.ts';
import type { Repository } from '../../model/repository.ts';
import type { Kernel } from '../../sandbox.ts';
import { serialiseUser } from '../../serialise/account.ts';
import { serialiseReviewer } from '../../serialise/environment.ts';
import { serialisePullSimple } from '../../serialise/pull.ts';
import { emit } from '../../webhook/emit.ts';
import type { EventBody } from '../../webhook/event.ts';
import { accountOf } from '../../world.ts';
import type { RunPlace } from '../find.ts';
import type { LiveRun } from '../live.ts';
import type { WorkflowJob } from '../model.ts';
import { jobPage, serialiseRun } from '../serialise.ts';
import type { Gate } from './model.ts';

/**
 * Sends `deployment_protection_rule` for a job to each App whose word is still out, and to it alone.
 *
 * Bounds: only pull requests that started the run are named; of the run there is no more than its address, as in
 * GitHub's own payload.
 * Source: github.com/product-os/deploynaut, tests/fixtures/deployment_protection_rule.requested.json, 2024-12-06.
 */
export function requestRules({ parts, repository, run }: LiveRun, job: WorkflowJob, gate: Gate): void {
  const { kernel } = parts;
  if (job.deploymentId === null) return;
  const deployment = findDeployment(repository, job.deploymentId);
  for (const { appId } of gate.customRules.filter((rule) => rule.state === 'pending')) {
    emit(kernel, 'deployment-protection-rule/requested', {
      repository,
      sender: accountOf(kernel.world, run.triggeringActorId),
      workflowRunId: run.id,
      onlyAppId: appId,
      body: {
        environment: gate.environment,
        event: run.event,
        deployment_callback_url: kernel.urls.apiRepository(
          repository,
          `actions/runs/${run.id}/deployment_protection_rule`,
        ),
        deployment: payloadDeployment(kernel, { repository, deployment }),
        pull_requests: pullsOf(kernel, { repository, run }),
      },
    });
  }
}

type PayloadPulls = NonNullable<EventBody<'deployment-protection-rule/requested'>['pull_requests']>;

function pullsOf(kernel: Kernel, { repository, run }: RunPlace): PayloadPulls {
  const pull = repository.pulls.find((one) => one.number === run.pullNumber);
  const issue = repository.issues.find((one) => one.number === run.pullNumber);
  if (!pull || !issue) return [];
  const shown = [serialisePullSimple(kernel, repository, { pull, issue })];
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- published as whole pulls; GitHub sends the form of lists
  return shown as unknown as PayloadPulls;
}

/** Sends `deployment_review` when a job begins to wait for people. */
export async function announceReviewRequest(live: LiveRun, job: WorkflowJob, gate: Gate): Promise<void> {
  const { repository, run } = live;
  const { kernel } = live.parts;
  const sender = accountOf(kernel.world, run.triggeringActorId);
  emit(kernel, 'deployment-review/requested', {
    repository,
    sender,
    workflowRunId: run.id,
    body: {
      environment: gate.environment,
      requestor: serialiseUser(kernel, sender),
      reviewers: shownReviewers(kernel, repository, gate),
      since: gate.openedAt,
      workflow_job_run: describeJob(kernel, { repository, run }, job),
      workflow_run: await shownRun(kernel, { repository, run }),
    },
  });
}

/** Sends `deployment_review` for what a reviewer decided. */
export async function announceReview(
  kernel: Kernel,
  place: RunPlace,
  review: { gate: Gate; approver: Account; state: 'approved' | 'rejected'; comment: string },
): Promise<void> {
  const { repository, run } = place;
  const { gate, approver } = review;
  const jobs = run.jobs.filter((job) => gate.jobIds.includes(job.id));
  const shown = jobs.map((job) => describeJob(kernel, place, job));
  const body = {
    approver: serialiseUser(kernel, approver),
    comment: review.comment,
    reviewers: shownReviewers(kernel, repository, gate),
    since: gate.openedAt,
    ...(shown[0] ? { workflow_job_run: shown[0] } : {}),
    workflow_job_runs: shown,
    workflow_run: await shownRun(kernel, place),
  };
  const where = { repository, sender: approver, body };
  if (review.state === 'approved') emit(kernel, 'deployment-review/approved', where);
  else emit(kernel, 'deployment-review/rejected', where);
}

function describeJob(kernel: Kernel, { repository }: RunPlace, job: WorkflowJob) {
  return {
    id: job.id,
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- published as null; GitHub sends the name
    name: job.name as unknown as null,
    status: job.status,
    conclusion: null,
    environment: job.environment ?? '',
    html_url: jobPage(kernel, repository, job),
    created_at: job.createdAt,
    updated_at: job.startedAt,
  };
}

/** The published types of the three webhooks differ in what of a run may be absent. */
async function shownRun(kernel: Kernel, { repository, run }: RunPlace): Promise<never> {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- see above
  return (await serialiseRun(kernel, repository, run)) as never;
}

/** The published types know people only, GitHub's own example has a team. */
function shownReviewers(kernel: Kernel, repository: Repository, gate: Gate): never {
  const reviewers: Reviewer[] = gate.review?.reviewers ?? [];
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- see above
  return reviewers.map((one) => serialiseReviewer(kernel, repository, one)) as never;
}
