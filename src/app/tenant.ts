import type { RepositoryName } from '../ports/installations.ts';
import type { Context } from '../usecases/context.ts';

/** A repository as an event names it. */
export interface Place {
  readonly installationId: number;
  readonly repositoryId: number;
}

/** What the App needs of a repository beyond the use cases: caches that events keep fresh. */
export interface Tenant {
  readonly context: Context;
  readonly repository: RepositoryName;
  /** The ledger's branch got a new head. */
  noteLedgerHead(oid: string, changed: readonly string[]): void;
  /** The configuration on the default branch may have changed. */
  forgetConfiguration(): void;
  readonly ledgerBranch: string;
  /** This system's own App. */
  readonly appSlug: string;
}
