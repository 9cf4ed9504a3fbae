import type { SandboxEvent } from './event.ts';

/** One attempt to hand an event to an App, as `GET /app/hook/deliveries` shows it. */
export interface Delivery {
  id: number;
  /** The `X-GitHub-Delivery` id; a redelivery keeps it. */
  guid: string;
  appId: number;
  installationId: number | null;
  repositoryId: number | null;
  event: string;
  action: string | null;
  deliveredAt: string;
  redelivery: boolean;
  /** Real seconds until the answer. */
  durationSeconds: number;
  /** `OK`, GitHub's words for a failed one, or `pending` while it is under way. */
  status: string;
  /** 0 when there was no answer. */
  statusCode: number;
  url: string;
  requestHeaders: Record<string, string>;
  /** The exact text that was signed and sent. */
  requestBody: string;
  responseHeaders: Record<string, string>;
  responseBody: string;
}

/** The webhook queue and its log. */
export interface Deliveries {
  /** Every attempt, oldest first. */
  log: Delivery[];
  /** The attempts that GitHub still shows: those of the last three days. */
  recent(): Delivery[];
  /** Queues an event for the Apps that may have it. */
  enqueue(event: SandboxEvent): void;
  /** Sends a logged delivery again, with the same guid. */
  redeliver(delivery: Delivery): void;
}
