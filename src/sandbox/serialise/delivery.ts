import type { Delivery } from '../webhook/delivery.ts';
import type { Schema } from './schema.ts';

/** A delivery as the list shows it. */
export function serialiseDeliveryItem(delivery: Delivery) {
  return {
    id: delivery.id,
    guid: delivery.guid,
    delivered_at: delivery.deliveredAt,
    redelivery: delivery.redelivery,
    duration: delivery.durationSeconds,
    status: delivery.status,
    status_code: delivery.statusCode,
    event: delivery.event,
    action: delivery.action,
    installation_id: delivery.installationId,
    repository_id: delivery.repositoryId,
    throttled_at: null,
  } satisfies Schema<'hook-delivery-item'>;
}

/** A delivery with what was sent and what came back. */
export function serialiseDelivery(delivery: Delivery): Schema<'hook-delivery'> {
  return {
    ...serialiseDeliveryItem(delivery),
    url: delivery.url,
    request: { headers: { ...delivery.requestHeaders }, payload: JSON.parse(delivery.requestBody) },
    response: { headers: { ...delivery.responseHeaders }, payload: delivery.responseBody },
  };
}
