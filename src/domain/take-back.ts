import { takenOff, type Bug, type Landing } from './bug.ts';
import { move } from './decision.ts';
import type { LedgerState } from './ledger.ts';
import type { EnvironmentName } from './policy.ts';
import { refuse, type Refusal } from './reason.ts';
import type { Release, RevertedBranch } from './release.ts';
import { isFinal, statusAfter } from './status.ts';
import { code } from './text/markdown.ts';
import { unwrittenStages } from './unwritten.ts';

/**
 * The bugs whose fixes a rollback takes off the branch, with all that it takes off: what was pushed by a run that died
 * before it could write that down has landed, too.
 */
export function affectedBugs(
  state: Pick<LedgerState, 'bugs' | 'releases' | 'slots'>,
  environment: EnvironmentName,
  { takesBack }: Pick<RevertedBranch, 'takesBack'>,
): Bug[] {
  const isGone = isIn(environment, takesBack);
  const unwritten = unwrittenStages(state, environment).flatMap(({ bugs }) => bugs);
  return [...state.bugs.values()].flatMap((bug) => {
    const pushed = unwritten.filter((each) => each.bug === bug.number).flatMap(({ landings }) => landings);
    const landings = [...bug.landings, ...pushed.filter(isGone)];
    return landings.some(isGone) ? [{ ...bug, landings }] : [];
  });
}

/** Whether a landing is one of what is taken off an environment's branch. */
function isIn(environment: EnvironmentName, takesBack: readonly string[]): (landing: Landing) => boolean {
  const gone = new Set(takesBack);
  return (landing) => landing.environment === environment && landing.commits.some((oid) => gone.has(oid));
}

/** A bug whose fix was taken back from an environment and its branch. */
export function takeBack(bug: Bug, release: Release, atMs: number): Bug {
  const { environment, order } = release;
  const isGone = isIn(environment, order?.branch?.takesBack ?? []);
  const pulls = bug.landings.filter(isGone).map(({ pull }) => pull);
  const rest = { ...bug, landings: bug.landings.filter((landing) => !isGone(landing)) };
  return beginAgain(rest, release, { pulls, atMs });
}

/**
 * A bug whose fix, these pull requests, was taken back from an environment: it begins again, its approvals are void, and
 * no slot takes it on by itself.
 */
export function beginAgain(
  bug: Bug,
  { environment, id, order }: Release,
  taken: { readonly pulls: readonly number[]; readonly atMs: number },
): Bug {
  const { atMs } = taken;
  const pulls = [...new Set(taken.pulls)];
  const rest: Bug = {
    ...bug,
    takenBack: { release: id, environment, atMs, pulls, isHeld: true },
    takenOff: [...new Set([...takenOff(bug), ...pulls])],
    approvals: [],
  };
  const note = `${id} took it off ${environment.toUpperCase()}`;
  const isMoved = statusAfter('roll_back', bug.status, bug.flow) !== null;
  const moved = isMoved ? move(rest, 'roll_back', { atMs, by: order?.by ?? null, note }) : rest;
  if (isFinal(moved.status, moved.flow)) return moved;
  const { reason, message } = refuseTakenBack(moved);
  return { ...moved, conflict: null, hold: { reason, message, slot: null, atMs } };
}

/** The bug with its fix on an environment, perhaps again. What was taken off there and not brought again stays off. */
export function withLandings(bug: Bug, environment: EnvironmentName, landings: Bug['landings']): Bug {
  const there = landings.map(({ pull }) => pull);
  const left = takenOff(bug).filter((pull) => !there.includes(pull));
  const { takenOff: _known, ...rest } = bug;
  return {
    ...rest,
    ...(left.length === 0 ? {} : { takenOff: left }),
    landings: [...bug.landings, ...landings],
    takenBack: bug.takenBack?.environment === environment ? null : bug.takenBack,
  };
}

/**
 * Refuses `rolled_back` for a bug whose fix was taken back and that no admin has confirmed again; else `null`. `takenOffFor`:
 * other bugs for which its fix was taken off: it is held for this one, too, until it is let go for them.
 */
export function refuseHeldBack(bug: Bug, takenOffFor: readonly Bug[]): Refusal | null {
  if (bug.takenBack?.isHeld === true) return refuseTakenBack(bug);
  const other = takenOffFor.find((each) => !isFinal(each.status, each.flow) && isHeldFor(each, bug));
  if (other === undefined) return null;
  const { reason, message } = refuseTakenBack(other);
  return refuse(reason, `Its fix is that of #${other.number}, too. ${message}`);
}

/** It is let go once that bug has it as its fix still, and an admin has confirmed that. */
function isHeldFor(other: Bug, { fixes }: Bug): boolean {
  const shared = takenOff(other).filter((pull) => fixes.some((fix) => fix.pull === pull));
  return (
    other.takenBack?.isHeld === true || shared.some((pull) => !other.fixes.some((fix) => fix.pull === pull))
  );
}

function refuseTakenBack({ takenBack }: Bug): Refusal {
  const pulls = (takenBack?.pulls ?? []).map((pull) => `#${pull}`).join(', ');
  return refuse(
    'rolled_back',
    `${code(takenBack?.release ?? '')} took ${pulls} off ${(takenBack?.environment ?? '').toUpperCase()} again. An admin says \`/confirm\` to let it go once more, or somebody links a better fix; it has to be approved anew.`,
  );
}
