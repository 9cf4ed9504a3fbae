import type { LabelDefinition } from '../label.ts';

/** What could be found out; `null` stands for what whoever looked may not see, or did not look at. */
export interface SetupFacts {
  /** Web address of the repository. */
  readonly url: string;
  readonly defaultBranch: string;
  readonly app: AppFacts | null;
  /** By short name, for the branches that were looked at. */
  readonly branches: ReadonlyMap<string, BranchFacts>;
  /** Those that rules of the branches come from, and those with the name of one of ours; by id. */
  readonly rulesets: ReadonlyMap<number, RulesetFacts>;
  /** By name, `'missing'` for one that does not exist. */
  readonly environments: ReadonlyMap<string, EnvironmentFacts | 'missing'> | null;
  readonly variables: ReadonlyMap<string, string> | null;
  readonly secrets: SecretFacts | null;
  readonly labels: readonly LabelDefinition[] | null;
  /** Files on the default branch by path, read as YAML; `null` for a missing one. */
  readonly files: ReadonlyMap<string, unknown> | null;
  /** Those of the logins that the configuration names which no account has. */
  readonly unknownLogins: readonly string[] | null;
}

/** The App, as far as it is known to whoever looked. */
export interface AppFacts {
  readonly id: number;
  readonly slug: string;
  readonly clientId: string | null;
  /** `null`: it cannot be seen whether it is installed. */
  readonly installation: InstallationFacts | 'missing' | null;
  /** Whether its webhook has an address. */
  readonly hasWebhook: boolean | null;
}

/** What an App was granted on the account. */
export interface InstallationFacts {
  readonly permissions: Readonly<Record<string, string>>;
  readonly events: readonly string[];
  readonly isSuspended: boolean;
  /** Page where permissions are accepted. */
  readonly url: string;
}

/** What guards a branch now. */
export interface BranchFacts {
  readonly exists: boolean | null;
  /** Rules of active rulesets that hold for the branch, whoever owns the ruleset. */
  readonly rules: readonly BranchRule[] | null;
  /** Classic branch protection. */
  readonly classic: ClassicProtection | 'none' | null;
}

/** A check that has to be green, and the App it has to come from; `null`: from anybody. */
interface RequiredCheck {
  readonly context: string;
  readonly appId: number | null;
}

/** Reviews that a pull request needs. */
export interface RequiredReviews {
  readonly approvals: number;
  /** Whether a push takes them back. */
  readonly dismissStale: boolean;
}

/** One rule of an active ruleset. */
export interface BranchRule {
  /** GitHub's name: `required_status_checks`, `non_fast_forward`, … */
  readonly type: string;
  readonly rulesetId: number;
  /** Of a rule `required_status_checks`. */
  readonly checks: readonly RequiredCheck[];
  /** Of a rule `pull_request`. */
  readonly reviews: RequiredReviews | null;
}

export interface ClassicProtection {
  readonly checks: readonly RequiredCheck[];
  readonly reviews: RequiredReviews | null;
  /** Whether it holds for admins too. */
  readonly enforceAdmins: boolean;
  readonly allowsForcePushes: boolean;
  readonly allowsDeletions: boolean;
}

export interface RulesetFacts {
  readonly id: number;
  readonly name: string;
  readonly enforcement: 'active' | 'evaluate' | 'disabled';
  /** Whether it is the repository's own; else it comes from the organisation or enterprise. */
  readonly isOwn: boolean;
  /** Shown only to whoever may change the ruleset. */
  readonly bypass: readonly BypassActor[] | null;
}

/** Somebody who may pass a ruleset. */
export interface BypassActor {
  /** GitHub's name: `Integration`, `RepositoryRole`, `OrganizationAdmin`, `Team`, `DeployKey`, `User`, … */
  readonly kind: string;
  readonly id: number | null;
  /** With `exempt` the rules are not run for them, and nothing is recorded. */
  readonly mode: 'always' | 'pull_request' | 'exempt';
}

export interface EnvironmentFacts {
  /** Which branches may use it: all, those that classic protection names, or those of these patterns. */
  readonly branches: 'all' | 'protected' | readonly string[];
  /** Apps whose custom protection rule is on it and enabled. */
  readonly ruleApps: readonly number[] | null;
  readonly adminsMayBypass: boolean | null;
  /** Names of its secrets. */
  readonly secrets: readonly string[] | null;
}

/** Names of secrets that every workflow of the repository can read. */
interface SecretFacts {
  readonly repository: readonly string[];
  readonly organization: readonly string[];
}
