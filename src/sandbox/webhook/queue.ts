import { createHmac, randomUUID } from 'node:crypto';
import type { Busy } from '../busy.ts';
import type { Clock } from '../clock.ts';
import type { DeliveryFaultEffect, Faults } from '../fault.ts';
import type { App, Installation } from '../model/app.ts';
import { nextId, type World } from '../world.ts';
import type { Delivery, Deliveries } from './delivery.ts';
import type { SandboxEvent } from './event.ts';
import { recipientsOf } from './subscription.ts';

/** GitHub counts an answer after ten seconds as none. */
const ANSWER_TIMEOUT_MS = 10_000;

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
  const log: Delivery[] = [];
  const line: Delivery[] = [];
  let underWay = 0;

  const next = (): void => {
    while (underWay < parts.deliveriesAtOnce) {
      const delivery = line.shift();
      if (!delivery) return;
      underWay += 1;
      void parts.busy.during(
        send(delivery).finally(() => {
          underWay -= 1;
          next();
        }),
      );
    }
  };

  const push = (delivery: Delivery): void => {
    line.push(delivery);
    next();
  };

  const admit = (delivery: Delivery): void => {
    const effect = parts.faults.takeDelivery({ event: delivery.event, action: delivery.action });
    log.push(delivery);
    if (effect) applyFault(effect, delivery);
    else push(delivery);
  };

  const applyFault = (effect: DeliveryFaultEffect, delivery: Delivery): void => {
    if (effect.kind === 'drop') fail(delivery, 'failed to connect to host');
    else if (effect.kind === 'delay') void parts.busy.during(wait(effect.delayMs).then(() => push(delivery)));
    else if (effect.kind === 'duplicate') {
      const twin = { ...delivery, id: nextId(parts.world) };
      log.push(twin);
      push(delivery);
      push(twin);
    } else holdBack(delivery);
  };

  // The next delivery overtakes; with nothing behind it, it leaves after one turn of the event loop.
  const held: Delivery[] = [];
  const holdBack = (delivery: Delivery): void => {
    held.push(delivery);
    void parts.busy.during(wait(25).then(release));
  };
  const release = (): void => {
    for (const delivery of held.splice(0)) push(delivery);
  };

  return {
    log,
    enqueue: (event) => {
      const behind = held.length > 0;
      for (const { app, installation } of recipientsOf(parts.world, event))
        admit(buildDelivery(parts, event, { app, installation }));
      if (behind) release();
    },
    redeliver: (delivery) => {
      const again = {
        ...delivery,
        id: nextId(parts.world),
        redelivery: true,
        deliveredAt: parts.clock.now(),
        status: 'pending',
      };
      log.push(again);
      push(again);
    },
  };
}

function buildDelivery(
  parts: QueueParts,
  event: SandboxEvent,
  to: { app: App; installation: Installation | null },
): Delivery {
  const { app, installation } = to;
  const payload = installation
    ? {
        ...event.payload,
        installation: event.payload['installation'] ?? { id: installation.id, node_id: installation.nodeId },
      }
    : event.payload;
  const body = JSON.stringify(payload);
  const guid = randomUUID();
  return {
    id: nextId(parts.world),
    guid,
    appId: app.id,
    installationId: installation?.id ?? null,
    repositoryId: event.repository?.id ?? null,
    event: event.name,
    action: event.action,
    deliveredAt: parts.clock.now(),
    redelivery: false,
    durationSeconds: 0,
    status: 'pending',
    statusCode: 0,
    url: app.hook?.url ?? '',
    requestHeaders: headersOf(app, { guid, event: event.name, body }),
    requestBody: body,
    responseHeaders: {},
    responseBody: '',
  };
}

function headersOf(app: App, message: { guid: string; event: string; body: string }): Record<string, string> {
  const secret = app.hook?.secret ?? '';
  return {
    Accept: '*/*',
    'Content-Type': 'application/json',
    'User-Agent': 'GitHub-Hookshot/sandbox',
    'X-GitHub-Delivery': message.guid,
    'X-GitHub-Event': message.event,
    'X-GitHub-Hook-ID': String(app.hook?.id ?? 0),
    'X-GitHub-Hook-Installation-Target-ID': String(app.id),
    'X-GitHub-Hook-Installation-Target-Type': 'integration',
    'X-Hub-Signature-256': `sha256=${createHmac('sha256', secret).update(message.body).digest('hex')}`,
  };
}

async function send(delivery: Delivery): Promise<void> {
  const startedMs = performance.now();
  try {
    const answer = await fetch(delivery.url, {
      method: 'POST',
      headers: delivery.requestHeaders,
      body: delivery.requestBody,
      redirect: 'manual',
      signal: AbortSignal.timeout(ANSWER_TIMEOUT_MS),
    });
    delivery.responseBody = (await answer.text()).slice(0, 10_000);
    delivery.statusCode = answer.status;
    delivery.responseHeaders = Object.fromEntries(answer.headers);
    delivery.status = answer.ok ? 'OK' : `Invalid HTTP Response: ${answer.status}`;
  } catch (error) {
    fail(
      delivery,
      error instanceof Error && error.name === 'TimeoutError' ? 'timed out' : 'failed to connect to host',
    );
  }
  delivery.durationSeconds = Math.round(performance.now() - startedMs) / 1000;
}

function fail(delivery: Delivery, status: string): void {
  delivery.status = status;
  delivery.statusCode = 0;
}

function wait(delayMs: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, delayMs));
}
