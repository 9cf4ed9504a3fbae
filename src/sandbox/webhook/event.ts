import type { operations } from '@octokit/openapi-webhooks-types';
import type { Repository } from '../model/repository.ts';
import type { Account } from '../model/account.ts';

/** GitHub's webhook names with their action: `issues/labeled`, `push`, `check-run/requested-action`. */
export type EventKey = keyof operations;

/** The published payload of one webhook. */
type EventPayload<K extends EventKey> = operations[K] extends {
  requestBody: { content: { 'application/json': infer P } };
}
  ? P
  : never;

/** Parts of a payload that the kernel fills in. */
type Filled = 'repository' | 'sender' | 'installation' | 'organization' | 'enterprise' | 'action';

type OmitEach<T, K extends string> = T extends unknown ? Omit<T, K> : never;

/** What a caller of `emit` has to give: the payload without what the kernel fills in. */
export type EventBody<K extends EventKey> = OmitEach<EventPayload<K>, Filled>;

/** An event as it travels inside the sandbox. */
export interface SandboxEvent {
  /** The header name: `issues`, `check_run`. */
  name: string;
  action: string | null;
  /** Without `installation`, which differs from App to App. */
  payload: { [key: string]: unknown };
  repository: Repository | null;
  sender: Account;
  /** The run whose `GITHUB_TOKEN` caused it; such events start no workflows. */
  workflowRunId: number | null;
  /** Only this App gets it (`check_run.requested_action`, `installation`). */
  onlyAppId: number | null;
}
