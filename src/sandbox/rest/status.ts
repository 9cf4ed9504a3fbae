import { z } from 'zod';
import { readBody } from '../body.ts';
import { combineStatuses } from '../check/rollup.ts';
import { createStatus, READ_STATUSES, WRITE_STATUSES } from '../check/status.ts';
import { commitStatusesOf, latestStatuses } from '../check/store.ts';
import { notFound } from '../error.ts';
import { resolveCommit } from '../git/resolve.ts';
import { STATUS_STATES } from '../model/check.ts';
import type { Repository } from '../model/repository.ts';
import { paginate } from '../page.ts';
import { created, ok, route } from '../route.ts';
import type { Kernel } from '../sandbox.ts';
import { serialiseRepository } from '../serialise/repository.ts';
import { serialiseStatus, serialiseStatusSimple } from '../serialise/status.ts';

const newStatus = z.object({
  state: z.enum(STATUS_STATES),
  context: z.string().min(1).max(255).default('default'),
  description: z.string().max(140).nullish(),
  target_url: z.string().nullish(),
});

/** Commit statuses: anybody's word on a commit. */
export const statusRoutes = [
  route({
    on: 'POST /repos/{owner}/{repo}/statuses/{sha}',
    needs: WRITE_STATUSES,
    answer: async (call) => {
      const { kernel, repository, actor, params } = call;
      const { target_url: targetUrl = null, description = null, ...given } = readBody(call, newStatus);
      const status = await createStatus(kernel, repository, {
        ...given,
        sha: params.sha,
        description,
        targetUrl,
        actor,
      });
      return created(serialiseStatus(kernel, repository, status));
    },
  }),
  route({
    on: 'GET /repos/{owner}/{repo}/commits/{ref}/statuses',
    needs: READ_STATUSES,
    answer: async (call) => {
      const { kernel, repository, params } = call;
      const sha = await shaOf(kernel, repository, params.ref);
      const all = commitStatusesOf(repository).filter((status) => status.sha === sha);
      const { items, headers } = paginate(call, all.toReversed());
      return ok(
        items.map((status) => serialiseStatus(kernel, repository, status)),
        headers,
      );
    },
  }),
  route({
    on: 'GET /repos/{owner}/{repo}/commits/{ref}/status',
    needs: READ_STATUSES,
    answer: async (call) => {
      const { kernel, repository, params } = call;
      const sha = await shaOf(kernel, repository, params.ref);
      const latest = latestStatuses(repository, sha);
      const { items, headers } = paginate(call, latest);
      const url = kernel.urls.apiRepository(repository, `commits/${sha}`);
      const body = {
        state: combineStatuses(latest),
        statuses: items.map((status) => serialiseStatusSimple(kernel, repository, status)),
        sha,
        total_count: latest.length,
        repository: serialiseRepository(kernel, repository),
        commit_url: url,
        url: `${url}/status`,
      };
      return ok(body, headers);
    },
  }),
];

async function shaOf(kernel: Kernel, repository: Repository, ref: string): Promise<string> {
  const sha = await resolveCommit(kernel.git.open(repository), ref);
  if (sha === null) throw notFound();
  return sha;
}
