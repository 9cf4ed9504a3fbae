import type { SlotKind } from '../calendar.ts';
import { labelDefinitions, type LabelDefinition } from '../label.ts';
import type { OrderKind } from '../own-workflow.ts';
import { ENVIRONMENTS, type EnvironmentName, type Policy } from '../policy.ts';
import { wantedRulesets, type WantedRuleset } from './wanted-ruleset.ts';

/**
 * The environment of the jobs that plan. It deploys nothing: it keeps the App's key from workflows on other branches,
 * which could read a secret of the repository.
 */
export const PLAN_ENVIRONMENT = 'tonic';

/** The secret with the App's key. */
export const KEY_SECRET = 'TONIC_PRIVATE_KEY';

/** A workflow of ours. */
export interface WantedWorkflow {
  readonly path: string;
  /** What it runs: a slot by the clock, or what somebody has ordered. */
  readonly kind: SlotKind | OrderKind;
  /** As YAML says it. */
  readonly content: unknown;
}

/** What this version brings along, besides the tables. */
export interface SetupParts {
  /** Permissions and events of `app.yml`. */
  readonly permissions: Readonly<Record<string, string>>;
  readonly events: readonly string[];
  readonly workflows: readonly WantedWorkflow[];
  readonly issueForm: string;
}

/** All that has to be configured on GitHub: the one source of `doctor`, `init` and the slots' own look. */
export interface WantedSetup extends SetupParts {
  readonly policy: Policy;
  readonly rulesets: readonly WantedRuleset[];
  /** Names of GitHub Environments: that of the plan, and those that are deployed to. */
  readonly environments: readonly string[];
  readonly labels: readonly LabelDefinition[];
}

/** What a repository with this policy has to have. */
export function wantedSetup(policy: Policy, defaultBranch: string, parts: SetupParts): WantedSetup {
  return {
    ...parts,
    policy,
    rulesets: wantedRulesets(policy, defaultBranch),
    environments: [PLAN_ENVIRONMENT, ...ENVIRONMENTS.map((name) => environmentOf(policy, name))],
    labels: labelDefinitions(policy),
  };
}

/** Name of the GitHub Environment that something is deployed to. */
export function environmentOf(policy: Policy, environment: EnvironmentName): string {
  return policy.environments[environment].githubEnvironment;
}
