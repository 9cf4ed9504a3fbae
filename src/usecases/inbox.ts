import type { FixFacts } from '../domain/fix.ts';
import { differingLabels } from '../domain/label.ts';
import type { LedgerState } from '../domain/ledger.ts';
import { isFinal } from '../domain/status.ts';
import type { Setting } from '../ports/configuration.ts';
import type { IssueFacts, PullText } from '../ports/github.ts';
import type { Context } from './context.ts';

/** Read again from a little before the watermark: GitHub's lists lag behind by seconds. */
const OVERLAP_MS = 60_000;

/** Without a watermark, this far back. */
const FIRST_READ_MS = 3 * 24 * 3_600_000;

/** How long a bug may differ from the ledger that nobody has touched since. */
const ALL_MS = 3_600_000;

/** What was read for a reconciliation. */
export interface Inbox {
  readonly sinceMs: number;
  readonly readAtMs: number;
  readonly issues: readonly IssueFacts[];
  /** The open ones that go to an environment. */
  readonly pulls: readonly FixFacts[];
  readonly merged: readonly PullText[];
  /** Whether every bug that is under way is among the issues. */
  readonly hasAll: boolean;
}

/** Reads what may have changed since the ledger's watermark. One call, unless there is much. */
export async function readInbox(context: Context, setting: Setting, state: LedgerState): Promise<Inbox> {
  const readAtMs = context.clock.nowMs();
  const sinceMs = (state.watermark?.readUpToMs ?? readAtMs - FIRST_READ_MS) - OVERLAP_MS;
  const bases = Object.values(setting.policy.environments).map((environment) => environment.branch);
  const [found, pulls, merged, labels] = await Promise.all([
    context.observer.issuesSince(sinceMs, setting.policy.bugLabel),
    context.observer.openPulls(bases),
    context.observer.mergedSince(sinceMs, bases),
    context.observer.labels(underway(state)),
  ]);
  const strays = findStrays(state, setting, labels);
  const issues = await withComments(context, sinceMs, await addIssues(context, found, strays));
  return { sinceMs, readAtMs, issues, pulls, merged, hasAll: false };
}

/**
 * Numbers of the issues that changed since this process looked last, bugs or not. Only the App looks at all of them: for
 * commands on issues that are no bugs, which are answered.
 */
export async function readChanged(context: Context, state: LedgerState): Promise<readonly number[]> {
  const nowMs = context.clock.nowMs();
  const readUpToMs = context.bookkeeping.readUpToMs ?? state.watermark?.readUpToMs ?? nowMs - FIRST_READ_MS;
  return context.observer.changedSince(readUpToMs - OVERLAP_MS);
}

/**
 * Adds issues to what was read, and once an hour every bug that is under way: for what went wrong with an issue that
 * nobody has touched since. No call when there is nothing to add.
 */
export async function withMore(
  context: Context,
  state: LedgerState,
  given: { readonly inbox: Inbox; readonly changed: readonly number[] },
): Promise<Inbox> {
  const { inbox, changed } = given;
  const hasAll = inbox.readAtMs - (context.bookkeeping.allReadAtMs ?? 0) >= ALL_MS;
  const issues = await addIssues(context, inbox.issues, [...changed, ...(hasAll ? underway(state) : [])]);
  return { ...inbox, hasAll, issues: await withComments(context, inbox.sinceMs, issues) };
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

/** With an issue come its newest comments; whoever writes a hundred more must not bury a command. */
async function withComments(
  context: Context,
  sinceMs: number,
  issues: readonly IssueFacts[],
): Promise<readonly IssueFacts[]> {
  return Promise.all(
    issues.map(async (issue) => {
      const [oldest] = issue.comments;
      const isCut = issue.hasOlderComments && oldest !== undefined && oldest.createdAtMs >= sinceMs;
      if (!isCut || issue.comments.length > 100) return issue;
      return { ...issue, comments: await context.observer.commentsSince(issue.number, sinceMs) };
    }),
  );
}
