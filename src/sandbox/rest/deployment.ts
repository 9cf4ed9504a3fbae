import { z } from 'zod';
import { numberFrom, readBody } from '../body.ts';
import { createDeployment, READ_DEPLOYMENTS, WRITE_DEPLOYMENTS } from '../deployment/create.ts';
import { addDeploymentStatus, deleteDeployment } from '../deployment/status.ts';
import { deploymentsOf, findDeployment } from '../deployment/store.ts';
import { notFound } from '../error.ts';
import { DEPLOYMENT_STATES } from '../model/deployment.ts';
import { paginate } from '../page.ts';
import { accepted, created, noContent, ok, route } from '../route.ts';
import { serialiseDeployment, serialiseDeploymentStatus } from '../serialise/deployment.ts';

const newDeployment = z.object({
  ref: z.string().min(1),
  task: z.string().max(128).default('deploy'),
  auto_merge: z.boolean().default(true),
  required_contexts: z.array(z.string()).nullish(),
  payload: z.union([z.record(z.string(), z.unknown()), z.string()]).default(''),
  environment: z.string().min(1).default('production'),
  description: z.string().max(140).nullish(),
  transient_environment: z.boolean().default(false),
  production_environment: z.boolean().optional(),
});
const newStatus = z.object({
  state: z.enum(DEPLOYMENT_STATES),
  target_url: z.string().optional(),
  log_url: z.string().optional(),
  description: z.string().max(140).optional(),
  environment: z.string().min(1).optional(),
  environment_url: z.string().optional(),
  auto_inactive: z.boolean().optional(),
});

/** Deployments and what was said about them. */
export const deploymentRoutes = [
  route({
    on: 'GET /repos/{owner}/{repo}/deployments',
    needs: READ_DEPLOYMENTS,
    answer: (call) => {
      const { kernel, repository, query } = call;
      const wanted = deploymentsOf(repository).filter((one) =>
        (['sha', 'ref', 'task', 'environment'] as const).every((field) => {
          const value = query.get(field);
          return value === null || value === 'none' || one[field] === value;
        }),
      );
      const { items, headers } = paginate(call, wanted.toReversed());
      return ok(
        items.map((deployment) => serialiseDeployment(kernel, { repository, deployment })),
        headers,
      );
    },
  }),
  route({
    on: 'POST /repos/{owner}/{repo}/deployments',
    needs: WRITE_DEPLOYMENTS,
    answer: async (call) => {
      const { kernel, repository, actor } = call;
      const given = readBody(call, newDeployment);
      const result = await createDeployment(kernel, repository, {
        ref: given.ref,
        task: given.task,
        payload: given.payload,
        environment: given.environment,
        description: given.description ?? null,
        transientEnvironment: given.transient_environment,
        // Source: GitHub's OpenAPI description: true when `environment` is `production` and false otherwise.
        productionEnvironment: given.production_environment ?? given.environment === 'production',
        autoMerge: given.auto_merge,
        requiredContexts: given.required_contexts ?? null,
        actor,
      });
      if (result.kind === 'merged') return accepted({ message: result.message });
      return created(serialiseDeployment(kernel, { repository, deployment: result.deployment }));
    },
  }),
  route({
    on: 'GET /repos/{owner}/{repo}/deployments/{deployment_id}',
    needs: READ_DEPLOYMENTS,
    answer: ({ kernel, repository, params }) => {
      const deployment = findDeployment(repository, numberFrom(params.deployment_id));
      return ok(serialiseDeployment(kernel, { repository, deployment }));
    },
  }),
  route({
    on: 'DELETE /repos/{owner}/{repo}/deployments/{deployment_id}',
    needs: WRITE_DEPLOYMENTS,
    answer: ({ kernel, repository, actor, params }) => {
      const deployment = findDeployment(repository, numberFrom(params.deployment_id));
      deleteDeployment(kernel, { repository, deployment }, actor);
      return noContent();
    },
  }),
  route({
    on: 'GET /repos/{owner}/{repo}/deployments/{deployment_id}/statuses',
    needs: READ_DEPLOYMENTS,
    answer: (call) => {
      const { kernel, repository, params } = call;
      const deployment = findDeployment(repository, numberFrom(params.deployment_id));
      const { items, headers } = paginate(call, deployment.statuses.toReversed());
      return ok(
        items.map((status) => serialiseDeploymentStatus(kernel, { repository, deployment, status })),
        headers,
      );
    },
  }),
  route({
    on: 'POST /repos/{owner}/{repo}/deployments/{deployment_id}/statuses',
    needs: WRITE_DEPLOYMENTS,
    answer: (call) => {
      const { kernel, repository, actor, params } = call;
      const deployment = findDeployment(repository, numberFrom(params.deployment_id));
      const given = readBody(call, newStatus);
      const status = addDeploymentStatus(
        kernel,
        { repository, deployment },
        {
          state: given.state,
          description: given.description,
          environment: given.environment,
          environmentUrl: given.environment_url,
          logUrl: given.log_url ?? given.target_url,
          autoInactive: given.auto_inactive,
          actor,
        },
      );
      return created(serialiseDeploymentStatus(kernel, { repository, deployment, status }));
    },
  }),
  route({
    on: 'GET /repos/{owner}/{repo}/deployments/{deployment_id}/statuses/{status_id}',
    needs: READ_DEPLOYMENTS,
    answer: ({ kernel, repository, params }) => {
      const deployment = findDeployment(repository, numberFrom(params.deployment_id));
      const status = deployment.statuses.find((one) => one.id === numberFrom(params.status_id));
      if (!status) throw notFound();
      return ok(serialiseDeploymentStatus(kernel, { repository, deployment, status }));
    },
  }),
];
