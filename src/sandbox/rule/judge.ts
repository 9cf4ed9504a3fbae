import { deploymentsOf } from '../deployment/store.ts';
import type { Commit } from '../git/commit.ts';
import { isFastForward, listNew } from '../git/history.ts';
import { verifyCommit } from '../git/signing.ts';
import type { RuleEvaluation, RuleResult } from '../model/ruleset.ts';
import type { Kernel } from '../sandbox.ts';
import type { RuleOf, RuleType } from './format.ts';
import { deedOf, judgedSha, type Move, type RuleContext } from './move.ts';
import { judgeRequiredChecks } from './required-check.ts';
import { judgePullRule } from './required-review.ts';
import type { RuleSource } from './bypass.ts';
import { sourcesFor } from './source.ts';

/** What all rules over a ref say about one move of it. */
export interface Verdict {
  /** Of the enforced rules: `fail` refuses the move. */
  result: RuleResult;
  evaluationResult: RuleResult | null;
  evaluations: RuleEvaluation[];
  /** The sentences of the enforced rules that were broken, by whether the actor may break them. */
  refused: string[];
  bypassed: string[];
  /** Where the first refusing rule stands. */
  refusedBy: RuleEvaluation['source']['type'];
}

/** Judges a move by every rule over its ref; `null` where none is, or the actor is exempt from all. */
export async function judgeMove(kernel: Kernel, move: Move): Promise<Verdict | null> {
  const { repository, actor, change } = move;
  const sources = sourcesFor(kernel.world, repository, { ref: change.ref, actor }).filter(
    (source) => source.bypass !== 'exempt',
  );
  if (sources.length === 0) return null;
  let brought: Promise<Commit[]> | null = null;
  const context: RuleContext = {
    kernel,
    move,
    brought: () => (brought ??= listNew(kernel.git.open(repository), change)),
  };
  const findings: Finding[] = [];
  for (const source of sources) findings.push(...(await judgeBySource(context, source)));
  return sumUp(findings);
}

/** What one rule said, and whether the actor may pass it by in this move. */
interface Finding {
  evaluation: RuleEvaluation;
  mayPass: boolean;
}

async function judgeBySource(context: RuleContext, source: RuleSource): Promise<Finding[]> {
  const { bypass, from, enforcement } = source;
  const { via, change } = context.move;
  const mayPass = bypass === 'always' || (bypass === 'pull_request' && via.kind === 'pull');
  const findings: Finding[] = [];
  for (const rule of source.rules.filter(({ type }) => DEEDS[type].includes(deedOf(change)))) {
    const details = inWordsOf(source, rule.type, await judgeByRule(context, rule.type, rule));
    const result = details === null ? 'pass' : 'fail';
    findings.push({
      evaluation: { source: from, enforcement, result, ruleType: rule.type, details },
      mayPass,
    });
  }
  return findings;
}

/** Protection says of somebody who may not push what a ruleset says of a branch that nobody moves. */
function inWordsOf({ from }: RuleSource, type: RuleType, details: string | null): string | null {
  const isPush = from.type === 'protected_branch' && type === 'update';
  return isPush ? "You're not authorized to push to this branch." : details;
}

function sumUp(findings: Finding[]): Verdict {
  const active = findings.filter(({ evaluation }) => evaluation.enforcement === 'active');
  const trial = findings.filter(({ evaluation }) => evaluation.enforcement === 'evaluate');
  const refusing = brokenIn(active).filter(({ mayPass }) => !mayPass);
  return {
    result: resultOf(active),
    evaluationResult: trial.length === 0 ? null : resultOf(trial),
    evaluations: findings.map(({ evaluation }) => evaluation),
    refused: sentences(refusing),
    bypassed: sentences(brokenIn(active).filter(({ mayPass }) => mayPass)),
    refusedBy: refusing[0]?.evaluation.source.type ?? 'ruleset',
  };
}

function brokenIn(findings: Finding[]): Finding[] {
  return findings.filter(({ evaluation }) => evaluation.result === 'fail');
}

function resultOf(findings: Finding[]): RuleResult {
  const broken = brokenIn(findings);
  if (broken.length === 0) return 'pass';
  return broken.every(({ mayPass }) => mayPass) ? 'bypass' : 'fail';
}

/** Two rulesets that ask for the same are told once. */
function sentences(findings: Finding[]): string[] {
  return [...new Set(findings.flatMap(({ evaluation }) => evaluation.details ?? []))];
}

type Deed = ReturnType<typeof deedOf>;

/** Which moves a rule is about. A queue guards the making of a branch, too: notes of 2026 on `merge_queue`. */
const DEEDS: { readonly [Type in RuleType]: readonly Deed[] } = {
  creation: ['create'],
  update: ['update'],
  deletion: ['delete'],
  non_fast_forward: ['update'],
  pull_request: ['update'],
  merge_queue: ['create', 'update'],
  required_deployments: ['create', 'update'],
  required_linear_history: ['create', 'update'],
  required_signatures: ['create', 'update'],
  required_status_checks: ['create', 'update'],
};

/** Answers why a rule is broken, or `null`. */
type Judge<Type extends RuleType> = (
  context: RuleContext,
  rule: RuleOf<Type>,
) => string | null | Promise<string | null>;

/** Source of the sentences: pushes and API answers quoted in public issues. */
const JUDGES: { readonly [Type in RuleType]: Judge<Type> } = {
  creation: () => 'Cannot create ref due to creations being restricted.',
  update: () => 'Cannot update this protected ref.',
  deletion: () => 'Cannot delete this branch',
  non_fast_forward: async ({ kernel, move: { repository, change, via } }) => {
    // A merge never loses anything.
    if (via.kind !== 'push') return null;
    const loses = !(await isFastForward(kernel.git.open(repository), change.oldSha, change.newSha));
    return loses ? 'Cannot force-push to this branch' : null;
  },
  required_linear_history: async ({ brought }) => {
    const merges = (await brought()).filter(({ parents }) => parents.length > 1);
    return sayCommits('This branch must not contain merge commits.', merges);
  },
  required_signatures: async ({ kernel, brought }) => {
    const unverified = (await brought()).filter((commit) => !verifyCommit(kernel.world, commit).verified);
    return sayCommits('Commits must have verified signatures.', unverified);
  },
  required_deployments: ({ move }, rule) => judgeDeployments(move, rule),
  required_status_checks: judgeRequiredChecks,
  pull_request: judgePullRule,
  merge_queue: ({ move: { via } }) => {
    const queued = via.kind === 'queue' || (via.kind === 'pull' && via.toQueue);
    return queued ? null : 'Changes must be made through the merge queue';
  },
};

function judgeByRule<Type extends RuleType>(
  context: RuleContext,
  type: Type,
  rule: RuleOf<Type>,
): string | null | Promise<string | null> {
  return JUDGES[type](context, rule);
}

function sayCommits(sentence: string, commits: Commit[]): string | null {
  if (commits.length === 0) return null;
  const count = `Found ${commits.length} violation${commits.length === 1 ? '' : 's'}:`;
  return [sentence, `  ${count}`, '', ...commits.map(({ sha }) => `  ${sha}`)].join('\n');
}

function judgeDeployments(move: Move, rule: RuleOf<'required_deployments'>): string | null {
  const sha = judgedSha(move);
  const missing = rule.parameters.required_deployment_environments.filter(
    (environment) =>
      !deploymentsOf(move.repository).some(
        (one) =>
          one.sha === sha && one.environment === environment && one.statuses.at(-1)?.state === 'success',
      ),
  );
  return missing.length === 0
    ? null
    : `Required deployments have not succeeded: ${missing.map((name) => `"${name}"`).join(', ')}.`;
}
