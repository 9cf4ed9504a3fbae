import type { Bug } from '../../../../src/domain/bug.ts';
import { violate, count, type Model } from '../model.ts';
import type { ParkedCall } from '../scheduler.ts';
import { bugsOf, pullOfPatch } from './book.ts';
import { watchHotfix } from './hotfix.ts';
import { environmentOf, purposeOf } from './purpose.ts';
import { watchAgain, watchTakenOff } from './rollback.ts';
import { GRACE_MS, leastSigners, signersOf } from './sign-off.ts';

/** What lay on the environments' branches after the last call. */
export interface BranchMemory {
  readonly patches: Map<string, readonly string[]>;
  /** What each place served after the last deploy. */
  readonly live: Map<string, string>;
  /** What PROD had run as a whole by then. */
  readonly wasLive: Set<string>;
}

const BRANCHES = ['main', 'uat'] as const;

/** Remembers the branches as they are. */
export function rememberBranches(model: Model): BranchMemory {
  const memory: BranchMemory = {
    patches: new Map(),
    live: new Map(model.live),
    wasLive: new Set(model.wasLive.prod),
  };
  noteByHand(model, memory);
  return memory;
}

/**
 * People may put on a branch what they like; the system answers only for its own pushes. Where the branch says what is
 * live, that is live by it.
 */
export function noteByHand({ git, scenario, wasLive }: Model, memory: BranchMemory): void {
  for (const branch of BRANCHES) {
    const before = memory.patches.get(branch);
    const after = git.patchesOn(branch);
    memory.patches.set(branch, after);
    if (scenario.versionFrom === 'branch' && before?.length !== after.length)
      wasLive[environmentOf(branch)].add(git.branches.get(branch) ?? '');
  }
}

/**
 * A process pushed. Invariant 1: PROD gets only what enough admins have signed off, exactly as it is now. Invariant 2:
 * no fix of a bug of a hotfix severity. And no branch ever loses what is on it.
 */
export function watchPush(model: Model, memory: BranchMemory, call: ParkedCall): void {
  for (const branch of BRANCHES) {
    const before = memory.patches.get(branch) ?? [];
    const after = model.git.patchesOn(branch);
    const isKept = before.every((patch, index) => after[index] === patch);
    const fresh = after.slice(before.length);
    if (!isKept) watchTakenOff(model, call, { branch, before, after });
    else if (fresh.length > 0) watchBrought(model, call, { branch, fresh });
    memory.patches.set(branch, after);
  }
}

interface Brought {
  readonly branch: 'main' | 'uat';
  readonly fresh: readonly string[];
}

function watchBrought(model: Model, call: ParkedCall, { branch, fresh }: Brought): void {
  const { process } = call;
  count(model, `pushes to ${branch}`);
  watchAge(model, call);
  const purpose = purposeOf(model, process);
  if (purpose.kind === 'hotfix') {
    for (const patch of fresh)
      watchHotfix(model, { process, bug: purpose.bug, patch }, describe(model, patch));
  } else {
    watchSeverity(model, call, { branch, fresh });
    watchFreeze(model, call, fresh);
    if (branch === 'main') watchSignOff(model, call, fresh);
  }
  for (const patch of fresh) watchAgain(model, process, { branch, patch });
}

/** Nobody pushes by what was read long ago. */
function watchAge(model: Model, { process }: ParkedCall): void {
  const ageMs = model.world.clock.nowMs() - (model.looks.get(process)?.atMs ?? 0);
  if (ageMs > GRACE_MS)
    violate(
      model,
      '2 hotfix in a slot',
      `${process.name} pushed by what it read ${ageMs / 60_000} minutes ago`,
    );
}

function watchSignOff(model: Model, call: ParkedCall, fresh: readonly string[]): void {
  const slot = slotOf(call);
  const seenCommits = model.looks.get(call.process)?.commits ?? 0;
  for (const patch of fresh) {
    const signers = slot === null ? [] : signersOf(model, { patch, slot, seenCommits });
    if (signers.length < leastSigners(model)) {
      violate(model, '1 unapproved on PROD', `${call.process.name} pushed ${describe(model, patch)}`);
    }
  }
}

/** The slot that a push is for, by the candidate's branch that it takes away. */
function slotOf({ args }: ParkedCall): string | null {
  const match = /candidate\/(\d{4}-\d{2}-\d{2})-(T[12])-/u.exec(JSON.stringify(args));
  return match === null ? null : `${match[1]}/${match[2]}`;
}

function watchSeverity(model: Model, { process }: ParkedCall, { branch, fresh }: Brought): void {
  const look = model.looks.get(process);
  for (const bug of fresh.flatMap((patch) =>
    bugsFirstOn(model, { branch, patch, commits: look?.commits ?? 0 }),
  )) {
    const known = look?.state.bugs.get(bug);
    if (known !== undefined && isForHotfix(known))
      violate(
        model,
        '2 hotfix in a slot',
        `${process.name} pushed the fix of #${bug}, which is ${known.severity}`,
      );
  }
}

/** A bug that was given up is not deployed, and one that PROD has goes on to UAT, though its fix may be that of another. */
function isForHotfix({ severity, status }: Bug): boolean {
  const mayGo = ['closed', 'rejected', 'deployed_prod', 'pending_uat_merge', 'uat_merged'].includes(status);
  return !mayGo && (severity === 'high' || severity === 'critical');
}

/** The bugs of a change, unless it comes back to UAT from PROD, where it is live already, whatever it is. */
function bugsFirstOn(
  { book }: Model,
  { branch, patch, commits }: { readonly branch: string; readonly patch: string; readonly commits: number },
): number[] {
  const found = pullOfPatch(book, patch);
  return found === null || found.pull.base !== branch ? [] : [...bugsOf(book, found.pull, commits)];
}

/** Invariant 3: nothing that a freeze covers, whose word the process had heard. */
function watchFreeze(model: Model, { process }: ParkedCall, fresh: readonly string[]): void {
  const { state, commits = 0 } = model.looks.get(process) ?? {};
  const nowMs = model.world.clock.nowMs();
  if (model.switches.get(process)?.freeze === 'true')
    violate(model, '3 frozen', `${process.name} pushed all the same`);
  const freezes = (state?.freezes ?? []).filter(
    ({ fromMs, untilMs }) => fromMs <= nowMs && (untilMs === null || nowMs < untilMs),
  );
  const bugs = fresh.flatMap((patch) => {
    const found = pullOfPatch(model.book, patch);
    return found === null
      ? []
      : [...bugsOf(model.book, found.pull, commits)].flatMap((bug) => state?.bugs.get(bug) ?? []);
  });
  for (const { parts } of freezes) {
    const covered = bugs.find(({ services, modules }) =>
      [...services, ...modules].some((part) => parts.includes(part)),
    );
    if (parts.length > 0 && covered === undefined) continue;
    violate(
      model,
      '3 frozen',
      `${process.name} pushed ${fresh.map((patch) => describe(model, patch)).join(', ')}`,
    );
  }
}

/** A change in words. */
export function describe(model: Model, patch: string): string {
  const found = pullOfPatch(model.book, patch);
  return found === null ? patch : `#${found.pull.number} at ${found.head.slice(-7)}`;
}
