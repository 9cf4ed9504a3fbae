import type { Actor } from '../auth/actor.ts';
import { numberFrom } from '../body.ts';
import { ApiError, notFound } from '../error.ts';
import { accepted, ok, route } from '../route.ts';
import type { Kernel } from '../sandbox.ts';
import { serialiseDelivery, serialiseDeliveryItem } from '../serialise/delivery.ts';
import type { Delivery } from '../webhook/delivery.ts';
import { appBehind } from './app.ts';

const MAX_PER_PAGE = 100;

/** An App's webhook: where it goes, what was delivered, and delivering again. */
export const hookDeliveryRoutes = [
  route({
    on: 'GET /app/hook/config',
    needs: 'app_jwt',
    answer: ({ actor }) => {
      const { hook } = appBehind(actor);
      if (!hook) throw notFound();
      return ok({ content_type: 'json', insecure_ssl: '0', secret: '********', url: hook.url });
    },
  }),
  route({
    on: 'GET /app/hook/deliveries',
    needs: 'app_jwt',
    answer: ({ kernel, actor, query, url }) => {
      const perPage = Math.min(Math.max(Number(query.get('per_page') ?? 30) || 30, 1), MAX_PER_PAGE);
      const newestFirst = selectDeliveries(kernel, actor, query).toReversed();
      const from = startOf(newestFirst, query.get('cursor'));
      const items = newestFirst.slice(from, from + perPage);
      const following = newestFirst[from + perPage];
      return ok(
        items.map((one) => serialiseDeliveryItem(one)),
        following ? { link: `<${cursorUrl(url, following)}>; rel="next"` } : {},
      );
    },
  }),
  route({
    on: 'GET /app/hook/deliveries/{delivery_id}',
    needs: 'app_jwt',
    answer: ({ kernel, actor, params }) =>
      ok(serialiseDelivery(findDelivery(kernel, actor, params.delivery_id))),
  }),
  route({
    on: 'POST /app/hook/deliveries/{delivery_id}/attempts',
    needs: 'app_jwt',
    answer: ({ kernel, actor, params }) => {
      kernel.deliveries.redeliver(findDelivery(kernel, actor, params.delivery_id));
      return accepted({});
    },
  }),
];

/** `status=failure` means an answer of 400-599 only, so a lost connection is not among them: as on GitHub. */
function selectDeliveries(kernel: Kernel, actor: Actor, query: URLSearchParams): Delivery[] {
  const { id } = appBehind(actor);
  const status = query.get('status');
  return kernel.deliveries
    .recent()
    .filter((one) => one.appId === id && one.status !== 'pending')
    .filter((one) => status !== 'failure' || one.statusCode >= 400)
    .filter((one) => status !== 'success' || (one.statusCode >= 200 && one.statusCode < 400));
}

function startOf(deliveries: Delivery[], cursor: string | null): number {
  if (cursor === null) return 0;
  const at = deliveries.findIndex((one) => `v1_${one.id}` === cursor);
  if (at < 0) throw new ApiError(422, 'Invalid cursor');
  return at;
}

function cursorUrl(url: URL, delivery: Delivery): string {
  const next = new URL(url);
  next.searchParams.set('cursor', `v1_${delivery.id}`);
  return next.href;
}

function findDelivery(kernel: Kernel, actor: Actor, id: string): Delivery {
  const found = kernel.deliveries
    .recent()
    .find((one) => one.id === numberFrom(id) && one.appId === appBehind(actor).id);
  if (!found) throw notFound();
  return found;
}
