import { allowsRef, shortRef } from '../environment/ref-policy.ts';
import { obtainEnvironment, type EnvironmentPlace } from '../environment/store.ts';
import { announceJob } from './announce.ts';
import { reportCheck } from './check.ts';
import type { JobDefinition } from './definition.ts';
import { openDeployment, sayDeploymentState } from './deployment.ts';
import type { Gate, GateOutcome } from './gate/model.ts';
import { askAtGate, gateBefore, outcomeAt } from './gate/pass.ts';
import type { LiveRun } from './live.ts';
import type { Conclusion, WorkflowJob } from './model.ts';
import { followJobs } from './run-status.ts';

/**
 * Takes a job into its environment: its deployment is made, and where the environment is protected, the job waits until
 * all rules have let it in or one has not. A job without an environment goes on at once.
 */
export async function enterEnvironment(
  live: LiveRun,
  job: WorkflowJob,
  definition: JobDefinition,
): Promise<'approved' | 'rejected'> {
  const { parts, repository, run } = live;
  if (job.environment === null) return 'approved';
  const environment = obtainEnvironment(parts.kernel, repository, job.environment);
  const deploys = wantsDeployment(definition);
  if (deploys) job.deploymentId = await openDeployment(live, environment.name);
  const refusal = refusalOf({ repository, environment }, { ref: run.ref, deploys });
  if (refusal !== null) return refuse(job, [refusal, NOT_SATISFIED]);
  const gate = gateBefore(live, job, environment);
  const outcome = gate ? await waitAt(live, job, gate) : 'approved';
  if (outcome === 'expired') return refuse(job, [EXPIRED]);
  if (outcome === 'rejected') return refuse(job, [NOT_SATISFIED]);
  if (outcome === 'cancelled') return 'rejected';
  await sayDeploymentState(live, job, 'in_progress');
  return 'approved';
}

const NOT_SATISFIED = "The deployment was rejected or didn't satisfy other protection rules.";
const EXPIRED = 'The deployment was not approved within 30 days.';

/** Why a job may not even ask to be let in; `null` where it may. The words on refs are GitHub's. */
function refusalOf(
  place: EnvironmentPlace,
  { ref, deploys }: { ref: string; deploys: boolean },
): string | null {
  const kind = ref.startsWith('refs/tags/') ? 'Tag' : 'Branch';
  const { environment } = place;
  if (!allowsRef(place, ref))
    return `${kind} "${shortRef(ref)}" is not allowed to deploy to ${environment.name} due to environment protection rules.`;
  // Source: docs.github.com, "Deployments and environments": a custom rule is about a deployment, so the job fails.
  if (!deploys && environment.customRules.length > 0)
    return `${environment.name} has custom deployment protection rules, which need a deployment: this job has "deployment: false".`;
  return null;
}

function refuse(job: WorkflowJob, reasons: string[]): 'rejected' {
  for (const message of reasons)
    job.annotations.push({ level: 'failure', message, title: null, path: null, line: null });
  return 'rejected';
}

async function waitAt(live: LiveRun, job: WorkflowJob, gate: Gate): Promise<GateOutcome> {
  job.status = 'waiting';
  followJobs(live);
  await sayDeploymentState(live, job, 'waiting');
  reportCheck(live, job);
  announceJob(live, job, 'waiting');
  await askAtGate(live, job, gate);
  const outcome = await outcomeAt(live, gate);
  if (outcome !== 'approved' && outcome !== 'bypassed') return outcome;
  job.status = 'queued';
  followJobs(live);
  await sayDeploymentState(live, job, 'queued');
  announceJob(live, job, 'queued');
  return outcome;
}

function wantsDeployment({ environment }: JobDefinition): boolean {
  return (
    typeof environment !== 'object' ||
    environment.deployment === undefined ||
    String(environment.deployment) !== 'false'
  );
}

const STATE_AFTER: { [conclusion in Conclusion]: 'success' | 'failure' | 'error' | 'inactive' } = {
  success: 'success',
  failure: 'failure',
  cancelled: 'error',
  skipped: 'inactive',
};

/** Tells the deployment of a job how the job ended. */
export async function leaveEnvironment(live: LiveRun, job: WorkflowJob): Promise<void> {
  if (job.conclusion !== null) await sayDeploymentState(live, job, STATE_AFTER[job.conclusion]);
}
