import type { EnvironmentName } from '../../../../src/domain/policy.ts';
import { GitFailure } from '../../../../src/ports/repository.ts';
import { count, violate, type Deploy, type Model } from '../model.ts';
import type { ParkedCall, Process } from '../scheduler.ts';
import { bugsOf, isAbout, pullOfPatch, type Book } from './book.ts';
import { environmentOf, purposeOf } from './purpose.ts';

/**
 * Whether somebody said or did something after a change was taken off PROD's branch last, if it ever was and is not there
 * again. In the very same second the ledger tells which came first. What a person had merged past the slots the ledger
 * does not know as a bug's.
 */
export function isSinceGone(
  { gone, byHand }: Book,
  patch: string,
  { atMs, handledAt }: { readonly atMs: number; readonly handledAt: number | null },
): boolean {
  const last = byHand.has(patch) ? undefined : gone.get(`main ${patch}`);
  if (last === undefined || atMs > last.atMs) return true;
  return atMs === last.atMs && (handledAt ?? 0) > last.commits;
}

/** Whether an environment has run a commit as a whole before, or one with the very same content. */
export function wasLive(model: Model, environment: EnvironmentName, commit: string): boolean {
  if (model.wasLive[environment].has(commit)) return true;
  try {
    return isOldContent(model, environment, model.git.patchesAt(commit));
  } catch (error) {
    // Nobody has such a commit.
    if (error instanceof GitFailure) return false;
    throw error;
  }
}

function isOldContent(
  { wasLive: known, git }: Model,
  environment: EnvironmentName,
  patches: readonly string[],
): boolean {
  return [...known[environment]].some((commit) => git.patchesAt(commit).join() === patches.join());
}

/** A deploy that takes something back leads to what its environment has run as a whole before. */
export function watchBack(model: Model, { environment, candidate, release }: Deploy): void {
  count(model, `deploys back on ${environment}`);
  if (wasLive(model, environment, candidate)) return;
  violate(
    model,
    'rollback',
    `${release} went back to ${candidate.slice(0, 7)}, never live on ${environment}`,
  );
}

/**
 * A push took something off a branch: only what somebody has ordered to be taken back, or a release that has just been
 * taken back itself; and the branch has then exactly what its environment ran as a whole before.
 */
export function watchTakenOff(
  model: Model,
  { process }: ParkedCall,
  {
    branch,
    before,
    after,
  }: {
    readonly branch: 'main' | 'uat';
    readonly before: readonly string[];
    readonly after: readonly string[];
  },
): void {
  const environment = environmentOf(branch);
  const isOrdered = purposeOf(model, process).kind === 'rollback';
  if (!isOrdered && !hasGoneBack(model, process, environment))
    violate(model, '8 half-changed', `${process.name} took something off ${branch}`);
  if (!isOldContent(model, environment, after))
    violate(model, 'rollback', `${process.name} brought ${branch} to what was never live`);
  count(model, isOrdered ? 'branches brought back' : 'branches back by themselves');
  const gone = before.filter((patch) => !after.includes(patch));
  model.book.removed = [...model.book.removed, ...gone.map((patch) => ({ branch, patch }))];
}

function hasGoneBack({ deploys }: Model, process: Process, environment: EnvironmentName): boolean {
  return deploys.some(
    (each) => each.process === process && each.environment === environment && each.isRollback && each.ok,
  );
}

/** The ledger says of a bug that its fix was taken off: from now on the change needs an admin's word to go there again. */
export function noteGone({ book, world }: Model, branch: 'main' | 'uat', commits: number): void {
  const atMs = world.clock.nowMs();
  for (const { patch } of book.removed.filter((each) => each.branch === branch))
    book.gone.set(`${branch} ${patch}`, { atMs, commits });
  book.removed = book.removed.filter((each) => each.branch !== branch);
}

/** What was taken off comes again only after an admin has confirmed the bug anew, or ordered its hotfix. */
export function watchAgain(
  model: Model,
  process: Process,
  { branch, patch }: { readonly branch: string; readonly patch: string },
): void {
  const { book } = model;
  const gone = book.gone.get(`${branch} ${patch}`);
  const found = pullOfPatch(book, patch);
  // What a person has merged past the slots the ledger does not know as a bug's, so nobody is held for it.
  if (gone === undefined || found === null || book.byHand.has(patch)) return;
  const commits = model.looks.get(process)?.commits ?? 0;
  const bugs = [...bugsOf(book, found.pull, commits)];
  const isLetGo = [...book.comments.values()].some(
    (word) =>
      word.isDone &&
      AGAIN.includes(word.means?.command ?? '') &&
      (word.handledAt ?? 0) > gone.commits &&
      bugs.some((bug) => isAbout(word, bug)),
  );
  // What a better fix was built on upon UAT goes with it; whoever approves it there approves both.
  const isBuiltUpon =
    branch === 'main' &&
    [...book.pulls.values()].some(
      (pull) => pull !== found.pull && [...bugsOf(book, pull, commits)].some((bug) => bugs.includes(bug)),
    );
  const what = `#${found.pull.number} at ${found.head.slice(-7)} to ${branch}`;
  if (!isLetGo && !isBuiltUpon) violate(model, 'rollback', `${process.name} brought ${what} again, unasked`);
  count(model, 'brought again');
  book.gone.delete(`${branch} ${patch}`);
}

const AGAIN: readonly string[] = ['confirm', 'hotfix'];
