import { ok, route } from '../route.ts';
import { activitiesOf, activityType } from '../push/activity.ts';
import { serialiseUser } from '../serialise/account.ts';
import { accountOf, findAccount } from '../world.ts';

const DAY_MS = 86_400_000;
const PERIOD_DAYS: { [name: string]: number } = { day: 1, week: 7, month: 30, quarter: 90, year: 365 };
const MAX_PER_PAGE = 100;

/** Who moved which branch, when and from where to where. */
export const activityRoutes = [
  route({
    on: 'GET /repos/{owner}/{repo}/activity',
    needs: { app: { contents: 'read' }, user: 'read' },
    answer: ({ kernel, repository, query, url }) => {
      const sinceMs =
        kernel.clock.nowMs() - (PERIOD_DAYS[query.get('time_period') ?? ''] ?? Infinity) * DAY_MS;
      const [ref, actor, type] = [query.get('ref'), query.get('actor'), query.get('activity_type')];
      const wanted = activitiesOf(repository)
        .map((one) => ({ ...one, type: activityType(repository, one) }))
        .filter(
          (one) =>
            (ref === null || one.ref === ref || one.ref === `refs/heads/${ref}`) &&
            (actor === null || one.actorId === findAccount(kernel.world, actor)?.id) &&
            (type === null || one.type === type) &&
            Date.parse(one.at) >= sinceMs,
        );
      if (query.get('direction') !== 'asc') wanted.reverse();
      const { items, link } = cut(wanted, query, url);
      const body = items.map((one) => ({
        id: one.id,
        node_id: one.nodeId,
        before: one.before,
        after: one.after,
        ref: one.ref,
        timestamp: one.at,
        activity_type: one.type,
        actor: serialiseUser(kernel, accountOf(kernel.world, one.actorId)),
      }));
      return ok(body, link === null ? {} : { link });
    },
  }),
];

/** Pages of this list are found by cursor: `after` is the id of the last one seen. */
function cut<T extends { id: number }>(
  all: T[],
  query: URLSearchParams,
  url: URL,
): { items: T[]; link: string | null } {
  const perPage = Math.min(Number(query.get('per_page') ?? 30) || 30, MAX_PER_PAGE);
  const after = query.get('after');
  const start = after === null ? 0 : all.findIndex((one) => String(one.id) === after) + 1;
  const items = all.slice(start, start + perPage);
  const last = items.at(-1);
  if (!last || start + perPage >= all.length) return { items, link: null };
  const next = new URL(url);
  next.searchParams.set('after', String(last.id));
  return { items, link: `<${next.href}>; rel="next"` };
}
