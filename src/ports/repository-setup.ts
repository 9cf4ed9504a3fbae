import type { Policy } from '../domain/policy.ts';
import type { SetupChange } from '../domain/setup/change.ts';
import type { AppFacts, SetupFacts } from '../domain/setup/facts.ts';
import type { WantedSetup } from '../domain/setup/wanted-setup.ts';

/** What a repository says of itself. */
export interface RepositoryAbout {
  /** Web address. */
  readonly url: string;
  readonly defaultBranch: string;
  readonly isOfOrganization: boolean;
}

/** What is configured on GitHub around a repository: rules, environments, variables, labels. */
export interface RepositorySetup {
  /** @throws GitHubFailure when there is no such repository, or whoever looks may not see it. */
  about(): Promise<RepositoryAbout>;
  /** Everything, as far as whoever looks may see it. Reads only; some 30 calls. */
  look(wanted: WantedSetup): Promise<SetupFacts>;
  /**
   * Only what stops unapproved code on its way to PROD, as the App sees it: who may pass a rule it does not see. Travels
   * with other reads. Which App this is, `self` tells.
   */
  guards(policy: Policy): Promise<SetupFacts>;
  /** The App that this process acts as; a call only while nothing else has told it. */
  self(): Promise<AppFacts | null>;
  /** Makes one change; twice does no harm. `unavailable`: the account's plan does not have it. */
  apply(change: SetupChange): Promise<'done' | 'unavailable'>;
}
