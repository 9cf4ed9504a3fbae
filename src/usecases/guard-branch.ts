import type { LedgerState } from '../domain/ledger.ts';
import type { Person } from '../domain/person.ts';
import { ENVIRONMENTS, type EnvironmentName } from '../domain/policy.ts';
import { branchAlert, branchAlertPrefixes } from '../domain/text/alert.ts';
import type { SeenTip } from '../domain/watermark.ts';
import type { Setting } from '../ports/configuration.ts';
import { GitFailure } from '../ports/repository.ts';
import { lastTip } from './bookkeeping.ts';
import type { Context } from './context.ts';
import { raiseAlert } from './raise-alert.ts';

/** Tells the admins when somebody moved the branch of an environment back by force, or deleted it. */
export async function guardBranch(
  context: Context,
  moved: {
    readonly branch: string;
    readonly head: string;
    readonly how: 'rewound' | 'deleted';
    readonly by: Person | null;
  },
): Promise<void> {
  const setting = await context.configuration.load();
  const environment = ENVIRONMENTS.find(
    (name): name is EnvironmentName => setting.policy.environments[name].branch === moved.branch,
  );
  if (environment === undefined) return;
  await raiseAlert(context, setting, branchAlert({ ...moved, environment }));
}

/** Where branches are, as they were seen at a moment. */
interface SeenHeads {
  readonly heads: ReadonlyMap<string, string | null>;
  /** Before they were asked for. */
  readonly atMs: number;
}

/** Where the branches of the environments are; travels with what else is being read. */
export async function readHeads({ observer, clock }: Context, { policy }: Setting): Promise<SeenHeads> {
  const atMs = clock.nowMs();
  return { atMs, heads: await observer.heads(ENVIRONMENTS.map((name) => policy.environments[name].branch)) };
}

/** GitHub may answer from a copy that is a moment behind: what came this late may not be there yet. */
const SETTLING_MS = 60_000;

/**
 * Finds branches that were moved back or deleted though no webhook said so: what was there when this process looked
 * last, or else what the ledger has seen or deployed there last, is not on them any more. Only a branch that moved costs
 * a look into git.
 *
 * `state`: the ledger as it was before the heads were read.
 */
export async function findMovedBranches(
  context: Context,
  setting: Setting,
  { state, seen: { heads, atMs } }: { readonly state: LedgerState; readonly seen: SeenHeads },
): Promise<void> {
  for (const environment of ENVIRONMENTS) {
    const { branch } = setting.policy.environments[environment];
    const before = context.bookkeeping.tips.get(environment) ?? lastTip(state, environment);
    const head = heads.get(branch) ?? null;
    if (before === null) noteTip(context, environment, { head, atMs });
    // Who looked after this look began may have seen a newer head than this one brings.
    else if (atMs - before.atMs >= SETTLING_MS)
      await findMoved(context, setting, { environment, branch, before, head, atMs });
  }
}

function noteTip(
  { bookkeeping }: Context,
  environment: EnvironmentName,
  { head, atMs }: { readonly head: string | null; readonly atMs: number },
): void {
  if (head !== null) bookkeeping.tips.set(environment, { tip: head, atMs });
}

async function findMoved(
  context: Context,
  setting: Setting,
  seen: {
    readonly environment: EnvironmentName;
    readonly branch: string;
    readonly before: SeenTip;
    readonly head: string | null;
    readonly atMs: number;
  },
): Promise<void> {
  const { environment, branch, before, head } = seen;
  const how = await howItMoved(context, seen);
  if (how === 'unknown') return;
  noteTip(context, environment, seen);
  if (how === 'forward' || isTold(await context.ledger.recent(), environment, before.atMs)) return;
  // Source: a deletion is a push of no commit.
  const push = await context.observer.headPush(branch, head ?? '0'.repeat(40));
  const words = { environment, branch, by: push?.by ?? null, head: head ?? before.tip, how };
  await raiseAlert(context, setting, branchAlert(words));
}

async function howItMoved(
  { repository, log }: Context,
  {
    branch,
    before,
    head,
  }: { readonly branch: string; readonly before: SeenTip; readonly head: string | null },
): Promise<'forward' | 'rewound' | 'deleted' | 'unknown'> {
  if (head === null) return 'deleted';
  if (head === before.tip) return 'forward';
  try {
    await repository.fetch({ branches: [branch], commits: [before.tip, head], history: 'full' });
    return (await repository.isAncestor(before.tip, head)) ? 'forward' : 'rewound';
  } catch (error) {
    if (!(error instanceof GitFailure)) throw error;
    log.warn('nobody can tell how a branch was moved', { branch, error: error.message });
    return 'unknown';
  }
}

/** A webhook, or another process, was faster. */
function isTold({ alerts }: LedgerState, environment: EnvironmentName, sinceMs: number): boolean {
  const prefixes = branchAlertPrefixes(environment);
  return [...alerts.values()].some(
    ({ key, raisedAtMs }) => raisedAtMs >= sinceMs && prefixes.some((prefix) => key.startsWith(prefix)),
  );
}
