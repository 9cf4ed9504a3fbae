import { z } from 'zod';
import type { DeliveryAttempt } from '../../domain/delivery.ts';
import type { Deliveries } from '../../ports/deliveries.ts';
import type { Log } from '../../ports/log.ts';
import type { GitHubClient } from './client.ts';
import { calling, callingUnlessGone } from './failure.ts';

const PER_PAGE = 100;

/** After a long time without a sweep a busy App has very many; what the older ones told is read from the issues. */
const MOST_PAGES = 20;

/**
 * Source: `status` is `OK` or says what went wrong. Filtering by `status=failure` would miss attempts without an answer,
 * whose status code is 0. Ids have more digits than a number holds and come as `bigint` then.
 */
const ATTEMPT = z.object({
  id: z.union([z.number(), z.bigint()]),
  guid: z.string(),
  delivered_at: z.string(),
  status: z.string(),
  event: z.string(),
  action: z.string().nullable(),
  installation_id: z.number().nullable(),
  repository_id: z.number().nullable(),
});

/** GitHub's log of deliveries; `client` has to act as the App itself. */
export function createDeliveries(client: GitHubClient, log: Log): Deliveries {
  async function page(cursor: string | null): Promise<{ attempts: DeliveryAttempt[]; next: string | null }> {
    const { data, headers } = await calling('list webhook deliveries', () =>
      client.request('GET /app/hook/deliveries', {
        per_page: PER_PAGE,
        ...(cursor === null ? {} : { cursor }),
      }),
    );
    return { attempts: data.map((item) => attemptFrom(ATTEMPT.parse(item))), next: nextCursor(headers.link) };
  }

  return {
    since: async (sinceMs) => {
      const found: DeliveryAttempt[] = [];
      let cursor: string | null = null;
      for (let pages = 0; pages < MOST_PAGES; pages += 1) {
        const { attempts, next } = await page(cursor);
        found.push(...attempts.filter(({ atMs }) => atMs >= sinceMs));
        cursor = attempts.every(({ atMs }) => atMs >= sinceMs) ? next : null;
        if (cursor === null) return found.toReversed();
      }
      log.warn('there are more webhook deliveries than are looked through', { looked: found.length });
      return found.toReversed();
    },
    askAgain: async ({ id }) => {
      // The path is written out: the id does not fit into a number, and Octokit's types want one.
      await callingUnlessGone('ask for a webhook again', () =>
        client.request(`POST /app/hook/deliveries/${BigInt(id)}/attempts`),
      );
    },
  };
}

function attemptFrom(item: z.infer<typeof ATTEMPT>): DeliveryAttempt {
  return {
    id: String(item.id),
    guid: item.guid,
    atMs: Date.parse(item.delivered_at),
    isOk: item.status === 'OK',
    event: item.event,
    action: item.action,
    installationId: item.installation_id,
    repositoryId: item.repository_id,
  };
}

function nextCursor(link: string | undefined): string | null {
  const next = /<([^<>]+)>;\s*rel="next"/u.exec(link ?? '')?.[1];
  return next === undefined ? null : new URL(next).searchParams.get('cursor');
}
