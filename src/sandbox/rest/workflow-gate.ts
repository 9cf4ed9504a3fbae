import { z } from 'zod';
import { answerCustomRule, reviewGates } from '../actions/gate/decide.ts';
import { serialiseApproval, serialisePending } from '../actions/gate/serialise.ts';
import { shutGates } from '../actions/gate/state.ts';
import { findRun } from '../actions/find.ts';
import { readBody } from '../body.ts';
import { findDeployment } from '../deployment/store.ts';
import { notForIntegration } from '../error.ts';
import { noContent, ok, route } from '../route.ts';
import { serialiseDeployment } from '../serialise/deployment.ts';

const READ = { app: { actions: 'read' }, user: 'read' } as const;

/** GitHub's limit of a status report, characters. */
const MAX_REPORT = 1024;

const Answer = z.union([
  z.object({
    environment_name: z.string(),
    state: z.enum(['approved', 'rejected']),
    comment: z.string().default(''),
  }),
  z.object({
    environment_name: z.string(),
    state: z.undefined().optional(),
    comment: z.string().min(1).max(MAX_REPORT),
  }),
]);

const Review = z.object({
  environment_ids: z.array(z.number().int()),
  state: z.enum(['approved', 'rejected']),
  comment: z.string(),
});

/** What waits before environments, and the words that let it in or not. */
export const workflowGateRoutes = [
  route({
    on: 'POST /repos/{owner}/{repo}/actions/runs/{run_id}/deployment_protection_rule',
    needs: { app: { deployments: 'write' }, user: 'read', evenIfPublic: true },
    answer: (call) => {
      const { kernel, repository, params, actor } = call;
      const { environment_name: environment, state = null, comment } = readBody(call, Answer);
      const app = actor.kind === 'installation' ? actor.app : null;
      const place = { repository, run: findRun(repository, params.run_id) };
      answerCustomRule(kernel, place, { app, environment, state, comment });
      return noContent();
    },
  }),
  route({
    on: 'GET /repos/{owner}/{repo}/actions/runs/{run_id}/pending_deployments',
    needs: READ,
    answer: ({ kernel, repository, params, actor }) => {
      const place = { repository, run: findRun(repository, params.run_id) };
      return ok(shutGates(place.run).map((gate) => serialisePending(kernel, place, { gate, actor })));
    },
  }),
  route({
    on: 'POST /repos/{owner}/{repo}/actions/runs/{run_id}/pending_deployments',
    needs: { app: [], user: 'read', evenIfPublic: true },
    answer: async (call) => {
      const { kernel, repository, params, actor } = call;
      if (actor.kind !== 'user') throw notForIntegration();
      const { environment_ids: environmentIds, ...said } = readBody(call, Review);
      const place = { repository, run: findRun(repository, params.run_id) };
      const gates = await reviewGates(kernel, place, { person: actor.user, environmentIds, ...said });
      const jobIds = gates.flatMap((gate) => gate.jobIds);
      const deployments = place.run.jobs
        .filter((job) => jobIds.includes(job.id))
        .flatMap((job) => (job.deploymentId === null ? [] : [findDeployment(repository, job.deploymentId)]));
      return ok(deployments.map((deployment) => serialiseDeployment(kernel, { repository, deployment })));
    },
  }),
  route({
    on: 'GET /repos/{owner}/{repo}/actions/runs/{run_id}/approvals',
    needs: READ,
    answer: ({ kernel, repository, params }) => {
      const place = { repository, run: findRun(repository, params.run_id) };
      return ok(place.run.approvals.map((one) => serialiseApproval(kernel, place, one)));
    },
  }),
];
