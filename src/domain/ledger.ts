import type { Alert } from './alert.ts';
import type { Bug } from './bug.ts';
import type { SlotId } from './calendar.ts';
import type { TakenBackCommits } from './flow.ts';
import type { SaidFreeze } from './freeze.ts';
import { NO_LOCKS, type EnvironmentLocks } from './lock.ts';
import type { MessageEntry } from './message/entry.ts';
import type { RollbackClass } from './migration-statement.ts';
import type { EnvironmentName } from './policy.ts';
import type { Release } from './release.ts';
import type { ReleaseId } from './release-id.ts';
import type { ReleasePull } from './release-pull.ts';
import type { SlotRecord } from './slot.ts';
import type { Watermark } from './watermark.ts';

/** What an environment runs, as far as this system put it there, and who has it. */
export interface EnvironmentRecord {
  readonly environment: EnvironmentName;
  /** The last candidate that was deployed and verified; `null` before the first. */
  readonly deployed:
    | (LiveRelease & {
        /** `null`: it was no slot's. */
        readonly slot: SlotId | null;
        readonly deploymentId: number | null;
      })
    | null;
  /** What was live before and good, the newest first, at most 10: where a rollback can lead. */
  readonly history: readonly LiveRelease[];
  readonly locks: EnvironmentLocks;
  /** What rollbacks have done to its branch, the oldest first. */
  readonly takenBack: readonly TakenBackCommits[];
  /** What its releases have left on its branch since the last one came live, the newest first; absent: nothing. */
  readonly leftovers?: readonly Leftover[];
  /** The slot that has deployed it last, which outlives the slot's own record; absent: none that is known. */
  readonly lastSlot?: SlotDeploy;
}

/** That a slot has deployed an environment. */
export interface SlotDeploy {
  readonly id: SlotId;
  /** It went on for a reason, although nothing guarded PROD. */
  readonly isUnsafe: boolean;
}

/** A release that was live and good. */
export interface LiveRelease {
  readonly release: ReleaseId;
  readonly commit: string;
  readonly atMs: number;
  /** What the environment ran before it; `null`: nobody knows. */
  readonly previous: string | null;
  /** How one gets back behind it. */
  readonly rollback: RollbackClass;
  /** Of a rollback whose branch was not brought back, for as long as it is live. */
  readonly left?: LeftBranch;
}

/** What a rollback that is live could not do: bring the branch, and the bugs, back with the environment. */
interface LeftBranch {
  /** The release that it went back to; `null`: what was live before this system deployed. */
  readonly to: ReleaseId | null;
  /** The oldest release that it undid: the tag that leads there has its name. */
  readonly behind: ReleaseId | null;
}

/** What a release has put on its branch, or may have, that is not live. */
export interface Leftover {
  readonly release: ReleaseId;
  /** The branch's tip that it was built on. */
  readonly base: string;
  readonly commit: string;
  /** What ran before; `null`: nobody knows. */
  readonly previous: string | null;
  readonly plannedAtMs: number;
}

const KEPT_RELEASES = 10;

/** The environment with a release live on it. */
export function withDeployed(
  before: EnvironmentRecord | undefined,
  environment: EnvironmentName,
  deployed: NonNullable<EnvironmentRecord['deployed']>,
): EnvironmentRecord {
  const known = before ?? nothingDeployed(environment);
  const last = known.deployed;
  const isNew = last !== null && last.release !== deployed.release;
  const entry = isNew ? [toLive(last)] : [];
  return { ...known, deployed, history: [...entry, ...known.history].slice(0, KEPT_RELEASES) };
}

/** The environment with other locks. */
export function withLocks(
  before: EnvironmentRecord | undefined,
  environment: EnvironmentName,
  locks: EnvironmentLocks,
): EnvironmentRecord {
  return { ...(before ?? nothingDeployed(environment)), locks };
}

/** The locks of an environment. */
export function locksOf(
  { environments }: Pick<LedgerState, 'environments'>,
  environment: EnvironmentName,
): EnvironmentLocks {
  return environments.get(environment)?.locks ?? NO_LOCKS;
}

/** An environment that this system never deployed to. */
export function nothingDeployed(environment: EnvironmentName): EnvironmentRecord {
  return { environment, deployed: null, history: [], locks: NO_LOCKS, takenBack: [] };
}

/** A release as the history keeps it: what it has left is no more to be finished. */
export function toLive({ release, commit, atMs, previous, rollback }: LiveRelease): LiveRelease {
  return { release, commit, atMs, previous, rollback };
}

/** Every commit of an environment's branch that a rollback has dealt with: what it took back, and its own. */
export function takenBackOn(state: Pick<LedgerState, 'environments'>, name: EnvironmentName): Set<string> {
  const groups = state.environments.get(name)?.takenBack ?? [];
  return new Set(groups.flatMap(({ by, commits }) => [by, ...commits]));
}

/**
 * Something that must be said once and cannot be derived from the state. Written with the commit that caused it,
 * struck out by a later one. Whoever finds an entry that is not its own looks for its marker before it acts.
 */
export type OutboxEntry = IssueEntry | PullEntry | MessageEntry;

/** What an issue has to show. */
export interface IssueEntry {
  /** Unique and safe as a file name: `answer-comment-<id>`, `2026-11-20-T1-12`, … */
  readonly id: string;
  readonly issue: number;
  readonly createdAtMs: number;
  readonly action:
    | { readonly kind: 'comment'; readonly body: string }
    | { readonly kind: 'close_issue'; readonly as: 'completed' | 'not_planned' }
    | { readonly kind: 'reopen_issue' };
}

/** What is to be said on a pull request. */
export interface PullEntry {
  readonly id: string;
  /** The pull request. */
  readonly issue: number;
  readonly createdAtMs: number;
  readonly action: {
    readonly kind: 'comment_on_pull';
    readonly body: string;
    /** It cannot have been said before this: GitHub's time of what it answers. */
    readonly sinceMs: number;
  };
}

/** The whole ledger at one commit. Maps are keyed by the number, id or name of the record. */
export interface LedgerState {
  readonly bugs: ReadonlyMap<number, Bug>;
  readonly slots: ReadonlyMap<SlotId, SlotRecord>;
  readonly environments: ReadonlyMap<EnvironmentName, EnvironmentRecord>;
  /** The newest only; what was before them is in the branch. */
  readonly releases: ReadonlyMap<ReleaseId, Release>;
  /** Pull requests that are signed off by themselves. */
  readonly pulls: ReadonlyMap<number, ReleasePull>;
  readonly outbox: ReadonlyMap<string, OutboxEntry>;
  /** What the admins were told, by key. */
  readonly alerts: ReadonlyMap<string, Alert>;
  /** What admins have said by `/freeze`, also what is over. */
  readonly freezes: readonly SaidFreeze[];
  /** `null` before the first commit. */
  readonly watermark: Watermark | null;
}

/** Records to write, whole, and outbox entries to strike out. What is not named stays. */
export interface LedgerWrites {
  readonly bugs?: readonly Bug[];
  readonly slots?: readonly SlotRecord[];
  readonly environments?: readonly EnvironmentRecord[];
  readonly releases?: readonly Release[];
  readonly pulls?: readonly ReleasePull[];
  readonly outbox?: readonly OutboxEntry[];
  readonly alerts?: readonly Alert[];
  readonly struck?: readonly string[];
  /** All that stand from now on. */
  readonly freezes?: readonly SaidFreeze[];
  readonly watermark?: Watermark;
}

/** A ledger without entries. */
export function emptyLedger(): LedgerState {
  return {
    bugs: new Map(),
    slots: new Map(),
    environments: new Map(),
    releases: new Map(),
    pulls: new Map(),
    outbox: new Map(),
    alerts: new Map(),
    freezes: [],
    watermark: null,
  };
}

/** The state after some writes. */
export function applyWrites(state: LedgerState, writes: LedgerWrites): LedgerState {
  const outbox = withRecords(state.outbox, writes.outbox, ({ id }) => id);
  for (const id of writes.struck ?? []) outbox.delete(id);
  return {
    bugs: withRecords(state.bugs, writes.bugs, ({ number }) => number),
    slots: withRecords(state.slots, writes.slots, ({ id }) => id),
    environments: withRecords(state.environments, writes.environments, ({ environment }) => environment),
    releases: withRecords(state.releases, writes.releases, ({ id }) => id),
    pulls: withRecords(state.pulls, writes.pulls, ({ pull }) => pull),
    outbox,
    alerts: withRecords(state.alerts, writes.alerts, ({ key }) => key),
    freezes: writes.freezes ?? state.freezes,
    watermark: writes.watermark ?? state.watermark,
  };
}

function withRecords<K, R>(
  before: ReadonlyMap<K, R>,
  written: readonly R[] | undefined,
  keyOf: (record: R) => K,
): Map<K, R> {
  return new Map([...before, ...(written ?? []).map((record) => [keyOf(record), record] as const)]);
}

/** Commits of fixes in flight: on one environment, on their way to the other (PRODUCT section 3). */
export function commitsInFlight(bugs: Iterable<Bug>): Set<string> {
  const commits = new Set<string>();
  for (const bug of bugs) {
    if (isInFlight(bug))
      for (const landing of bug.landings) landing.commits.forEach((oid) => commits.add(oid));
  }
  return commits;
}

/** A fix that ended on both sides stays equal; one that was closed half-way is a difference like any other. */
function isInFlight(bug: Bug): boolean {
  const onBoth =
    bug.landings.some((each) => each.environment === 'uat') &&
    bug.landings.some((each) => each.environment === 'prod');
  if (onBoth) return true;
  return [
    'confirmed',
    'planned',
    'analyzing',
    'deployed_uat',
    'pending_prod',
    'deployed_prod',
    'pending_uat_merge',
  ].includes(bug.status);
}

/** The branch that holds the ledger. */
export const LEDGER_BRANCH = 'tonic-ledger';
