import { mkdirSync, mkdtempSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { serve, type HttpBindings, type ServerType } from '@hono/node-server';
import { Hono } from 'hono';
import { createBusy } from './busy.ts';
import { createClock } from './clock.ts';
import { EXTENSIONS } from './extension.ts';
import { createFaults } from './fault.ts';
import { createGitStore } from './git/store.ts';
import { createRequestHandler } from './request.ts';
import type { Kernel, Sandbox, SandboxOptions } from './sandbox.ts';
import { createUrls } from './url.ts';
import type { SandboxEvent } from './webhook/event.ts';
import { createDeliveries } from './webhook/queue.ts';
import { addWebFlow, loadWorld, saveWorld } from './world.ts';

/** Starts a GitHub on this machine and answers when it listens. It is empty until it is seeded. */
export async function createSandbox(options: SandboxOptions = {}): Promise<Sandbox> {
  const temporary = options.dataFolder === undefined;
  const folder = options.dataFolder ?? mkdtempSync(join(tmpdir(), 'sandbox-'));
  mkdirSync(folder, { recursive: true });

  const app = new Hono<{ Bindings: HttpBindings }>();
  const server = await listen(app, options);
  const address = server.address();
  const port = typeof address === 'object' ? (address?.port ?? 0) : 0;
  const ends: (() => Promise<void> | void)[] = [];
  const kernel = createKernel({
    folder,
    options,
    url: `http://${options.host ?? '127.0.0.1'}:${port}`,
    ends,
  });
  for (const extend of EXTENSIONS) extend(kernel);
  const handle = createRequestHandler(kernel);
  app.all('*', (context) => kernel.busy.during(handle(context.req.raw, context.env)));

  const save = (): void => {
    if (!temporary) saveWorld(folder, kernel.world);
  };
  const saving = setInterval(save, SAVE_EVERY_MS).unref();
  kernel.onClose(() => clearInterval(saving));
  return {
    ...kernel,
    url: kernel.urls.web,
    apiUrl: kernel.urls.api,
    graphqlUrl: kernel.urls.graphql,
    idle: () => kernel.busy.idle(),
    save,
    close: async () => {
      for (const end of ends.splice(0).toReversed()) await end();
      await stop(server);
      await Promise.race([kernel.busy.idle(), elapsed(END_WITHIN_MS)]);
      await kernel.git.close();
      save();
      if (temporary) await rm(folder, { recursive: true, force: true, maxRetries: 3 });
    },
  };
}

/** What a killed sandbox with a data folder may forget. */
const SAVE_EVERY_MS = 2000;

/** Work under way may end by itself; a delivery that nobody answers is not waited for. */
const END_WITHIN_MS = 1000;

function elapsed(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms).unref());
}

interface KernelParts {
  folder: string;
  options: SandboxOptions;
  url: string;
  ends: (() => Promise<void> | void)[];
}

function createKernel({ folder, options, url, ends }: KernelParts): Kernel {
  const world = loadWorld(folder, options.idsAfter);
  addWebFlow(world);
  const clock = options.clock ?? createClock();
  const faults = createFaults();
  const busy = createBusy();
  const deliveries = createDeliveries({
    world,
    clock,
    faults,
    busy,
    deliveriesAtOnce: options.deliveriesAtOnce ?? 1,
  });
  const listeners = new Set<(event: SandboxEvent) => void>();
  return {
    world,
    clock,
    faults,
    busy,
    deliveries,
    urls: createUrls(world, url),
    git: createGitStore(join(folder, 'git')),
    requests: [],
    onEvent: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    publish: (event) => {
      deliveries.enqueue(event);
      for (const listener of listeners) listener(event);
    },
    onClose: (end) => void ends.push(end),
  };
}

function listen(app: Hono<{ Bindings: HttpBindings }>, options: SandboxOptions): Promise<ServerType> {
  return new Promise((resolve, reject) => {
    const server = serve(
      { fetch: app.fetch, port: options.port ?? 0, hostname: options.host ?? '127.0.0.1' },
      () => resolve(server),
    );
    server.on('error', reject);
  });
}

function stop(server: ServerType): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    if ('closeAllConnections' in server) server.closeAllConnections();
  });
}
