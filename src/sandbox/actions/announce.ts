import { accountOf } from '../world.ts';
import { emit } from '../webhook/emit.ts';
import type { EventBody } from '../webhook/event.ts';
import type { LiveRun } from './live.ts';
import { workflowsOf, type WorkflowJob } from './model.ts';
import { serialiseJob, serialiseRun, serialiseWorkflow } from './serialise.ts';

type EndedSteps = EventBody<'workflow-job/completed'>['workflow_job']['steps'];

/** A run with its workflow, as webhooks show them. */
async function describeRun({ run, repository, parts }: LiveRun) {
  const workflow = workflowsOf(repository).find((one) => one.id === run.workflowId);
  if (!workflow) throw new Error(`run ${run.id} has no workflow`);
  return {
    workflow: serialiseWorkflow(parts.kernel, repository, workflow),
    workflow_run: await serialiseRun(parts.kernel, repository, run),
  };
}

/** The same for a run that goes on: the published types of such webhooks know no end of it. */
export async function describeRunUnderWay(live: LiveRun) {
  const { workflow, workflow_run: run } = await describeRun(live);
  return { workflow, workflow_run: { ...run, status: 'in_progress' as const, conclusion: null } };
}

/** Sends `workflow_run` for what became of a run. */
export async function announceRun(
  live: LiveRun,
  action: 'requested' | 'in_progress' | 'completed',
): Promise<void> {
  const { run, repository, parts } = live;
  const { kernel } = parts;
  const place = { repository, sender: accountOf(kernel.world, run.triggeringActorId) };
  const body = await describeRun(live);
  if (action === 'requested') emit(kernel, 'workflow-run/requested', { ...place, body });
  else if (action === 'completed') emit(kernel, 'workflow-run/completed', { ...place, body });
  else {
    emit(kernel, 'workflow-run/in-progress', { ...place, body: await describeRunUnderWay(live) });
  }
}

/** Sends `workflow_job` for what became of a job. */
export function announceJob(
  live: LiveRun,
  job: WorkflowJob,
  action: 'queued' | 'waiting' | 'in_progress' | 'completed',
): void {
  const { run, repository, parts } = live;
  const { kernel } = parts;
  const place = { repository, sender: accountOf(kernel.world, run.triggeringActorId) };
  const shown = serialiseJob(kernel, { repository, run }, job);
  if (action === 'queued') emit(kernel, 'workflow-job/queued', { ...place, body: { workflow_job: shown } });
  else if (action === 'waiting')
    emit(kernel, 'workflow-job/waiting', { ...place, body: { workflow_job: shown } });
  else if (action === 'in_progress') {
    const started = { ...shown, status: 'in_progress' as const, conclusion: null };
    emit(kernel, 'workflow-job/in-progress', { ...place, body: { workflow_job: started } });
  } else {
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the published type says that a step has no fields
    const steps = shown.steps as unknown as EndedSteps;
    const ended = {
      ...shown,
      steps,
      completed_at: job.completedAt ?? '',
      conclusion: job.conclusion ?? 'failure',
    };
    emit(kernel, 'workflow-job/completed', { ...place, body: { workflow_job: ended } });
  }
}
