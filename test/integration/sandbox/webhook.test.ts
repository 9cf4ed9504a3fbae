import { Webhooks } from '@octokit/webhooks';
import { afterEach, beforeEach, expect, it } from 'vitest';
import {
  installTestApp,
  makeBranch,
  shopPath,
  startReceiver,
  startTown,
  writeFile,
  type Town,
} from './support.ts';

const secret = 'a secret of the hook';
let town: Town;
let receiver: Awaited<ReturnType<typeof startReceiver>>;
beforeEach(async () => {
  town = await startTown();
  receiver = await startReceiver();
});
afterEach(async () => {
  await town.close();
  await receiver.close();
});

const install = (given: { permissions?: Record<string, 'read' | 'write'>; events?: string[] } = {}) =>
  installTestApp(town, {
    permissions: given.permissions ?? { contents: 'write', pull_requests: 'write' },
    events: given.events ?? ['push', 'create', 'pull_request'],
    webhook: { url: receiver.url, secret },
  });

it('signs each delivery, with its own id, for the App that it names', async () => {
  const robot = await install();
  await writeFile(town, { path: 'a', content: 'a' });
  await town.sandbox.idle();
  expect(receiver.names()).toEqual(['create', 'push']);
  for (const { headers, body, payload } of receiver.received) {
    expect(await new Webhooks({ secret }).verify(body, String(headers['x-hub-signature-256']))).toBe(true);
    expect(headers).toMatchObject({
      'content-type': 'application/json',
      'x-github-hook-id': String(robot.app.hook?.id),
      'x-github-hook-installation-target-id': String(robot.app.id),
      'x-github-hook-installation-target-type': 'integration',
    });
    expect(payload).toMatchObject({
      installation: { id: robot.installationId },
      repository: { full_name: 'acme/shop' },
      organization: { login: 'acme' },
    });
  }
  expect(new Set(receiver.received.map(({ headers }) => headers['x-github-delivery'])).size).toBe(2);
});

it('sends only what the App subscribed to and may see', async () => {
  await install({ events: ['push', 'pull_request'], permissions: { pull_requests: 'read' } });
  await writeFile(town, { path: 'a', content: 'a' });
  await makeBranch(town, 'topic');
  await writeFile(town, { path: 'b', content: 'b', branch: 'topic' });
  await town.as('ada').pulls.create({ ...shopPath, title: 'x', head: 'topic', base: 'main' });
  await town.sandbox.idle();
  expect(receiver.names()).toEqual(['pull_request.opened']);
});

it('keeps the order of events', async () => {
  await install({ events: ['push'] });
  for (const name of ['a', 'b', 'c', 'd', 'e']) await writeFile(town, { path: name, content: name });
  await town.sandbox.idle();
  const messages = receiver.received.map(({ headCommit }) => headCommit);
  expect(messages).toEqual(['a', 'b', 'c', 'd', 'e'].map((name) => `Write ${name}`));
});

it('logs a failed delivery, does not repeat it by itself, and sends it again with the same id when asked', async () => {
  const robot = await install({ events: ['push'] });
  receiver.answer.status = 500;
  await writeFile(town, { path: 'a', content: 'a' });
  await town.sandbox.idle();
  expect(receiver.received).toHaveLength(1);
  const [failed] = (await robot.jwt.apps.listWebhookDeliveries()).data;
  expect(failed).toMatchObject({
    event: 'push',
    status_code: 500,
    redelivery: false,
    status: 'Invalid HTTP Response: 500',
  });

  receiver.answer.status = 200;
  const again = await robot.jwt.apps.redeliverWebhookDelivery({ delivery_id: failed?.id ?? 0 });
  expect(again.status).toBe(202);
  await town.sandbox.idle();
  const deliveries = (await robot.jwt.apps.listWebhookDeliveries()).data;
  expect(deliveries.map(({ guid, status, redelivery }) => [guid, status, redelivery])).toEqual([
    [failed?.guid, 'OK', true],
    [failed?.guid, 'Invalid HTTP Response: 500', false],
  ]);
  expect(receiver.received[1]?.headers['x-github-delivery']).toBe(failed?.guid);
});

it('shows one delivery whole, and pages through many with a cursor', async () => {
  const robot = await install({ events: ['push'] });
  for (const name of ['a', 'b', 'c']) await writeFile(town, { path: name, content: name });
  await town.sandbox.idle();
  const all = await robot.jwt.paginate('GET /app/hook/deliveries', { per_page: 1 });
  expect(all).toHaveLength(3);
  const { data } = await robot.jwt.apps.getWebhookDelivery({ delivery_id: all[0]?.id ?? 0 });
  expect(data.request.payload).toMatchObject({ ref: 'refs/heads/main' });
  expect((await robot.jwt.apps.getWebhookConfigForApp()).data).toMatchObject({
    url: receiver.url,
    secret: '********',
  });
});

it('counts a lost connection as failed, but not under status=failure', async () => {
  const robot = await install({ events: ['push'] });
  town.sandbox.faults.failDelivery({ event: 'push', effect: { kind: 'drop' } });
  await writeFile(town, { path: 'a', content: 'a' });
  await town.sandbox.idle();
  expect(receiver.received).toEqual([]);
  expect((await robot.jwt.apps.listWebhookDeliveries()).data).toMatchObject([
    { status_code: 0, status: 'failed to connect to host' },
  ]);
  expect((await robot.jwt.request('GET /app/hook/deliveries', { status: 'failure' })).data).toEqual([]);
});

it('can deliver twice, late, and out of order', async () => {
  await install({ events: ['push'] });
  const { faults } = town.sandbox;
  faults.failDelivery({ effect: { kind: 'duplicate' } });
  await writeFile(town, { path: 'a', content: 'a' });
  await town.sandbox.idle();
  expect(receiver.received.map(({ headers }) => headers['x-github-delivery'])).toEqual(
    Array(2).fill(receiver.received[0]?.headers['x-github-delivery']),
  );

  receiver.received.length = 0;
  faults.failDelivery({ effect: { kind: 'delay', delayMs: 300 } });
  await writeFile(town, { path: 'b', content: 'b' });
  await writeFile(town, { path: 'c', content: 'c' });
  await town.sandbox.idle();
  expect(receiver.received.map(({ headCommit }) => headCommit)).toEqual(['Write c', 'Write b']);
});

it('can lose every delivery, also what is delivered again, and lists them all as failed', async () => {
  const robot = await install({ events: ['push'] });
  town.sandbox.faults.failDelivery({ times: Infinity, effect: { kind: 'drop' } });
  for (const name of ['a', 'b']) await writeFile(town, { path: name, content: name });
  await town.sandbox.idle();
  const [latest] = (await robot.jwt.apps.listWebhookDeliveries()).data;
  await robot.jwt.apps.redeliverWebhookDelivery({ delivery_id: latest?.id ?? 0 });
  await town.sandbox.idle();
  expect(receiver.received).toEqual([]);
  const { data } = await robot.jwt.apps.listWebhookDeliveries();
  expect(data.map((one) => [one.status, one.status_code, one.redelivery])).toEqual([
    ['failed to connect to host', 0, true],
    ['failed to connect to host', 0, false],
    ['failed to connect to host', 0, false],
  ]);
});

it('can lose only what is delivered for the first time', async () => {
  const robot = await install({ events: ['push'] });
  town.sandbox.faults.failDelivery({ redelivery: false, times: Infinity, effect: { kind: 'drop' } });
  await writeFile(town, { path: 'a', content: 'a' });
  await town.sandbox.idle();
  const [lost] = (await robot.jwt.apps.listWebhookDeliveries()).data;
  await robot.jwt.apps.redeliverWebhookDelivery({ delivery_id: lost?.id ?? 0 });
  await town.sandbox.idle();
  expect(receiver.received.map(({ headers }) => headers['x-github-delivery'])).toEqual([lost?.guid]);
});

it('can double and reorder every delivery, and is idle in the end', async () => {
  await install({ events: ['push', 'create'] });
  const { faults } = town.sandbox;
  faults.failDelivery({ times: Infinity, effect: { kind: 'duplicate' } });
  faults.failDelivery({ times: Infinity, effect: { kind: 'reorder' } });
  await writeFile(town, { path: 'a', content: 'a' });
  await town.sandbox.idle();
  expect(receiver.names()).toEqual(['push', 'push', 'create', 'create']);
  receiver.received.length = 0;
  await writeFile(town, { path: 'b', content: 'b' });
  await town.sandbox.idle();
  expect(receiver.names()).toEqual(['push', 'push']);
  expect(new Set(receiver.received.map(({ headers }) => headers['x-github-delivery'])).size).toBe(1);
  faults.clear();
  receiver.received.length = 0;
  await writeFile(town, { path: 'c', content: 'c' });
  await town.sandbox.idle();
  expect(receiver.names()).toEqual(['push']);
});

it('tells an App of its own removal, and nothing after it', async () => {
  const robot = await install({ events: ['push'] });
  const other = await installTestApp(town, {
    slug: 'other',
    permissions: {},
    webhook: { url: receiver.url, secret },
  });
  await robot.jwt.apps.deleteInstallation({ installation_id: robot.installationId });
  await writeFile(town, { path: 'a', content: 'a' });
  await town.sandbox.idle();
  expect(receiver.names()).toEqual(['installation.deleted']);
  expect(receiver.received[0]?.payload).toMatchObject({
    installation: { id: robot.installationId, app_id: robot.app.id },
  });
  expect((await other.jwt.apps.getInstallation({ installation_id: other.installationId })).status).toBe(200);
});

it('forgets deliveries after three days', async () => {
  const robot = await install({ events: ['push'] });
  await writeFile(town, { path: 'a', content: 'a' });
  await town.sandbox.idle();
  const [old] = (await robot.jwt.apps.listWebhookDeliveries()).data;
  town.sandbox.clock.advanceTo(town.sandbox.clock.nowMs() + 4 * 86_400_000);
  expect((await robot.jwt.apps.listWebhookDeliveries()).data).toEqual([]);
  await expect(robot.jwt.apps.redeliverWebhookDelivery({ delivery_id: old?.id ?? 0 })).rejects.toMatchObject({
    status: 404,
  });
  await writeFile(town, { path: 'b', content: 'b' });
  await town.sandbox.idle();
  expect((await robot.jwt.apps.listWebhookDeliveries()).data).toHaveLength(1);
});

it('waits for work that others register', async () => {
  const { promise, resolve } = Promise.withResolvers<void>();
  let done = false;
  void town.sandbox.busy.during(promise.then(() => (done = true)));
  const idle = town.sandbox.idle().then(() => done);
  resolve();
  expect(await idle).toBe(true);
});
