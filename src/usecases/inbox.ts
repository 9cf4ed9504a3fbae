import type { FixFacts } from '../domain/fix.ts';
import { differingLabels } from '../domain/label.ts';
import type { LedgerState } from '../domain/ledger.ts';
import { isFinal } from '../domain/status.ts';
import { firstWatermark, moveWatermark } from '../domain/watermark.ts';
import type { Setting } from '../ports/configuration.ts';
import type { IssueFacts, PullTalk, PullText } from '../ports/github.ts';
import type { Context } from './context.ts';

/** Read again from a little before the watermark: GitHub's lists lag behind by seconds. */
const OVERLAP_MS = 60_000;

/** How long a bug may differ from the ledger that nobody has touched since. */
const ALL_MS = 3_600_000;

/** What was read for a reconciliation. */
export interface Inbox {
  readonly sinceMs: number;
  /** Comments count from here: each counts once, so older ones than `sinceMs` do no harm. */
  readonly commentsSinceMs: number;
  readonly readAtMs: number;
  readonly issues: readonly IssueFacts[];
  /** The open ones that go to an environment. */
  readonly pulls: readonly FixFacts[];
  readonly merged: readonly PullText[];
  readonly talk: readonly PullTalk[];
  /** Whether every bug that is under way is among the issues. */
  readonly hasAll: boolean;
  /** Whether issues that are no bugs are among them. */
  readonly hasOthers: boolean;
}

/** Reads what may have changed since the ledger's watermark. One call, unless there is much. */
export async function readInbox(context: Context, setting: Setting, state: LedgerState): Promise<Inbox> {
  const readAtMs = context.clock.nowMs();
  const sinceMs = (state.watermark ?? firstWatermark(readAtMs)).readUpToMs - OVERLAP_MS;
  const bases = Object.values(setting.policy.environments).map((environment) => environment.branch);
  const [found, pulls, merged, talk, labels] = await Promise.all([
    context.observer.issuesSince(sinceMs, setting.policy.bugLabel),
    context.observer.openPulls(bases),
    context.observer.mergedSince(sinceMs, bases),
    context.observer.talkSince(sinceMs, bases),
    context.observer.labels(underway(state)),
  ]);
  const strays = findStrays(state, setting, labels);
  const issues = await addIssues(context, found, strays);
  return {
    sinceMs,
    commentsSinceMs: sinceMs,
    readAtMs,
    issues,
    pulls,
    merged,
    talk,
    hasAll: false,
    hasOthers: false,
  };
}

/**
 * Numbers of the issues that changed since the App looked last, bugs or not. Only the App looks at all of them: for
 * commands on issues that are no bugs, which are answered.
 */
export async function readChanged(context: Context, state: LedgerState): Promise<Changed> {
  const from = state.watermark ?? firstWatermark(context.clock.nowMs());
  const sinceMs = moveWatermark(from, context.bookkeeping).othersReadUpToMs - OVERLAP_MS;
  return { sinceMs, numbers: await context.observer.changedSince(sinceMs) };
}

/** Issues that changed, bugs or not. */
interface Changed {
  readonly sinceMs: number;
  readonly numbers: readonly number[];
}

/** Whether it is time again to look also at what nobody seems to have touched: once an hour. */
export function isWholeDue({ bookkeeping, clock }: Context): boolean {
  return clock.nowMs() - (bookkeeping.allReadAtMs ?? 0) >= ALL_MS;
}

/**
 * Adds issues to what was read, and where the whole is looked at every bug that is under way: for what went wrong with an issue that
 * nobody has touched since. No call when there is nothing to add.
 */
export async function withMore(
  context: Context,
  state: LedgerState,
  given: { readonly inbox: Inbox; readonly changed: Changed; readonly isWhole: boolean },
): Promise<Inbox> {
  const { inbox, changed, isWhole: hasAll } = given;
  const issues = await addIssues(context, inbox.issues, [
    ...changed.numbers,
    ...(hasAll ? underway(state) : []),
  ]);
  // An issue that slots passed over while it was none may be a bug by now.
  const commentsSinceMs = Math.min(inbox.sinceMs, changed.sinceMs);
  return { ...inbox, hasAll, hasOthers: true, issues, commentsSinceMs };
}

function underway({ bugs }: LedgerState): number[] {
  return [...bugs.values()].filter((bug) => !isFinal(bug.status, bug.flow)).map((bug) => bug.number);
}

/** Bugs whose labels are not what they should be, though they may not be among what changed: without the bug label, say. */
function findStrays(
  { bugs }: LedgerState,
  { policy }: Setting,
  labels: ReadonlyMap<number, readonly string[]>,
): number[] {
  const strays = [...labels].filter(([number, present]) => {
    const bug = bugs.get(number);
    return bug !== undefined && differingLabels(bug, present, policy).length > 0;
  });
  return strays.map(([number]) => number);
}

async function addIssues(
  context: Context,
  issues: readonly IssueFacts[],
  wanted: readonly number[],
): Promise<readonly IssueFacts[]> {
  const known = new Set(issues.map(({ number }) => number));
  const missing = wanted.filter((number) => !known.has(number));
  return missing.length === 0 ? issues : [...issues, ...(await context.observer.issues(missing))];
}

/**
 * The issues with all comments that count: with an issue come its newest ones, and whoever writes a hundred more must not
 * bury a command. No call where nothing is buried.
 */
export async function withComments(
  context: Context,
  { issues, commentsSinceMs: sinceMs }: Pick<Inbox, 'issues' | 'commentsSinceMs'>,
): Promise<readonly IssueFacts[]> {
  return Promise.all(
    issues.map(async (issue) => {
      const [oldest] = issue.comments;
      const isCut = issue.hasOlderComments && oldest !== undefined && oldest.createdAtMs >= sinceMs;
      return isCut
        ? { ...issue, comments: await context.observer.commentsSince(issue.number, sinceMs) }
        : issue;
    }),
  );
}
