import type { ApprovedFix } from './approval.ts';
import { landingsOn, type Bug } from './bug.ts';
import type { Person } from './person.ts';
import type { EnvironmentName, Policy } from './policy.ts';
import { refuse, type Refusal } from './reason.ts';
import { ownLines } from './text/own-lines.ts';

/** A pull request as it is now, with what the rules ask of a fix. */
export interface FixFacts {
  readonly pull: number;
  readonly state: 'open' | 'merged' | 'closed';
  readonly isDraft: boolean;
  /** Name of the branch that it goes to. */
  readonly base: string;
  readonly headBranch: string;
  /** Its branch lies in another repository, where anybody can name it as they like. */
  readonly isFromFork: boolean;
  readonly head: string;
  /** When GitHub got the push that made `head` the head; `null` where GitHub does not tell. */
  readonly headPushedAtMs: number | null;
  /** When somebody, or GitHub, turned it to another branch last: what was said before was said of another change. */
  readonly retargetedAtMs: number | null;
  readonly author: Person | null;
  /**
   * Accounts behind its commits, as far as GitHub knows them, co-authors too, and behind the push of its head; `null`:
   * not read, as nobody asks where authors may approve.
   */
  readonly contributors: readonly Person[] | null;
  /** Approving reviews of the current head by people with write access, one a person. */
  readonly approvingReviews: readonly FixReview[];
  readonly changesRequested: boolean;
  /** All checks of the head together; `none` where there are none. */
  readonly checks: 'green' | 'red' | 'pending' | 'none';
  /** The commit that brought it into its base, once merged. */
  readonly mergeCommit: string | null;
  /** When it was merged; from then on its head stays what it is. */
  readonly mergedAtMs: number | null;
  readonly commits: readonly string[];
  /** Patch id of the whole change against its base. */
  readonly patchId: string | null;
  /** Tree of the head of an open one; `null` before git was asked. */
  readonly tree: string | null;
  /** Numbers that the text says it fixes. */
  readonly mentions: readonly number[];
  /** When anything of it was changed last, its text too. */
  readonly updatedAtMs: number;
}

export interface FixReview {
  readonly id: number;
  readonly by: Person;
  readonly isAdmin: boolean;
  readonly submittedAtMs: number;
  readonly bodyHash: string;
}

/** The linked pull requests that go to an environment's branch. */
export function fixesFor(
  fixes: readonly FixFacts[],
  environment: EnvironmentName,
  policy: Policy,
): FixFacts[] {
  const { branch } = policy.environments[environment];
  return fixes.filter((fix) => fix.base === branch && fix.state !== 'closed');
}

/**
 * Tells whether a pull request is the one in which the conflict of a bug's pick is settled. Whoever has turned it to
 * another branch has made it another one: nobody said that it may go there.
 */
export function settlesConflict(
  { pull, base }: Pick<FixFacts, 'pull' | 'base'>,
  { conflict }: Pick<Bug, 'conflict'>,
  { environments }: Policy,
): boolean {
  return conflict !== null && conflict.pull === pull && environments[conflict.environment].branch === base;
}

/** What an approval of the fix as it lies on an environment is bound to. */
export function approvedFixesOn(bug: Bug, environment: EnvironmentName): ApprovedFix[] {
  return landingsOn(bug, environment).map(({ pull, commits, patchId }) => ({
    pull,
    commits,
    patchId,
    tree: null,
  }));
}

/** What an approval of open pull requests is bound to: their heads. */
export function approvedHeads(fixes: readonly FixFacts[]): ApprovedFix[] {
  return fixes.map(({ pull, head, patchId, tree }) => ({ pull, commits: [head], patchId, tree }));
}

/**
 * Tells whether a slot may merge a fix: open and out of draft, reviewed, green; `null` when it may.
 * A fix that a person merged already needs nothing more. Whoever signed it off has reviewed it.
 */
export function refuseUnready(
  fix: FixFacts,
  policy: Policy,
  signers: readonly Person[] = [],
): Refusal | null {
  const name = `#${fix.pull}`;
  if (fix.state === 'merged') return null;
  if (fix.state === 'closed') return refuse('fix_closed', `${name} was closed without a merge`);
  if (fix.isDraft) return refuse('fix_is_draft', `${name} is a draft; mark it as ready for review`);
  const needed = policy.fixes.requiredReviews;
  if (fix.changesRequested) {
    return refuse('fix_not_reviewed', `changes are requested on ${name}`);
  }
  const have = new Set([...fix.approvingReviews.map(({ by }) => by.id), ...signers.map(({ id }) => id)]).size;
  if (have < needed) {
    return refuse(
      'fix_not_reviewed',
      `${name} has ${have} of ${needed} approving reviews of its current head`,
    );
  }
  if (policy.fixes.requireGreen && (fix.checks === 'red' || fix.checks === 'pending')) {
    return refuse('fix_not_green', `the checks of ${name} are ${fix.checks}`);
  }
  return null;
}

const KEYWORD = /\b(?:fix(?:e[sd])?|close[sd]?|resolve[sd]?):?\s+#(\d{1,9})\b/giu;

/** The longest text GitHub keeps; anything longer is not from there. */
const LONGEST_TEXT = 65_536;

/**
 * Reads which issues a pull request says it repairs: `Fixes #12`, with GitHub's closing keywords, in the author's
 * own words; the example in a template's comment is none. GitHub itself honours them for the default branch only.
 *
 * Title and text are read each by itself, and a title is no Markdown: it begins no quote, block or comment.
 */
export function parseFixMentions(pull: { readonly title: string; readonly body: string | null }): number[] {
  const words = ownLines((pull.body ?? '').slice(0, LONGEST_TEXT)).join('\n');
  const numbers = [pull.title.slice(0, LONGEST_TEXT), words].flatMap((text) =>
    [...text.matchAll(KEYWORD)].map((match) => Number(match[1])),
  );
  return [...new Set(numbers)].filter((number) => number > 0);
}
