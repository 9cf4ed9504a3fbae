import type { Busy } from './busy.ts';
import type { Clock } from './clock.ts';
import type { Faults } from './fault.ts';
import type { GitStore } from './git/store.ts';
import type { LoggedRequest } from './request-log.ts';
import type { Urls } from './url.ts';
import type { Deliveries } from './webhook/delivery.ts';
import type { SandboxEvent } from './webhook/event.ts';
import type { World } from './world.ts';

/** What every part of the sandbox works with. */
export interface Kernel {
  world: World;
  clock: Clock;
  urls: Urls;
  git: GitStore;
  faults: Faults;
  busy: Busy;
  deliveries: Deliveries;
  /** All API, git and page requests, oldest first; empty it to start a budget. */
  requests: LoggedRequest[];
  /** Calls `listener` for every event, also those no App gets; answers the function that ends it. */
  onEvent(listener: (event: SandboxEvent) => void): () => void;
  /** Tells the listeners and queues the deliveries; use `emit` of webhook/emit.ts, which types the payload. */
  publish(event: SandboxEvent): void;
  /** Runs when the sandbox closes, last registered first. */
  onClose(end: () => Promise<void> | void): void;
}

/** A running GitHub on this machine. */
export interface Sandbox extends Kernel {
  /** Pages and git: `http://127.0.0.1:1234`. */
  url: string;
  /** REST: `<url>/api/v3`; the same routes answer at `<url>` too. */
  apiUrl: string;
  graphqlUrl: string;
  /** Resolves when no request, delivery, run or other registered work is queued or under way. */
  idle(): Promise<void>;
  /** Writes the world to the data folder, where there is one. */
  save(): void;
  close(): Promise<void>;
}

/** How to start a sandbox; everything has a default. */
export interface SandboxOptions {
  /** Default: a free one. */
  port?: number;
  /** Default: 127.0.0.1. */
  host?: string;
  /** Default: one that follows real time. */
  clock?: Clock;
  /** Keeps world and repositories; default: a temporary folder that goes with the sandbox. */
  dataFolder?: string;
  /** How many webhook deliveries an App gets at the same time; 1 keeps their order. Default 1. */
  deliveriesAtOnce?: number;
  /**
   * Ids of a new world come after it; default 1000. Two sandboxes that one process speaks to need ids of their own.
   *
   * Source: `@octokit/auth-app` gives a token that is being asked for to whoever asks meanwhile for the same installation
   * id, whatever App and server it is for.
   */
  idsAfter?: number;
}
