import { createHmac, randomUUID } from 'node:crypto';
import type { Clock } from '../clock.ts';
import type { App, Installation } from '../model/app.ts';
import { nextId, type World } from '../world.ts';
import type { Delivery } from './delivery.ts';
import type { SandboxEvent } from './event.ts';

/** Writes the signed message that takes one event to one App, with a fresh guid. */
export function buildDelivery(
  parts: { world: World; clock: Clock },
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
