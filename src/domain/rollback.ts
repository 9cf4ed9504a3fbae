import type { SlotCalendar } from './calendar.ts';
import type { TakenBackCommits } from './flow.ts';
import { isOnBranchYet, leftBy } from './left-branch.ts';
import {
  nothingDeployed,
  toLive,
  type EnvironmentRecord,
  type LedgerState,
  type LiveRelease,
} from './ledger.ts';
import type { RollbackClass } from './migration-statement.ts';
import type { Person } from './person.ts';
import type { EnvironmentName } from './policy.ts';
import { refuse, type Refusal } from './reason.ts';
import {
  ORDER_LEASE_MS,
  orderedEnvelope,
  hasFailedMidway,
  type Release,
  type RevertedBranch,
} from './release.ts';
import type { ReleaseId } from './release-id.ts';
import { stageOf, type SlotRecord } from './slot.ts';
import { code, shortOid } from './text/markdown.ts';

/** What it takes to go back although data is lost, word for word, before the reason. */
export const ACCEPTS_LOSS = 'I understand that data is lost:';

/** Where an environment can go back to, and what that undoes. */
export interface WayBack {
  readonly kind: 'way';
  readonly commit: string;
  /** The release that brought it; `null`: it was there before this system deployed, or past it. */
  readonly release: ReleaseId | null;
  /** The newest first; the last one is what took its place. None: it is live, and its branch was not brought back. */
  readonly undoes: readonly LiveRelease[];
  /** The release after which the tag is named that leads there. */
  readonly behind: ReleaseId | null;
}

/** `slots`: how they stand, in any order. */
type Known = Pick<LedgerState, 'environments' | 'releases'> & {
  readonly slots: Iterable<Pick<SlotRecord, 'id' | 'state' | 'stages'>>;
};

/**
 * All ways back, the nearest first. A release that failed half-way, or whose run died, is undone first. A rollback whose
 * branch was not brought back is finished first, where nothing came behind it that may have deployed.
 */
export function waysBack(known: Known, environment: EnvironmentName): WayBack[] {
  const record = known.environments.get(environment);
  const deployed = record?.deployed ?? null;
  const halfway = halfLive(known, environment, deployed?.atMs ?? 0);
  const line = [...halfway, ...(deployed === null ? [] : [deployed]), ...(record?.history ?? [])];
  const further = line.flatMap((each, index): WayBack[] => {
    const next = line[index + 1];
    const commit = each.previous ?? next?.commit ?? null;
    if (commit === null) return [];
    const release = next?.commit === commit ? next.release : null;
    return [{ kind: 'way', commit, release, undoes: line.slice(0, index + 1), behind: each.release }];
  });
  const toFinish = halfway.length > 0 ? [] : wayForBranch(known, environment, deployed);
  return [...toFinish, ...further];
}

function wayForBranch(
  { releases }: Known,
  environment: EnvironmentName,
  live: LiveRelease | null,
): WayBack[] {
  if (live?.left === undefined) return [];
  const isHalfBack = [...releases.values()].some(
    (each) => each.environment === environment && each.plannedAtMs > live.atMs && hasFailedMidway(each),
  );
  if (isHalfBack) return [];
  const { to: release, behind } = live.left;
  return [{ kind: 'way', commit: live.commit, release, undoes: [], behind }];
}

/**
 * The newest release of the environment that has begun to deploy, if it failed then, or may have, as its slot died and was
 * not run again; or if its own checks took it back, and its branch has it yet.
 */
function halfLive(known: Known, environment: EnvironmentName, sinceMs: number): LiveRelease[] {
  const { releases, slots } = known;
  const newest = [...releases.values()]
    .filter((each) => each.environment === environment && each.kind !== 'rollback')
    .filter((each) => each.plannedAtMs > sinceMs && (hasBegun(each) || isCutOff(each, slots)))
    .toSorted((left, right) => right.plannedAtMs - left.plannedAtMs)[0];
  if (newest === undefined) return [];
  const isToUndo = hasFailedMidway(newest) || isCutOff(newest, slots) || isOnBranchYet(newest, known);
  const { commit, previous, rollback } = newest.envelope;
  return isToUndo ? [{ release: newest.id, commit, previous, rollback, atMs: newest.plannedAtMs }] : [];
}

/** What failed before its first deploy has changed nothing: what one before it has left is there yet. */
function hasBegun(release: Release): boolean {
  return release.deployer !== null && (release.state !== 'failed' || hasFailedMidway(release));
}

/** Nobody has written down how far it came. */
function isCutOff({ slot: id, state, environment }: Release, slots: Known['slots']): boolean {
  const slot = [...slots].find((each) => each.id === id);
  return state === 'planned' && slot?.state === 'failed' && stageOf(slot, environment)?.state === 'planned';
}

/**
 * Finds the way that somebody asked for: a release, the tag `rollback/<environment>/<release>` of one, or seven digits
 * or more of a commit that was live there; `null` means what was live before.
 *
 * Refuses: `no_way_back`.
 */
function chooseWay(known: Known, environment: EnvironmentName, asked: string | null): WayBack | Refusal {
  const ways = waysBack(known, environment);
  const [nearest] = ways;
  const where = environment.toUpperCase();
  if (nearest === undefined) {
    return refuse('no_way_back', `Nobody knows what ${where} ran before: there is nothing to go back to.`);
  }
  if (asked === null) return nearest;
  const found = ways.find((way) => isMeant(way, environment, asked));
  if (found !== undefined) return found;
  const known5 = ways.slice(0, 5).map((way) => `- ${describeWay(way)}`);
  return refuse(
    'no_way_back',
    `${code(asked, 100)} is nothing that was live on ${where}. There is:\n\n${known5.join('\n')}`,
  );
}

function isMeant({ commit, release, behind }: WayBack, environment: EnvironmentName, asked: string): boolean {
  if (asked === release || asked === `rollback/${environment}/${behind}`) return true;
  return /^[0-9a-f]{7,64}$/u.test(asked) && commit.startsWith(asked);
}

/** What the environment runs before somebody goes a way back. */
export function liveBefore({ commit, undoes }: Pick<WayBack, 'commit' | 'undoes'>): string {
  return undoes[0]?.commit ?? commit;
}

/** A way back in one clause; Markdown. */
export function describeWay({ commit, release }: Pick<WayBack, 'commit' | 'release'>): string {
  return release === null ? shortOid(commit) : `${shortOid(commit)}, ${code(release)}`;
}

/** Refuses `restore_required` where a migration has lost data that the code to go back to needs, unless that is accepted. */
export function refuseRestore(
  way: Pick<WayBack, 'commit' | 'undoes'>,
  {
    environment,
    classes,
    acceptsDataLoss,
  }: {
    readonly environment: EnvironmentName;
    readonly classes: readonly RollbackClass[];
    readonly acceptsDataLoss: boolean;
  },
): Refusal | null {
  if (acceptsDataLoss || !classes.includes('restore_required')) return null;
  const named = way.undoes
    .filter(({ rollback }) => rollback === 'restore_required')
    .map(({ release }) => code(release));
  const by = named.length === 0 ? '' : ` (${named.join(', ')})`;
  return refuse(
    'restore_required',
    `A migration in between${by} has thrown data away: only a backup has it, so the older code alone is no way back. Restore first. To go back all the same, say \`/rollback ${environment} to ${way.commit.slice(0, 12)} ${ACCEPTS_LOSS} <reason>\`.`,
  );
}

/** What somebody asks for. */
export interface AskedRollback {
  readonly environment: EnvironmentName;
  /** `null`: the last good release. */
  readonly to: string | null;
  readonly acceptsDataLoss: boolean;
  /** Untrusted text. */
  readonly reason: string;
  readonly issue: number;
  readonly by: Person | null;
  readonly saidAtMs: number;
}

/**
 * The order for a rollback, as a release that is still to be planned.
 *
 * Refuses: `rollback_running`, `no_way_back`, `overtaken`, `restore_required`.
 */
export function orderRollback(
  asked: AskedRollback,
  facts: Known & { readonly nowMs: number; readonly calendar: SlotCalendar },
): { readonly kind: 'ordered'; readonly release: Release } | Refusal {
  const { environment, acceptsDataLoss, reason, issue, by } = asked;
  const { nowMs } = facts;
  const { date, time } = facts.calendar.zone.toLocal(nowMs);
  const id = `${date}-rollback-${environment}-${time.replace(':', '')}`;
  const running = runningRollback(facts.releases, environment, nowMs) ?? (facts.releases.has(id) ? id : null);
  if (running !== null) {
    return refuse('rollback_running', `${code(running)} is under way already; wait for it to end.`);
  }
  const way = chooseWay(facts, environment, asked.to);
  if (way.kind === 'refused') return way;
  const unforeseen = refuseUnforeseen(way, asked);
  if (unforeseen !== null) return unforeseen;
  const classes = way.undoes.map(({ rollback }) => rollback);
  const refusal = refuseRestore(way, { environment, classes, acceptsDataLoss });
  if (refusal !== null) return refusal;
  const release: Release = {
    id,
    kind: 'rollback',
    environment,
    slot: null,
    state: 'planned',
    envelope: orderedEnvelope(way.commit, liveBefore(way)),
    steps: [],
    deployer: null,
    order: {
      issue,
      by,
      reason,
      to: way.release,
      undoes: way.undoes.map((each) => each.release),
      acceptsDataLoss,
      branch: null,
    },
    plannedAtMs: nowMs,
    endedAtMs: null,
    reason: null,
  };
  return { kind: 'ordered', release };
}

/**
 * Words that come in late are about what was live when they were written. GitHub's times are whole seconds, so what came
 * in the same second was there.
 */
function refuseUnforeseen(
  { undoes }: WayBack,
  { environment, saidAtMs }: Pick<AskedRollback, 'environment' | 'saidAtMs'>,
): Refusal | null {
  const [newest] = undoes;
  if (newest === undefined || newest.atMs < saidAtMs + 1_000) return null;
  return refuse(
    'overtaken',
    `${code(newest.release)} came to ${environment.toUpperCase()} after you wrote that. Look at it, and say \`/rollback\` again if it is to go, too.`,
  );
}

function runningRollback(
  releases: LedgerState['releases'],
  environment: EnvironmentName,
  nowMs: number,
): ReleaseId | null {
  const running = [...releases.values()].find(
    (each) =>
      each.kind === 'rollback' &&
      each.environment === environment &&
      each.state === 'planned' &&
      nowMs - each.plannedAtMs < ORDER_LEASE_MS,
  );
  return running?.id ?? null;
}

/** What was live before this system deployed may build on anything. */
const NOTHING_KNOWN: Pick<LiveRelease, 'previous' | 'rollback'> = {
  previous: null,
  rollback: 'restore_required',
};

/**
 * The environment as a rollback leaves it: what was undone is nothing to go back to any more. One whose branch was not
 * brought back is still to be finished.
 */
export function withRolledBack(
  record: EnvironmentRecord,
  release: Release,
  done: { readonly atMs: number; readonly deploymentId: number | null; readonly isBranchBack: boolean },
): EnvironmentRecord {
  const { id, envelope, order } = release;
  const line = lineWithout(record, order?.undoes ?? []);
  const isKnown = line[0]?.commit === envelope.commit;
  const { previous, rollback } = (isKnown ? line[0] : undefined) ?? NOTHING_KNOWN;
  return {
    ...record,
    deployed: {
      release: id,
      commit: envelope.commit,
      atMs: done.atMs,
      slot: null,
      deploymentId: done.deploymentId,
      previous,
      rollback,
      ...(done.isBranchBack ? {} : { left: leftBy(release) }),
    },
    history: isKnown ? line.slice(1) : line,
    takenBack: [...record.takenBack, ...takenBackBy(order?.branch ?? null)],
  };
}

/** The environment whose branch was brought back, whatever it runs. */
export function withTakenBack(
  before: EnvironmentRecord | undefined,
  environment: EnvironmentName,
  branch: RevertedBranch,
): EnvironmentRecord {
  const record = before ?? nothingDeployed(environment);
  return { ...record, takenBack: [...record.takenBack, ...takenBackBy(branch)] };
}

function lineWithout({ deployed, history }: EnvironmentRecord, undone: readonly ReleaseId[]): LiveRelease[] {
  const line = deployed === null ? history : [toLive(deployed), ...history];
  return line.filter(({ release }) => !undone.includes(release));
}

function takenBackBy(branch: RevertedBranch | null): TakenBackCommits[] {
  if (branch === null || branch.takesBack.length === 0) return [];
  return [{ by: branch.commit, commits: branch.takesBack }];
}
