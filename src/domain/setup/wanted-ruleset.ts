import { GATE_CHECKS } from '../gate.ts';
import { LEDGER_BRANCH } from '../ledger.ts';
import { ENVIRONMENTS, type EnvironmentName, type Policy } from '../policy.ts';

/** Rules of a ruleset that have no parameters, by GitHub's names. */
type Restriction = 'creation' | 'update' | 'deletion' | 'non_fast_forward';

/** A ruleset as it has to be. It is known by its name. */
export interface WantedRuleset {
  readonly name: string;
  /** Full refs; `**` stands for all below. */
  readonly refs: readonly string[];
  readonly restrictions: readonly Restriction[];
  /** Checks that a commit needs before it is on the branch, each from the App and nobody else. */
  readonly checks: readonly string[];
  /** Approving reviews that a pull request needs; `null`: pushes are free. */
  readonly reviews: number | null;
  /** Whether the App may pass it. Nobody else may. */
  readonly appPasses: boolean;
}

/** Branches that slots push while they build, and what is shown before: the App's alone. */
const WORK_REFS = ['refs/heads/tonic/candidate/**', 'refs/heads/tonic/preview/**'];

/**
 * The rulesets of a repository: UAT and PROD take only what has its check, from everybody, the App among them; the
 * ledger and what slots push are the App's.
 */
export function wantedRulesets(policy: Policy, defaultBranch: string): readonly WantedRuleset[] {
  return [
    ...ENVIRONMENTS.map((environment) => environmentRuleset(environment, policy)),
    {
      name: 'tonic: ledger',
      refs: [`refs/heads/${LEDGER_BRANCH}`],
      restrictions: ['creation', 'update', 'deletion', 'non_fast_forward'],
      checks: [],
      reviews: null,
      appPasses: true,
    },
    {
      name: 'tonic: candidates',
      refs: WORK_REFS,
      restrictions: ['creation', 'update', 'deletion'],
      checks: [],
      reviews: null,
      appPasses: true,
    },
    ...configurationRuleset(policy, defaultBranch),
  ];
}

function environmentRuleset(environment: EnvironmentName, policy: Policy): WantedRuleset {
  return {
    name: `tonic: ${environment.toUpperCase()}`,
    refs: [`refs/heads/${policy.environments[environment].branch}`],
    restrictions: ['deletion', 'non_fast_forward'],
    checks: [GATE_CHECKS[environment]],
    reviews: null,
    // Not even the App: its own push passes because its candidate carries the check.
    appPasses: false,
  };
}

/**
 * Configuration and workflows are read from the default branch. Where that is not PROD, whose gate guards them, whoever
 * can change it could name himself an admin: a second person has to look.
 */
function configurationRuleset(policy: Policy, defaultBranch: string): readonly WantedRuleset[] {
  if (defaultBranch === policy.environments.prod.branch) return [];
  return [
    {
      name: 'tonic: configuration',
      refs: [`refs/heads/${defaultBranch}`],
      restrictions: ['deletion', 'non_fast_forward'],
      checks: [],
      reviews: 1,
      // T1 pushes to UAT, which may be the default branch.
      appPasses: true,
    },
  ];
}
