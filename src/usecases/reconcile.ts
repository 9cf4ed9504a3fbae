import { commentKey } from '../domain/approval.ts';
import type { Bug } from '../domain/bug.ts';
import { mayBeClosed } from '../domain/hotfix.ts';
import { labelChange } from '../domain/label.ts';
import type { LedgerState, IssueEntry } from '../domain/ledger.ts';
import { CARD_MARKER } from '../domain/text/card.ts';
import { firstWatermark, moveWatermark, type ReadMark } from '../domain/watermark.ts';
import { withoutMarks } from '../domain/text/comment-mark.ts';
import type { Setting } from '../ports/configuration.ts';
import type { IssueEdit, IssueFacts, PullTalk } from '../ports/github.ts';
import { answerKeys, isPosted } from './answer.ts';
import { attributeLabels } from './attribute-labels.ts';
import { cardOf, hasUnwritten } from './bookkeeping.ts';
import { buildCard } from './build-card.ts';
import type { Context } from './context.ts';
import { findForeignDeployments, readDeployments } from './guard-deployment.ts';
import { findMovedBranches, readHeads } from './guard-branch.ts';
import { findImpostors, readReports } from './guard-impostor.ts';
import { reopenClosed } from './guard-issue-state.ts';
import { findChangedComments, readDeletions } from './guard-own-comment.ts';
import { findWeakRules, readRules } from './guard-rules.ts';
import { watchHotfixes } from './hotfix/watch-hotfixes.ts';
import { handleComment } from './handle-comment.ts';
import type { IncomingComment } from './incoming-comment.ts';
import { isWholeDue, readChanged, readInbox, withComments, withMore, type Inbox } from './inbox.ts';
import { gateAll } from './gate/gate-pulls.ts';
import { handlePullComment } from './gate/handle-pull-comment.ts';
import { linkPull } from './link-pull.ts';
import { openPendingAlerts } from './raise-alert.ts';
import { readOpenApprovals, recheckApprovals } from './recheck-approvals.ts';
import { recheckReleases } from './recheck-releases.ts';
import { applyEdits, record } from './record.ts';
import { isForIssue, sayOnPulls } from './say-on-pulls.ts';
import { refuseOlderLedger } from './refuse-older-ledger.ts';
import { tellingOfLedger } from './report-ledger.ts';
import { isBug, reportBug } from './report-bug.ts';
import { repairCandidates } from './show-candidates.ts';
import { keepOrders } from './order/keep-orders.ts';
import { freeDeadSlots } from './slot/free-dead-slots.ts';

/** Work that no commit has written down yet is written down by itself after this. */
const UNWRITTEN_MS = 6 * 3_600_000;

/**
 * Takes in what webhooks may have failed to bring: reports, commands, links; and puts right what on GitHub differs from
 * the ledger: labels, cards, effects that were never done.
 *
 * Counts only comments that were never edited. Idempotent.
 */
export async function takeInbox(context: Context, setting: Setting, inbox: Inbox): Promise<void> {
  const issues = await withComments(context, inbox);
  await refuseOlderLedger(context, { issues, talk: inbox.talk });
  for (const issue of issues) if (isBug(issue.labels, setting)) await reportBug(context, setting, issue);
  // Words for a fix count only where it is one.
  for (const pull of [...inbox.pulls, ...inbox.merged]) await linkPull(context, pull);
  for (const issue of issues) {
    for (const comment of openSince(inbox.commentsSinceMs, issue)) await handleComment(context, comment);
  }
  for (const pull of inbox.talk) {
    for (const comment of openSince(inbox.sinceMs, pull)) await handlePullComment(context, comment);
  }
  await takeLabels(context, setting, { ...inbox, issues });
  await findChangedComments(context, setting, [...issues, ...inbox.talk]);
  await repair(context, setting, await reopenClosed(context, setting, issues));
  await watchHotfixes(context);
  await findImpostors(context);
  await openPendingAlerts(context, setting);
  context.bookkeeping.readUpToMs = inbox.readAtMs;
  if (inbox.hasAll) context.bookkeeping.allReadAtMs = inbox.readAtMs;
  if (inbox.hasOthers) context.bookkeeping.othersReadUpToMs = inbox.readAtMs;
}

async function takeLabels(
  context: Context,
  setting: Setting,
  { issues, sinceMs }: Pick<Inbox, 'issues' | 'sinceMs'>,
): Promise<void> {
  const { bugs } = await context.ledger.recent();
  for (const issue of issues) {
    const bug = bugs.get(issue.number);
    if (bug !== undefined) await attributeLabels(context, setting, { issue, bug, sinceMs });
  }
}

/**
 * The App's own reconciliation: finds everything that webhooks bring, as if none had come; repairs, and writes down what
 * was done since the last commit.
 */
export async function reconcileAndWrite(context: Context): Promise<void> {
  await tellingOfLedger(context, () => reconcile(context));
}

async function reconcile(context: Context): Promise<void> {
  const [setting, state] = await Promise.all([context.configuration.load(), context.ledger.load()]);
  const isHourly = isWholeDue(context);
  const [inbox, changed, open, deployments, heads, rules, gone] = await Promise.all([
    readInbox(context, setting, state),
    readChanged(context, state),
    readOpenApprovals(context, state),
    readDeployments(context, setting),
    readHeads(context, setting),
    isHourly ? readRules(context, setting, state) : null,
    readDeletions(context, setting),
    readReports(context, state),
    context.freezeVariables.refresh(),
  ]);
  await refuseOlderLedger(context, { deployments });
  await takeInbox(context, setting, await withMore(context, state, { inbox, changed, isWhole: isHourly }));
  await freeDeadSlots(context, state);
  await keepOrders(context, setting);
  await recheckApprovals(context, setting, { ...open, pulls: inbox.pulls });
  await recheckReleases(context, setting, inbox.pulls);
  await findChangedComments(context, setting, gone);
  await findForeignDeployments(context, setting, deployments);
  await findMovedBranches(context, setting, { state, seen: heads });
  await findWeakRules(context, setting, rules);
  await repairCandidates(context, setting, await context.ledger.recent());
  await writeBooks(context, setting);
  await gateAll(context, inbox.pulls);
}

/** Those that nobody edited and that have no answer: a broken configuration, say, is answered without the ledger. */
function openSince(sinceMs: number, { number, comments }: PullTalk): IncomingComment[] {
  return comments
    .filter(({ createdAtMs, isEdited }) => createdAtMs >= sinceMs && !isEdited)
    .filter(({ id }) => answerKeys(commentKey(id)).every((key) => !isPosted({ comments }, key)))
    .flatMap(({ id, author, authorIsBot, body, createdAtMs }) =>
      author === null
        ? []
        : [{ issue: number, id, author, authorIsBot, body, writtenAtMs: createdAtMs, isFresh: true }],
    );
}

/** Labels, cards and open effects of the issues that were read. */
async function repair(context: Context, setting: Setting, issues: readonly IssueFacts[]): Promise<void> {
  const state = await context.ledger.recent();
  await sayOnPulls(context, [...state.outbox.values()]);
  const pending = openEntries(context, state);
  const missing = pending
    .map((entry) => entry.issue)
    .filter((number) => issues.every((issue) => issue.number !== number));
  const seen = [
    ...issues,
    ...(missing.length === 0 ? [] : await context.observer.issues([...new Set(missing)])),
  ];
  const edits = seen.flatMap((issue) => repairOf(context, setting, { issue, state, pending }) ?? []);
  const done = pending.filter((entry) => seen.some((issue) => issue.number === entry.issue));
  if (edits.length > 0) await applyEdits(context, edits, done);
  else for (const entry of done) context.bookkeeping.struck.add(entry.id);
}

function openEntries(context: Context, state: LedgerState): IssueEntry[] {
  return [...state.outbox.values()]
    .filter(isForIssue)
    .filter((entry) => !context.bookkeeping.struck.has(entry.id));
}

function repairOf(
  context: Context,
  setting: Setting,
  given: {
    readonly issue: IssueFacts;
    readonly state: LedgerState;
    readonly pending: readonly IssueEntry[];
  },
): IssueEdit | null {
  const { issue, state } = given;
  const bug = state.bugs.get(issue.number);
  const comments = given.pending
    .filter((entry) => entry.issue === issue.number)
    .flatMap((entry) => (entry.action.kind === 'comment' ? [{ key: entry.id, body: entry.action.body }] : []))
    .filter(({ key }) => !isPosted(issue, key));
  const stateEntry = given.pending.findLast(
    (entry) => entry.issue === issue.number && entry.action.kind !== 'comment',
  );
  const labels = bug === undefined ? { add: [], remove: [] } : labelChange(bug, issue.labels, setting.policy);
  const card = bug === undefined ? null : repairCard(context, setting, { bug, issue, state });
  const opened = stateEdit(stateEntry, issue, bug);
  const nothing = comments.length + labels.add.length + labels.remove.length === 0 && card === null;
  if (nothing && opened.state === undefined) return null;
  return {
    issue: issue.number,
    addLabels: labels.add,
    removeLabels: labels.remove,
    comments,
    ...(card === null ? {} : { card }),
    ...opened,
  };
}

/**
 * An open effect, or else what the ledger says: GitHub itself closes an issue when `Fixes #12` reaches the default
 * branch, which says nothing about the other environment.
 */
function stateEdit(
  entry: IssueEntry | undefined,
  issue: IssueFacts,
  bug: Bug | undefined,
): Pick<IssueEdit, 'state'> {
  if (entry?.action.kind === 'close_issue') return { state: { to: 'closed', as: entry.action.as } };
  const isClosedEarly = issue.state === 'closed' && bug !== undefined && !mayBeClosed(bug);
  return entry?.action.kind === 'reopen_issue' || isClosedEarly ? { state: { to: 'open' } } : {};
}

/** Own comments only: whoever copies the marker gets no card. */
function repairCard(
  context: Context,
  setting: Setting,
  { bug, issue, state }: { readonly bug: Bug; readonly issue: IssueFacts; readonly state: LedgerState },
): NonNullable<IssueEdit['card']> | null {
  const body = buildCard(context, setting, { bug, state });
  const known = cardOf(context.bookkeeping, bug);
  const found = issue.comments.find(
    (comment) => comment.isOwn && (comment.id === known || comment.body.startsWith(CARD_MARKER)),
  );
  if (found === undefined) {
    // Beyond the newest comments the card is taken to be there and right; it is rewritten with the next change.
    return known !== null && issue.hasOlderComments ? null : { commentId: null, body };
  }
  if (found.id !== known) context.bookkeeping.cards.set(bug.number, found.id);
  return isSameText(found.body, body) ? null : { commentId: found.id, body };
}

function isSameText(left: string, right: string): boolean {
  return withoutMarker(left) === withoutMarker(right);
}

function withoutMarker(text: string): string {
  return withoutMarks(text.replaceAll('\r\n', '\n')).trim();
}

/** An idle reconciliation writes nothing: reading the same hours again costs less than a commit. */
async function writeBooks(context: Context, setting: Setting): Promise<void> {
  const { bookkeeping } = context;
  await record(context, setting, (state) => {
    const from = state.watermark ?? firstWatermark(context.clock.nowMs());
    const read = moveWatermark(from, bookkeeping);
    const isFar = (key: ReadMark) => read[key] - from[key] >= UNWRITTEN_MS;
    if (!hasUnwritten(bookkeeping, state) && !isFar('readUpToMs') && !isFar('othersReadUpToMs'))
      return { writes: null, message: '', result: null };
    return { writes: {}, message: 'kept the books', result: null };
  });
}

/** Writes down what this process has done and read, if anything: at the end of a process. */
export async function closeBooks(context: Context): Promise<void> {
  if (!hasUnwritten(context.bookkeeping, await context.ledger.recent())) return;
  await writeBooks(context, await context.configuration.load());
}
