import type { Bug } from '../../domain/bug.ts';
import { nextSlot } from '../../domain/calendar.ts';
import type { FixFacts } from '../../domain/fix.ts';
import type { GateBug, GateFacts } from '../../domain/gate.ts';
import type { LedgerState } from '../../domain/ledger.ts';
import { noMigrations } from '../../domain/migration.ts';
import { ENVIRONMENTS, type EnvironmentName, type Policy } from '../../domain/policy.ts';
import type { Setting } from '../../ports/configuration.ts';
import { GitHubFailure, type PullFiles } from '../../ports/github.ts';
import type { Context } from '../context.ts';
import { withContributors } from '../load-fixes.ts';
import { verifyReleases } from '../verify-approvals.ts';
import { factsOf, gather, type Gathered } from '../slot/facts.ts';
import { readPullMigrations } from './read-pull-migrations.ts';

/** Which pull requests to look at, on which state of the ledger. */
export interface GateQuestion {
  readonly state: LedgerState;
  readonly pulls: readonly number[];
  /** Those of them that were read a moment ago. */
  readonly read?: readonly FixFacts[];
}

/**
 * Reads what the checks of pull requests rest on: what a slot would read for their bugs. Also gives the other open pull
 * requests of these bugs, which go together. Those that are merged or go to neither environment are left out.
 *
 * Calls: one, one a person whose role is asked for, and one for each further hundred files of a pull request.
 */
export async function gatherGates(
  context: Context,
  setting: Setting,
  { state, pulls, read = [] }: GateQuestion,
): Promise<GateFacts[]> {
  const nowMs = context.clock.nowMs();
  // Not before the cut-off of the next T2: a person may merge at any time.
  const slot = nextSlot(setting.calendar, 'T2', nowMs);
  const bugs = bugsOf(state, pulls);
  const covered = new Set([...bugs.flatMap(pullsOf), ...read.map((fix) => fix.pull)]);
  const asked = [...pulls, ...bugs.flatMap(unmerged)];
  const [gathered, others, files, queued] = await Promise.all([
    gather(context, setting, { slot, state, bugs }),
    context.observer.pulls(pulls.filter((pull) => !covered.has(pull))),
    readFiles(context, setting, { pulls: asked, read }),
    readQueued(context, asked),
  ]);
  const signed = others.concat(read).filter(({ pull }) => state.pulls.has(pull));
  const [written, checked] = await Promise.all([
    withContributors(context, setting.policy, signed),
    verifyReleases(context, setting, { state, pulls }),
  ]);
  const all = [...read, ...others, ...gathered.fixes, ...written];
  const found = new Map(all.map((fix) => [fix.pull, fix]));
  const judged = [...found.values()].filter(
    (fix) => fix.state === 'open' || (fix.state === 'closed' && pulls.includes(fix.pull)),
  );
  const reports = await readPullMigrations(context, setting.policy.migrations, { pulls: judged, files });
  return judged.flatMap((pull) => {
    const environment = environmentOf(pull.base, setting.policy);
    if (environment === null) return [];
    const linked = bugsAbout(gathered, pull);
    const named = namedBy(state, pull, linked);
    const release = { approvals: state.pulls.get(pull.pull)?.approvals ?? [], checked };
    const { freezes } = gathered;
    const migrations = reports.get(pull.pull) ?? noMigrations();
    const own = { pull, environment, queuedAs: queued.get(pull.pull) ?? null, migrations, release };
    return [{ ...setting, ...own, bugs: linked, named, freezes, nowMs }];
  });
}

/** What merge queues try; where that may not be read the queue's own question is the only one that is answered. */
export async function readQueued(
  { observer, log }: Context,
  pulls: readonly number[],
): Promise<ReadonlyMap<number, string>> {
  try {
    return await observer.queuedAs(pulls);
  } catch (error) {
    if (!(error instanceof GitHubFailure) || error.retryable) throw error;
    log.info('what merge queues try may not be read', { error: error.message });
    return new Map();
  }
}

/** What those change whose migrations this process does not know yet. */
async function readFiles(
  { observer, bookkeeping }: Context,
  { policy: { migrations } }: Setting,
  { pulls, read }: { readonly pulls: readonly number[]; readonly read: readonly FixFacts[] },
): Promise<ReadonlyMap<number, PullFiles>> {
  if (migrations.paths.length === 0) return new Map();
  const known = read.filter((fix) => bookkeeping.migrations.recall(fix, migrations) !== null);
  return observer.changedFiles(pulls.filter((pull) => known.every((fix) => fix.pull !== pull)));
}

/** The bugs that pull requests are linked to, or settle a conflict of. */
export function bugsOf({ bugs }: LedgerState, pulls: readonly number[]): Bug[] {
  return [...bugs.values()].filter((bug) => pullsOf(bug).some((pull) => pulls.includes(pull)));
}

/** The pull requests of a bug. */
function pullsOf({ fixes, conflict }: Bug): number[] {
  return [...fixes.map((link) => link.pull), ...(conflict === null ? [] : [conflict.pull])];
}

function unmerged(bug: Bug): number[] {
  return pullsOf(bug).filter((pull) => bug.landings.every((landing) => landing.pull !== pull));
}

/** The environment whose branch this is. */
export function environmentOf(branch: string, { environments }: Policy): EnvironmentName | null {
  return ENVIRONMENTS.find((name) => environments[name].branch === branch) ?? null;
}

function bugsAbout(gathered: Gathered, { pull }: FixFacts): GateBug[] {
  return gathered.bugs
    .filter((bug) => pullsOf(bug).includes(pull))
    .map((bug) => ({ bug, slot: factsOf(gathered, bug) }));
}

function namedBy(
  { bugs }: LedgerState,
  { mentions }: FixFacts,
  linked: readonly { readonly bug: Bug }[],
): Bug[] {
  return mentions
    .filter((number) => linked.every(({ bug }) => bug.number !== number))
    .flatMap((number) => bugs.get(number) ?? []);
}
