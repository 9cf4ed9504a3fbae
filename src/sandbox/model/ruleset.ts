import type { BypassActor, Rule } from '../rule/format.ts';

/** Rules over the branches of a repository, and who may pass them by. */
export interface Ruleset {
  id: number;
  nodeId: string;
  name: string;
  /** `evaluate` only writes down what it would have refused. */
  enforcement: 'disabled' | 'active' | 'evaluate';
  /** Patterns of full ref names, `~DEFAULT_BRANCH` or `~ALL`. */
  include: string[];
  exclude: string[];
  bypassActors: BypassActor[];
  rules: Rule[];
  createdAt: string;
  updatedAt: string;
}

/** How the rules judged one move of a branch; a move that exempt actors make leaves none. */
export interface RuleSuite {
  id: number;
  actorId: number;
  ref: string;
  beforeSha: string;
  afterSha: string;
  pushedAt: string;
  result: RuleResult;
  /** Of the rules that are only evaluated; `null` where there are none. */
  evaluationResult: RuleResult | null;
  evaluations: RuleEvaluation[];
}

/** `bypass` is a move that broke rules by somebody who may. */
export type RuleResult = 'pass' | 'fail' | 'bypass';

/** What one rule said. */
export interface RuleEvaluation {
  source: { type: 'ruleset' | 'protected_branch'; id: number | null; name: string | null };
  enforcement: 'active' | 'evaluate';
  result: 'pass' | 'fail';
  ruleType: string;
  /** Why it failed. */
  details: string | null;
}
