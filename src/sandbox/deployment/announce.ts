import type { Author } from '../auth/author.ts';
import type { Deployment, DeploymentStatus } from '../model/deployment.ts';
import type { Repository } from '../model/repository.ts';
import type { Kernel } from '../sandbox.ts';
import { serialiseDeployment, serialiseDeploymentStatus } from '../serialise/deployment.ts';
import { emit } from '../webhook/emit.ts';
import type { EventBody } from '../webhook/event.ts';

/** The workflow run on whose behalf a deployment happens, as its webhooks show it. */
export type OfRun = Pick<EventBody<'deployment/created'>, 'workflow' | 'workflow_run'> | undefined;

/** Sends `deployment`. */
export function announceDeployment(
  kernel: Kernel,
  place: { repository: Repository; deployment: Deployment },
  by: { author: Author; run: OfRun },
): void {
  emit(kernel, 'deployment/created', {
    repository: place.repository,
    sender: by.author.account,
    workflowRunId: by.author.workflowRunId,
    body: {
      deployment: payloadDeployment(kernel, place),
      workflow: by.run?.workflow ?? null,
      workflow_run: by.run?.workflow_run ?? null,
    },
  });
}

/** Sends `deployment_status`. */
export function announceDeploymentStatus(
  kernel: Kernel,
  place: { repository: Repository; deployment: Deployment; status: DeploymentStatus },
  by: { author: Author; run: OfRun },
): void {
  const { performed_via_github_app: via, ...status } = serialiseDeploymentStatus(kernel, place);
  emit(kernel, 'deployment-status/created', {
    repository: place.repository,
    sender: by.author.account,
    workflowRunId: by.author.workflowRunId,
    body: {
      deployment: payloadDeployment(kernel, place),
      // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the published lists of App events and permissions are older than the App's
      deployment_status: { ...status, performed_via_github_app: via as never },
      check_run: null,
      workflow: by.run?.workflow ?? null,
      // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the two published forms of one run differ in what may be absent
      workflow_run: (by.run?.workflow_run ?? null) as never,
    },
  });
}

/** A deployment as webhooks carry it. */
export function payloadDeployment(kernel: Kernel, place: { repository: Repository; deployment: Deployment }) {
  const { payload, performed_via_github_app: via, ...rest } = serialiseDeployment(kernel, place);
  return {
    ...rest,
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- published as an object without keys
    payload: payload as never,
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the published lists of App events and permissions are older than the App's
    performed_via_github_app: via as never,
  };
}
