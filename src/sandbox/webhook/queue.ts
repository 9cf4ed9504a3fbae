import type { Busy } from '../busy.ts';
import type { Clock } from '../clock.ts';
import type { DeliveryFaultEffect, Faults } from '../fault.ts';
import { nextId, type World } from '../world.ts';
import { buildDelivery } from './build-delivery.ts';
import type { Delivery, Deliveries } from './delivery.ts';
import { fail, send } from './send.ts';
import { recipientsOf } from './subscription.ts';

/** What the queue needs of the sandbox. */
export interface QueueParts {
  world: World;
  clock: Clock;
  faults: Faults;
  busy: Busy;
  deliveriesAtOnce: number;
}

/**
 * Makes the webhook queue: deliveries leave in the order of their events, one App after the other,
 * at most `deliveriesAtOnce` under way. A failed delivery stays failed until somebody asks for a redelivery, as on GitHub.
 */
export function createDeliveries(parts: QueueParts): Deliveries {
  const { world, clock, faults } = parts;
  const log: Delivery[] = [];
  const line = createLine(parts);
  /** Held back by a `reorder` fault until another delivery has overtaken. */
  const held: Delivery[] = [];

  const admit = (delivery: Delivery): void => {
    const { event, action, redelivery } = delivery;
    const effects = faults.takeDelivery({ event, action, redelivery });
    const has = (kind: DeliveryFaultEffect['kind']): boolean => effects.some((one) => one.kind === kind);
    log.push(delivery);
    if (has('drop')) return fail(delivery, 'failed to connect to host');
    const copies = [delivery];
    if (has('duplicate')) copies.push({ ...delivery, id: nextId(world) });
    log.push(...copies.slice(1));
    const delay = effects.find((one) => one.kind === 'delay');
    if (delay) return line.pushLater(delay.delayMs, () => copies);
    if (!has('reorder')) return line.push([...copies, ...held.splice(0)]);
    held.push(...copies);
    line.pushLater(OVERTAKEN_WITHIN_MS, () => held.splice(0).toReversed());
  };

  return {
    log,
    recent: () => {
      forgetOld(log, clock.nowMs());
      return log;
    },
    enqueue: (event) => {
      forgetOld(log, clock.nowMs());
      for (const recipient of recipientsOf(world, event)) admit(buildDelivery(parts, event, recipient));
    },
    redeliver: (delivery) => {
      const again = {
        ...delivery,
        id: nextId(world),
        redelivery: true,
        deliveredAt: clock.now(),
        status: 'pending',
      };
      admit(again);
    },
  };
}

/** GitHub shows deliveries of the last three days. */
const KEPT_MS = 3 * 86_400_000;

function forgetOld(log: Delivery[], nowMs: number): void {
  const firstKept = log.findIndex(
    (one) => one.status === 'pending' || Date.parse(one.deliveredAt) >= nowMs - KEPT_MS,
  );
  log.splice(0, firstKept < 0 ? log.length : firstKept);
}

/** With nothing behind it to overtake, a held delivery leaves after this long. */
const OVERTAKEN_WITHIN_MS = 25;

interface Line {
  push(deliveries: Delivery[]): void;
  pushLater(delayMs: number, take: () => Delivery[]): void;
}

function createLine({ busy, deliveriesAtOnce }: QueueParts): Line {
  const waiting: Delivery[] = [];
  let underWay = 0;

  const next = (): void => {
    while (underWay < deliveriesAtOnce) {
      const delivery = waiting.shift();
      if (!delivery) return;
      underWay += 1;
      void busy.during(
        send(delivery).finally(() => {
          underWay -= 1;
          next();
        }),
      );
    }
  };

  const push = (deliveries: Delivery[]): void => {
    waiting.push(...deliveries);
    next();
  };
  const pushLater = async (delayMs: number, take: () => Delivery[]): Promise<void> => {
    await new Promise((resolve) => setTimeout(resolve, delayMs));
    push(take());
  };
  return { push, pushLater: (delayMs, take) => void busy.during(pushLater(delayMs, take)) };
}
