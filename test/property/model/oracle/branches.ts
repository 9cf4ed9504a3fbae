import type { Bug } from '../../../../src/domain/bug.ts';
import { violate, count, type Model } from '../model.ts';
import type { ParkedCall } from '../scheduler.ts';
import { bugsOf, pullOfPatch } from './book.ts';
import { GRACE_MS, leastSigners, signersOf } from './sign-off.ts';

/** What lay on the environments' branches after the last call. */
export interface BranchMemory {
  readonly patches: Map<string, readonly string[]>;
  /** What each environment served after the last deploy. */
  readonly live: Map<string, string>;
}

const BRANCHES = ['main', 'uat'] as const;

/** Remembers the branches as they are. */
export function rememberBranches(model: Model): BranchMemory {
  const memory: BranchMemory = { patches: new Map(), live: new Map(model.live) };
  noteByHand(model, memory);
  return memory;
}

/** People may put on a branch what they like; the system answers only for its own pushes. */
export function noteByHand({ git }: Model, memory: BranchMemory): void {
  for (const branch of BRANCHES) memory.patches.set(branch, git.patchesOn(branch));
}

/**
 * A process pushed. Invariant 1: PROD gets only what enough admins have signed off, exactly as it is now. Invariant 2:
 * no fix of a bug of a hotfix severity. And no branch ever loses what is on it.
 */
export function watchPush(model: Model, memory: BranchMemory, call: ParkedCall): void {
  for (const branch of BRANCHES) {
    const before = memory.patches.get(branch) ?? [];
    const after = model.git.patchesOn(branch);
    if (before.some((patch, index) => after[index] !== patch)) {
      violate(model, '8 half-changed', `${call.process.name} took something off ${branch}`);
    }
    const fresh = after.slice(before.length);
    if (fresh.length > 0) {
      count(model, `pushes to ${branch}`);
      watchSeverity(model, call, { branch, fresh });
      watchFreeze(model, call, fresh);
      if (branch === 'main') watchSignOff(model, call, fresh);
    }
    memory.patches.set(branch, after);
  }
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

function watchSeverity(
  model: Model,
  { process }: ParkedCall,
  { branch, fresh }: { readonly branch: string; readonly fresh: readonly string[] },
): void {
  const look = model.looks.get(process);
  const ageMs = model.world.clock.nowMs() - (look?.atMs ?? 0);
  const invariant = '2 hotfix in a slot';
  if (ageMs > GRACE_MS) {
    violate(model, invariant, `${process.name} pushed by what it read ${ageMs / 60_000} minutes ago`);
  }
  for (const bug of fresh.flatMap((patch) =>
    bugsFirstOn(model, { branch, patch, commits: look?.commits ?? 0 }),
  )) {
    const known = look?.state.bugs.get(bug);
    if (known !== undefined && isForHotfix(known))
      violate(model, invariant, `${process.name} pushed the fix of #${bug}, which is ${known.severity}`);
  }
}

/** A bug that was given up is not deployed, though its fix may be that of another one, too. */
function isForHotfix({ severity, status }: Bug): boolean {
  const isGivenUp = status === 'closed' || status === 'rejected';
  return !isGivenUp && (severity === 'high' || severity === 'critical');
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
