import { z } from 'zod';
import { findJob, findRun, jobLog } from '../actions/find.ts';
import { filterRuns } from '../actions/run-filter.ts';
import { latestJobs, runsOf } from '../actions/model.ts';
import { findWorkflow, refreshWorkflows } from '../actions/registry.ts';
import { rerun } from '../actions/rerun.ts';
import { runnerOf } from '../actions/runner.ts';
import { serialiseJob, serialiseRun, serialiseWorkflow } from '../actions/serialise.ts';
import { dispatchWorkflow } from '../actions/dispatch.ts';
import { authorOf } from '../auth/author.ts';
import type { RepositoryNeed } from '../auth/permission.ts';
import { readBody } from '../body.ts';
import { conflict, notFound } from '../error.ts';
import type { Repository } from '../model/repository.ts';
import { paginate } from '../page.ts';
import { accepted, created, noContent, ok, route, type RawReply } from '../route.ts';
import type { Kernel } from '../sandbox.ts';
import { accountOf } from '../world.ts';

const READ: RepositoryNeed = { app: { actions: 'read' }, user: 'read' };
const WRITE: RepositoryNeed = { app: { actions: 'write' }, user: 'write' };

const DispatchBody = z.object({
  ref: z.string(),
  inputs: z.record(z.string(), z.unknown()).default({}),
  return_run_details: z.boolean().default(false),
});

/** Workflows: their list and their dispatch. */
export const workflowRoutes = [
  route({
    on: 'GET /repos/{owner}/{repo}/actions/workflows',
    needs: READ,
    answer: async (call) => {
      const workflows = (await refreshWorkflows(call.kernel, call.repository)).filter(
        (one) => one.state === 'active',
      );
      const { items, headers } = paginate(call, workflows);
      return ok(
        {
          total_count: workflows.length,
          workflows: items.map((one) => serialiseWorkflow(call.kernel, call.repository, one)),
        },
        headers,
      );
    },
  }),
  route({
    on: 'GET /repos/{owner}/{repo}/actions/workflows/{workflow_id}',
    needs: READ,
    answer: async ({ kernel, repository, params }) => {
      const workflow = await findWorkflow(kernel, repository, params.workflow_id);
      if (!workflow) throw notFound();
      return ok(serialiseWorkflow(kernel, repository, workflow));
    },
  }),
  route({
    on: 'POST /repos/{owner}/{repo}/actions/workflows/{workflow_id}/dispatches',
    needs: WRITE,
    answer: async (call) => {
      const { kernel, repository, params } = call;
      const { ref, inputs, return_run_details: wantsDetails } = readBody(call, DispatchBody);
      const workflow = await findWorkflow(kernel, repository, params.workflow_id);
      if (!workflow || workflow.state === 'deleted') throw notFound();
      const { account: sender, workflowRunId } = authorOf(kernel.world, call.actor);
      const run = await dispatchWorkflow(kernel, {
        repository,
        workflow,
        sender,
        ref,
        inputs,
        workflowRunId,
      });
      if (!wantsDetails) return noContent();
      return ok({
        workflow_run_id: run.id,
        run_url: kernel.urls.apiRepository(repository, `actions/runs/${run.id}`),
        html_url: kernel.urls.webRepository(repository, `actions/runs/${run.id}`),
      });
    },
  }),
  route({
    on: 'GET /repos/{owner}/{repo}/actions/workflows/{workflow_id}/runs',
    needs: READ,
    answer: async (call) => {
      const workflow = await findWorkflow(call.kernel, call.repository, call.params.workflow_id);
      if (!workflow) throw notFound();
      return listRuns(call, (one) => one.workflowId === workflow.id);
    },
  }),
];

type ListCall = { kernel: Kernel; repository: Repository; query: URLSearchParams; url: URL };

async function listRuns(call: ListCall, wanted: (run: { workflowId: number }) => boolean) {
  const { kernel, repository, query } = call;
  const runs = filterRuns(
    (id) => accountOf(kernel.world, id).login,
    runsOf(repository).filter(wanted),
    query,
  );
  const { items, headers } = paginate(call, runs);
  const shown = await Promise.all(items.map((run) => serialiseRun(kernel, repository, run)));
  return ok({ total_count: runs.length, workflow_runs: shown }, headers);
}

function plainText(content: string): RawReply {
  return { raw: { status: 200, content, contentType: 'text/plain; charset=utf-8' } };
}

/** Workflow runs: reading, cancelling and running again. */
export const workflowRunRoutes = [
  route({
    on: 'GET /repos/{owner}/{repo}/actions/runs',
    needs: READ,
    answer: (call) => listRuns(call, () => true),
  }),
  route({
    on: 'GET /repos/{owner}/{repo}/actions/runs/{run_id}',
    needs: READ,
    answer: async ({ kernel, repository, params }) =>
      ok(await serialiseRun(kernel, repository, findRun(repository, params.run_id))),
  }),
  route({
    on: 'GET /repos/{owner}/{repo}/actions/runs/{run_id}/logs',
    needs: { ...READ, evenIfPublic: true },
    answer: ({ repository, params }) =>
      plainText(latestJobs(findRun(repository, params.run_id)).map(jobLog).join('')),
  }),
  route({
    on: 'POST /repos/{owner}/{repo}/actions/runs/{run_id}/cancel',
    needs: WRITE,
    answer: ({ kernel, repository, params }) => {
      const run = findRun(repository, params.run_id);
      if (!runnerOf(kernel).cancel(run.id)) throw conflict('Cannot cancel a workflow run that is completed.');
      return accepted({});
    },
  }),
  route({
    on: 'POST /repos/{owner}/{repo}/actions/runs/{run_id}/rerun',
    needs: WRITE,
    answer: async ({ kernel, repository, params, actor }) => {
      const place = { repository, run: findRun(repository, params.run_id) };
      await rerun(kernel, place, { actorId: authorOf(kernel.world, actor).account.id, which: 'all' });
      return created({});
    },
  }),
  route({
    on: 'POST /repos/{owner}/{repo}/actions/runs/{run_id}/rerun-failed-jobs',
    needs: WRITE,
    answer: async ({ kernel, repository, params, actor }) => {
      const place = { repository, run: findRun(repository, params.run_id) };
      await rerun(kernel, place, { actorId: authorOf(kernel.world, actor).account.id, which: 'failed' });
      return created({});
    },
  }),
];

/** Jobs of workflow runs. */
export const workflowJobRoutes = [
  route({
    on: 'GET /repos/{owner}/{repo}/actions/runs/{run_id}/jobs',
    needs: READ,
    answer: (call) => {
      const { kernel, repository, params, query } = call;
      const run = findRun(repository, params.run_id);
      const jobs = query.get('filter') === 'all' ? run.jobs : latestJobs(run);
      const { items, headers } = paginate(call, jobs);
      return ok(
        {
          total_count: jobs.length,
          jobs: items.map((job) => serialiseJob(kernel, { repository, run }, job)),
        },
        headers,
      );
    },
  }),
  route({
    on: 'GET /repos/{owner}/{repo}/actions/jobs/{job_id}',
    needs: READ,
    answer: ({ kernel, repository, params }) => {
      const { run, job } = findJob(repository, params.job_id);
      return ok(serialiseJob(kernel, { repository, run }, job));
    },
  }),
  route({
    on: 'GET /repos/{owner}/{repo}/actions/jobs/{job_id}/logs',
    needs: { ...READ, evenIfPublic: true },
    answer: ({ repository, params }) => plainText(jobLog(findJob(repository, params.job_id).job)),
  }),
];
