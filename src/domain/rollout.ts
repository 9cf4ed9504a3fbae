import { parsePathPattern } from './path-pattern.ts';

/** How a candidate comes live. The deploy command is told; what it means is up to the platform. */
export const STRATEGIES = ['direct', 'rolling', 'blue_green', 'canary', 'feature_flag'] as const;
export type Strategy = (typeof STRATEGIES)[number];

/** How an environment wants its candidates to come live. */
export interface RolloutPolicy {
  /** `auto`: proposed from the change. */
  readonly strategy: Strategy | 'auto';
  /** Shares of the traffic that a canary gets one after the other, percent, rising to 100. */
  readonly canaryPercents: readonly number[];
  /** Patterns of the files that are infrastructure, as in CODEOWNERS. */
  readonly infrastructurePaths: readonly string[];
}

/** What a change puts at risk. */
export interface ChangeRisk {
  readonly isHotfix: boolean;
  readonly hasMigration: boolean;
  readonly files: readonly string[];
}

export interface StrategyChoice {
  readonly strategy: Strategy;
  /** Why, in one clause. */
  readonly reason: string;
  /** What the deploy command is asked for, one after the other, percent; the last is 100. */
  readonly percents: readonly number[];
}

const WHOLE = [100];

/**
 * Chooses how a change comes live (PRODUCT section 10.5): what the configuration says, else by the change. A database
 * migration is never direct, whoever asked for it: while it runs the old code is still live.
 */
export function chooseStrategy(
  risk: ChangeRisk,
  policy: RolloutPolicy,
  wanted: Strategy | null = null,
): StrategyChoice {
  const asked = wanted ?? (policy.strategy === 'auto' ? null : policy.strategy);
  const proposal =
    asked === null ? propose(risk, policy) : { strategy: asked, reason: 'the configuration says so' };
  const { strategy, reason } =
    proposal.strategy === 'direct' && risk.hasMigration
      ? { strategy: 'rolling' as const, reason: 'it holds a database migration, which is never direct' }
      : proposal;
  return { strategy, reason, percents: strategy === 'canary' ? policy.canaryPercents : WHOLE };
}

function propose(
  risk: ChangeRisk,
  { infrastructurePaths }: RolloutPolicy,
): Pick<StrategyChoice, 'strategy' | 'reason'> {
  if (risk.isHotfix) return { strategy: 'direct', reason: 'a hotfix does not wait' };
  if (risk.hasMigration) return { strategy: 'rolling', reason: 'it holds a database migration' };
  const patterns = infrastructurePaths.map((path) => parsePathPattern(path));
  const touched = risk.files.find((file) => patterns.some((matches) => matches(file)));
  if (touched !== undefined)
    return { strategy: 'blue_green', reason: `it changes infrastructure (${touched})` };
  return { strategy: 'direct', reason: 'it changes code only' };
}
