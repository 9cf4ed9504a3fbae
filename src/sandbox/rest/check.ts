import { z } from 'zod';
import { numberFrom, readBody } from '../body.ts';
import {
  createCheckRun,
  obtainSuite,
  READ_CHECKS,
  updateCheckRun,
  WRITE_CHECKS,
  type CheckReport,
} from '../check/run.ts';
import { rerequestRun, rerequestSuite } from '../check/press.ts';
import { checkRunsOf, checkSuitesOf, findCheckRun, findCheckSuite, latestCheckRuns } from '../check/store.ts';
import { forbidden, notFound } from '../error.ts';
import { resolveCommit } from '../git/resolve.ts';
import type { CheckRun } from '../model/check.ts';
import type { Repository } from '../model/repository.ts';
import { paginate } from '../page.ts';
import { created, ok, route, type Call } from '../route.ts';
import type { Kernel } from '../sandbox.ts';
import { serialiseCheckRun, serialiseSuite } from '../serialise/check.ts';

const annotation = z
  .object({
    path: z.string(),
    start_line: z.number().int(),
    end_line: z.number().int(),
    annotation_level: z.enum(['notice', 'warning', 'failure']),
    message: z.string(),
    title: z.string().optional(),
  })
  .transform((one) => ({
    path: one.path,
    startLine: one.start_line,
    endLine: one.end_line,
    level: one.annotation_level,
    message: one.message,
    title: one.title ?? null,
  }));
const output = z.object({
  title: z.string().optional(),
  summary: z.string(),
  text: z.string().optional(),
  annotations: z.array(annotation).optional(),
});
const action = z.object({ label: z.string(), description: z.string(), identifier: z.string() });
const report = z.object({
  name: z.string().optional(),
  details_url: z.string().optional(),
  external_id: z.string().optional(),
  status: z.enum(['queued', 'in_progress', 'completed', 'waiting', 'requested', 'pending']).optional(),
  started_at: z.string().optional(),
  conclusion: z
    .enum(['action_required', 'cancelled', 'failure', 'neutral', 'success', 'skipped', 'timed_out'])
    .optional(),
  completed_at: z.string().optional(),
  output: output.optional(),
  actions: z.array(action).optional(),
});
const newRun = report.extend({ name: z.string().min(1), head_sha: z.string() });

/** Check runs: an App's word on a commit. */
export const checkRunRoutes = [
  route({
    on: 'POST /repos/{owner}/{repo}/check-runs',
    needs: WRITE_CHECKS,
    answer: async (call) => {
      const { kernel, repository, actor } = call;
      const { head_sha: headSha, ...given } = readBody(call, newRun);
      const run = await createCheckRun(kernel, repository, {
        ...reportFrom(given),
        name: given.name,
        headSha,
        actor,
      });
      return created(serialiseCheckRun(kernel, repository, run));
    },
  }),
  route({
    on: 'GET /repos/{owner}/{repo}/check-runs/{check_run_id}',
    needs: READ_CHECKS,
    answer: ({ kernel, repository, params }) =>
      ok(serialiseCheckRun(kernel, repository, findCheckRun(repository, numberFrom(params.check_run_id)))),
  }),
  route({
    on: 'PATCH /repos/{owner}/{repo}/check-runs/{check_run_id}',
    needs: WRITE_CHECKS,
    answer: (call) => {
      const { kernel, repository, actor, params } = call;
      const run = findCheckRun(repository, numberFrom(params.check_run_id));
      updateCheckRun(kernel, { repository, run }, { ...reportFrom(readBody(call, report)), actor });
      return ok(serialiseCheckRun(kernel, repository, run));
    },
  }),
  route({
    on: 'GET /repos/{owner}/{repo}/check-runs/{check_run_id}/annotations',
    needs: READ_CHECKS,
    answer: (call) => {
      const run = findCheckRun(call.repository, numberFrom(call.params.check_run_id));
      const { items, headers } = paginate(call, run.annotations);
      const body = items.map((one) => ({
        path: one.path,
        start_line: one.startLine,
        end_line: one.endLine,
        start_column: null,
        end_column: null,
        annotation_level: one.level,
        title: one.title,
        message: one.message,
        raw_details: null,
        blob_href: call.kernel.urls.webRepository(call.repository, `blob/${run.headSha}/${one.path}`),
      }));
      return ok(body, headers);
    },
  }),
  route({
    on: 'POST /repos/{owner}/{repo}/check-runs/{check_run_id}/rerequest',
    needs: WRITE_CHECKS,
    answer: ({ kernel, repository, actor, params }) => {
      const run = findCheckRun(repository, numberFrom(params.check_run_id));
      rerequestRun(kernel, { repository, run }, actor);
      return created({});
    },
  }),
  route({
    on: 'GET /repos/{owner}/{repo}/commits/{ref}/check-runs',
    needs: READ_CHECKS,
    answer: async (call) => {
      const { kernel, repository, params, query } = call;
      const sha = await shaOf(kernel, repository, params.ref);
      const all = checkRunsOf(repository).filter((run) => run.headSha === sha);
      const wanted = query.get('filter') === 'all' ? all : latestCheckRuns(repository, sha);
      return listRuns(call, wanted);
    },
  }),
];

/** Check suites: all runs of an App on a commit. */
export const checkSuiteRoutes = [
  route({
    on: 'POST /repos/{owner}/{repo}/check-suites',
    needs: WRITE_CHECKS,
    answer: async (call) => {
      const { kernel, repository, actor } = call;
      if (actor.kind !== 'installation') throw forbidden('You must authenticate via a GitHub App.');
      const { head_sha: headSha } = readBody(call, z.object({ head_sha: z.string() }));
      const suite = await obtainSuite(kernel, repository, { app: actor.app, headSha });
      return created(await serialiseSuite(kernel, repository, suite));
    },
  }),
  route({
    on: 'GET /repos/{owner}/{repo}/check-suites/{check_suite_id}',
    needs: READ_CHECKS,
    answer: async ({ kernel, repository, params }) =>
      ok(
        await serialiseSuite(
          kernel,
          repository,
          findCheckSuite(repository, numberFrom(params.check_suite_id)),
        ),
      ),
  }),
  route({
    on: 'GET /repos/{owner}/{repo}/check-suites/{check_suite_id}/check-runs',
    needs: READ_CHECKS,
    answer: (call) => {
      const suite = findCheckSuite(call.repository, numberFrom(call.params.check_suite_id));
      return listRuns(
        call,
        checkRunsOf(call.repository).filter((run) => run.suiteId === suite.id),
      );
    },
  }),
  route({
    on: 'POST /repos/{owner}/{repo}/check-suites/{check_suite_id}/rerequest',
    needs: WRITE_CHECKS,
    answer: async ({ kernel, repository, actor, params }) => {
      const suite = findCheckSuite(repository, numberFrom(params.check_suite_id));
      await rerequestSuite(kernel, { repository, suite }, actor);
      return created({});
    },
  }),
  route({
    on: 'GET /repos/{owner}/{repo}/commits/{ref}/check-suites',
    needs: READ_CHECKS,
    answer: async (call) => {
      const { kernel, repository, params, query } = call;
      const sha = await shaOf(kernel, repository, params.ref);
      const appId = query.get('app_id');
      const all = checkSuitesOf(repository).filter(
        (one) => one.headSha === sha && (appId === null || String(one.appId) === appId),
      );
      const { items, headers } = paginate(call, all);
      const suites = await Promise.all(items.map((suite) => serialiseSuite(kernel, repository, suite)));
      return ok({ total_count: all.length, check_suites: suites }, headers);
    },
  }),
];

function listRuns(
  call: Pick<Call, 'kernel' | 'query' | 'url'> & { repository: Repository },
  runs: CheckRun[],
) {
  const { kernel, repository, query } = call;
  const [name, status, appId] = [query.get('check_name'), query.get('status'), query.get('app_id')];
  const wanted = runs.filter(
    (run) =>
      (name === null || run.name === name) &&
      (status === null || run.status === status) &&
      (appId === null || String(run.appId) === appId),
  );
  const { items, headers } = paginate(call, wanted);
  return ok(
    {
      total_count: wanted.length,
      check_runs: items.map((run) => serialiseCheckRun(kernel, repository, run)),
    },
    headers,
  );
}

async function shaOf(kernel: Kernel, repository: Repository, ref: string): Promise<string> {
  const sha = await resolveCommit(kernel.git.open(repository), ref);
  if (sha === null) throw notFound();
  return sha;
}

function reportFrom(given: z.output<typeof report>): CheckReport {
  return {
    name: given.name,
    externalId: given.external_id,
    detailsUrl: given.details_url,
    status: given.status,
    conclusion: given.conclusion,
    startedAt: given.started_at,
    completedAt: given.completed_at,
    title: given.output?.title,
    summary: given.output?.summary,
    text: given.output?.text,
    annotations: given.output?.annotations,
    actions: given.actions,
  };
}
