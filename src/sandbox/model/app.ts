/** The level of one App permission. */
export type PermissionLevel = 'read' | 'write' | 'admin';
/** App permissions by GitHub's names: `issues`, `contents`, `pull_requests`, ... */
export type Permissions = { [name: string]: PermissionLevel };

/** A registered GitHub App. */
export interface App {
  id: number;
  nodeId: string;
  clientId: string;
  slug: string;
  name: string;
  description: string | null;
  ownerId: number;
  /** The account `<slug>[bot]` that the App acts as. */
  botId: number;
  publicKeyPem: string;
  /** Kept only so that a seeded sandbox can print it. */
  privateKeyPem: string | null;
  permissions: Permissions;
  /** Subscribed webhook events by header name (`issue_comment`); `*` means all. */
  events: string[];
  hook: AppHook | null;
  createdAt: string;
  updatedAt: string;
}

/** Where an App's webhooks go. */
interface AppHook {
  id: number;
  url: string;
  secret: string;
  active: boolean;
}

/** An App on an account, for all or for selected repositories. */
export interface Installation {
  id: number;
  nodeId: string;
  appId: number;
  accountId: number;
  /** `null` means all repositories of the account. */
  repositoryIds: number[] | null;
  permissions: Permissions;
  events: string[];
  createdAt: string;
  updatedAt: string;
}

/** A secret that names who calls. */
export type Token =
  | { kind: 'user'; token: string; userId: number }
  | {
      kind: 'installation';
      token: string;
      installationId: number;
      permissions: Permissions;
      /** `null` means all that the installation has. */
      repositoryIds: number[] | null;
      /** Real time, epoch milliseconds: clients compare it with their own clock, not with the sandbox's. */
      expiresAtMs: number;
      /** The workflow run whose `GITHUB_TOKEN` this is: its events start no further workflows. */
      workflowRunId: number | null;
    };
