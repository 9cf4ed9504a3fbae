import type { Person } from '../../../../src/domain/person.ts';
import type { Model } from '../model.ts';
import {
  bugsOf,
  hadPermission,
  isAbout,
  pullOfPatch,
  rulesSince,
  type Book,
  type WrittenComment,
} from './book.ts';
import { isSinceGone } from './rollback.ts';
import { momentOf } from './wall-clock.ts';

/**
 * What a slot has verified counts for ten minutes; its calls take their time, and the rest is the time in which they
 * are made.
 */
export const GRACE_MS = 15 * 60_000;

/** What a sign-off is looked for, and as of when. */
interface Asked {
  readonly patch: string;
  /** The slot that wants to act on it; `null`: no slot, any word of before now counts. */
  readonly slot: string | null;
  /** How many commits of the ledger the slot had seen when it looked last. */
  readonly seenCommits: number;
}

/** The admins whose word covers exactly this change on PROD, each once. */
export function signersOf(model: Model, asked: Asked): Person[] {
  const found = pullOfPatch(model.book, asked.patch);
  if (found === null) return [];
  const { pull, head } = found;
  const nowMs = model.world.clock.nowMs();
  const fromMs = nowMs - GRACE_MS;
  const cutOffMs = asked.slot === null ? Infinity : startOf(model, asked.slot);
  const isAdmin = (by: Person) => hadPermission(model.book, by, { least: 'admin', fromMs, toMs: nowMs });
  const mayAuthor = rulesSince(model.book, fromMs).some(({ allowAuthor }) => allowAuthor);
  const isOther = (by: Person) => mayAuthor || by.id !== pull.author.id;
  const bugs = [...bugsOf(model.book, pull, asked.seenCommits)];
  const byComment = [...model.book.comments.values()].filter(
    (comment) =>
      comment.means?.command === 'approve-prod' &&
      comment.atMs < cutOffMs &&
      isSinceGone(model.book, asked.patch, comment) &&
      (comment.endedAtMs === null || comment.endedAtMs > fromMs) &&
      bugs.some((bug) => isAbout(comment, bug) && !isTakenBack(model.book, comment, { bug, ...asked })) &&
      sawChange(comment, { ...asked, head, pull }),
  );
  const reviews =
    pull.base === 'main' ? approvingReviews(model.book, { pull: pull.number, head, fromMs }) : [];
  const onRelease = pull.isRelease ? wordsOnRelease(model.book, { pull, head, fromMs, ...asked }) : [];
  const signers = [
    ...byComment,
    ...onRelease,
    ...reviews.filter(
      ({ atMs }) => atMs < cutOffMs && isSinceGone(model.book, asked.patch, { atMs, handledAt: null }),
    ),
  ].map(({ by }) => by);
  return distinct(signers.filter((by) => isAdmin(by) && isOther(by)));
}

/** How many have to have signed off, by the mildest rule that a process may go by. */
export function leastSigners({ book, world }: Model): number {
  return Math.min(...rulesSince(book, world.clock.nowMs() - GRACE_MS).map(({ required }) => required));
}

/** What admins said on a release, about exactly this head. It was merged by it, so no cut-off is asked for. */
function wordsOnRelease(
  book: Book,
  asked: {
    readonly pull: { readonly number: number };
    readonly head: string;
    readonly fromMs: number;
    readonly seenCommits: number;
  },
): WrittenComment[] {
  const { number: pull } = asked.pull;
  return [...book.comments.values()].filter(
    (comment) =>
      comment.issue === pull &&
      comment.means?.command === 'approve-release' &&
      comment.sawHeads.get(pull) === asked.head &&
      (comment.endedAtMs === null || comment.endedAtMs > asked.fromMs) &&
      !isTakenBack(book, comment, { bug: pull, ...asked }),
  );
}

/** When a slot starts, by its name. */
function startOf({ scenario }: Model, slot: string): number {
  const [date = '', kind = ''] = slot.split('/');
  return momentOf(scenario.town.wall, date, kind === 'T1' ? scenario.town.t1 : scenario.town.t2);
}

/** It lay on UAT to be looked at, or was the head of a pull request to PROD. */
function sawChange(
  comment: WrittenComment,
  change: {
    readonly patch: string;
    readonly head: string;
    readonly pull: { readonly number: number; readonly base: string };
  },
): boolean {
  if (change.pull.base === 'uat') return comment.sawOnUat.includes(change.patch);
  return comment.sawHeads.get(change.pull.number) === change.head;
}

/** An admin's `/unapprove` that was counted after it, and before the slot looked. */
export function isTakenBack(
  book: Book,
  { handledAt, by }: WrittenComment,
  { bug, seenCommits }: { readonly bug: number; readonly seenCommits: number },
): boolean {
  return [...book.comments.values()].some((other) => {
    const whose = other.tookBack.get(bug);
    const isMeant = whose === 'everybody' || whose?.id === by.id;
    const at = other.handledAt ?? Infinity;
    return isMeant && at <= seenCommits && at > (handledAt ?? Infinity);
  });
}

/** Approvals of exactly this head that their author has not followed by another verdict. */
function approvingReviews(
  book: Book,
  { pull, head, fromMs }: { readonly pull: number; readonly head: string; readonly fromMs: number },
) {
  const about = book.reviews.filter((each) => each.pull === pull);
  return about.filter((each, index) => {
    const later = about.slice(index + 1).find(({ by }) => by.id === each.by.id);
    const stands = later === undefined || later.atMs > fromMs || later.state === 'approved';
    return each.state === 'approved' && each.head === head && stands;
  });
}

function distinct(people: readonly Person[]): Person[] {
  return [...new Map(people.map((person) => [person.id, person])).values()];
}
