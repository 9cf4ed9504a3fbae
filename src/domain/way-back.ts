import { isOnBranchYet } from './left-branch.ts';
import type { LedgerState, LiveRelease } from './ledger.ts';
import type { EnvironmentName } from './policy.ts';
import { refuse, type Refusal } from './reason.ts';
import { hasFailedMidway, type Release } from './release.ts';
import type { ReleaseId } from './release-id.ts';
import { stageOf, type SlotRecord } from './slot.ts';
import { code, shortOid } from './text/markdown.ts';

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
export type Known = Pick<LedgerState, 'environments' | 'releases'> & {
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
export function chooseWay(
  known: Known,
  environment: EnvironmentName,
  asked: string | null,
): WayBack | Refusal {
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
