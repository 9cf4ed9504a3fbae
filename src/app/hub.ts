import type { Context } from '../usecases/context.ts';

/** A repository as events name it. */
export interface RepositoryName {
  readonly id: number;
  readonly owner: string;
  readonly name: string;
  readonly defaultBranch: string;
}

/** What the App needs of a repository beyond the use cases: caches that events keep fresh. */
export interface Tenant {
  readonly context: Context;
  readonly repository: RepositoryName;
  /** The ledger's branch got a new head. */
  noteLedgerHead(oid: string): void;
  /** The configuration on the default branch may have changed. */
  forgetConfiguration(): void;
  readonly ledgerBranch: string;
}

/** The repositories that this App serves, each with one context for as long as the process lives. */
export interface Hub {
  /** The tenant of an event's repository. */
  tenant(installationId: number, repository: RepositoryName): Promise<Tenant>;
  /** All repositories of all installations, read from GitHub. */
  all(): Promise<readonly Tenant[]>;
  /** Those that were asked for before. */
  known(): Promise<readonly Tenant[]>;
}
