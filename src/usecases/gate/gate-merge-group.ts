import { judgeGate, type GateFacts, type Missing } from '../../domain/gate.ts';
import type { EnvironmentName } from '../../domain/policy.ts';
import { refuse } from '../../domain/reason.ts';
import { describeGate, describeGroup, describeTrouble, type GateWords } from '../../domain/text/gate.ts';
import type { Setting } from '../../ports/configuration.ts';
import { GitFailure } from '../../ports/repository.ts';
import type { Context } from '../context.ts';
import { gatherFresh, troubleOf } from './gate-pulls.ts';
import { environmentOf } from './gather-gates.ts';
import { reportsOf } from './report-gate.ts';

/** Pull requests that a merge queue has merged for a try, as its webhook tells. */
export interface MergeGroup {
  /** The commit that is to be tried and would become the branch's tip. */
  readonly head: string;
  /** The branch's tip that it was made on. */
  readonly base: string;
  /** Short name of the branch. */
  readonly branch: string;
  /** The queue's own branch: `gh-readonly-queue/main/pr-12-<commit>`. */
  readonly ref: string;
}

/** Source: docs.github.com, Managing a merge queue: the branch is named after the last pull request of the group. */
export function pullInRef(ref: string): number | null {
  const number = /(?:^|\/)gh-readonly-queue\/.+\/pr-(\d{1,9})-[0-9a-f]{7,64}$/u.exec(ref)?.[1];
  return number === undefined ? null : Number(number);
}

/**
 * Reports the required check on a merge group: open only when everything in it is a pull request that may be merged
 * now. It is always answered: a queue stalls on a group without its check.
 */
export async function gateMergeGroup(context: Context, group: MergeGroup): Promise<void> {
  const judged = await judgeOrClose(context, group);
  await context.checks.report(
    reportsOf(
      judged.map((each) => ({ commit: group.head, environment: each.environment, words: each.words })),
    ),
  );
}

interface JudgedGroup {
  readonly environment: EnvironmentName;
  readonly words: GateWords;
}

async function judgeOrClose(context: Context, group: MergeGroup): Promise<JudgedGroup[]> {
  try {
    const setting = await context.configuration.load();
    const environment = environmentOf(group.branch, setting.policy);
    return environment === null
      ? []
      : [{ environment, words: await judge(context, setting, { group, environment }) }];
  } catch (error) {
    const line = troubleOf(error);
    if (line === null || !(error instanceof Error)) throw error;
    context.log.error('a merge group cannot be judged; it is closed', {
      head: group.head,
      error: error.message,
    });
    const words = describeTrouble(line, error.message);
    return [
      { environment: 'uat', words },
      { environment: 'prod', words },
    ];
  }
}

async function judge(
  context: Context,
  setting: Setting,
  { group, environment }: { readonly group: MergeGroup; readonly environment: EnvironmentName },
): Promise<GateWords> {
  const named = pullInRef(group.ref);
  const [open, changes] = await Promise.all([
    context.observer.openPulls([group.branch]),
    countChanges(context, group),
  ]);
  const held = await Promise.all(open.map(({ head }) => isIn(context, group, head)));
  const pulls = open
    .filter(({ pull }, index) => pull === named || held[index] === true)
    .map(({ pull }) => pull);
  const gates = (await gatherFresh(context, setting, { pulls, read: open })).filter(
    (facts) => facts.environment === environment && pulls.includes(facts.pull.pull),
  );
  const closed = gates
    .map((facts) => ({ facts, missing: judgeGate(facts) }))
    .find(({ missing }) => missing.length > 0);
  if (closed !== undefined) return describeGate(closed.facts, closed.missing);
  return describeGroup(
    { pulls: gates.map(({ pull }) => pull.pull), environment },
    refuseUnknown(gates, changes),
  );
}

/** Each pull request of a queue is one commit on the branch, by merge or by squash. */
function refuseUnknown(gates: readonly GateFacts[], changes: number): Missing['refusal'] | null {
  if (gates.length > 0 && changes <= gates.length) return null;
  return refuse(
    'fix_not_found',
    `The group brings ${changes} commits to the branch, and only ${gates.length} pull requests of it are known. Let the queue merge or squash, not rebase.`,
  );
}

async function countChanges({ repository }: Context, { head, base, branch }: MergeGroup): Promise<number> {
  await repository.fetch({ branches: [branch], commits: [head, base], history: 'full' });
  const { leftOnly, rightOnly } = await repository.diverge(head, base);
  // A group that is not built on its base is none that a queue makes.
  return rightOnly.length === 0 ? leftOnly.length : Number.POSITIVE_INFINITY;
}

async function isIn({ repository }: Context, { head, base }: MergeGroup, commit: string): Promise<boolean> {
  try {
    return (await repository.isAncestor(commit, head)) && !(await repository.isAncestor(commit, base));
  } catch (error) {
    if (!(error instanceof GitFailure) || error.retryable) throw error;
    return false;
  }
}
