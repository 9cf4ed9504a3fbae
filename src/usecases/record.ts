import { labelChange, statusLabel, wantedLabels } from '../domain/label.ts';
import {
  applyWrites,
  type IssueEntry,
  type LedgerState,
  type LedgerWrites,
  type OutboxEntry,
} from '../domain/ledger.ts';
import { withLeftovers } from '../domain/leftover.ts';
import { happenedIn } from '../domain/message/happened.ts';
import type { Bug } from '../domain/bug.ts';
import type { Policy } from '../domain/policy.ts';
import { STATUSES } from '../domain/status.ts';
import type { Setting } from '../ports/configuration.ts';
import { GitHubFailure, type IssueEdit } from '../ports/github.ts';
import { cardOf, settle, withBookkeeping } from './bookkeeping.ts';
import { buildCard, shownBugs } from './build-card.ts';
import type { Context } from './context.ts';
import { isForIssue, sayOnPulls } from './say-on-pulls.ts';
import { showCandidates } from './show-candidates.ts';
import { withLedgerMarks } from './ledger-mark.ts';
import { tellWithGates } from './gate/gate-changed.ts';

/** An intent with nothing to write says so by `writes: null`. */
export interface Intent<T> {
  readonly writes: LedgerWrites | null;
  readonly message: string;
  readonly result: T;
}

interface Recorded<T> {
  readonly result: T;
  readonly before: LedgerState;
  readonly writes: LedgerWrites | null;
}

/** A bug on both sides of a commit. */
interface ChangedBug {
  readonly bug: Bug;
  /** `undefined`: the commit is the first that has it. */
  readonly before: Bug | undefined;
}

/**
 * Writes an intent to the ledger and then makes GitHub show it: labels and cards of the bugs that changed, and the
 * outbox entries that came with them. The effects follow the commit; what of them fails is found again in the
 * outbox or by the next reconciliation, so a failure here is logged and not thrown.
 */
export async function record<T>(
  context: Context,
  setting: Setting,
  intent: (state: LedgerState) => Intent<T>,
): Promise<T> {
  if (context.bookkeeping.distrust !== null) throw context.bookkeeping.distrust;
  const recorded = await context.ledger.update<Recorded<T>>((before) => {
    const { writes, message, result } = intent(before);
    const complete = writes === null ? null : completeWrites(context, setting, { before, writes });
    return { writes: complete, message, result: { result, before, writes: complete } };
  });
  if (recorded.writes !== null) {
    const after = applyWrites(recorded.before, recorded.writes);
    settle(context.bookkeeping, after);
    await show(context, setting, { before: recorded.before, after, writes: recorded.writes });
  }
  return recorded.result;
}

/** Adds what rides on every commit: what it leaves on branches, what this process has done since, whom it concerns. */
function completeWrites(
  { bookkeeping, clock }: Context,
  { policy, calendar }: Setting,
  { before, writes: intended }: { readonly before: LedgerState; readonly writes: LedgerWrites },
): LedgerWrites {
  const nowMs = clock.nowMs();
  const writes = withLeftovers(before, intended);
  const messages = happenedIn({ before, writes, calendar, nowMs }, policy.notify);
  const told =
    messages.length === 0 ? writes : { ...writes, outbox: [...(writes.outbox ?? []), ...messages] };
  return withBookkeeping(bookkeeping, before, { writes: told, nowMs });
}

async function show(
  context: Context,
  setting: Setting,
  {
    before,
    after,
    writes,
  }: { readonly before: LedgerState; readonly after: LedgerState; readonly writes: LedgerWrites },
): Promise<void> {
  const edits = new Map<number, IssueEdit>();
  for (const number of shownBugs({ before, after, writes })) {
    const bug = after.bugs.get(number);
    const edit =
      bug === undefined
        ? null
        : buildEdit(context, setting, { bug, before: before.bugs.get(number), states: { before, after } });
    if (edit !== null) edits.set(number, edit);
  }
  const entries = (writes.outbox ?? []).filter(isForIssue);
  for (const entry of entries) edits.set(entry.issue, addEntry(edits.get(entry.issue), entry));
  const all = [...edits.values()];
  const telling = {
    prepare: () => context.issues.prepare(neededFor(all)),
    // Asked for together, both travel in one call.
    tell: async () =>
      void (await Promise.all([
        applyEdits(context, all, entries),
        sayOnPulls(context, writes.outbox ?? []),
        showCandidates(context, setting, { before, after }),
      ])),
  };
  await tellWithGates(context, setting, { step: { before, after, writes }, telling });
}

function neededFor(edits: readonly IssueEdit[]): Parameters<Context['issues']['prepare']>[0] {
  const labels = edits.flatMap(({ addLabels = [], removeLabels = [] }) => [...addLabels, ...removeLabels]);
  return { labels: [...new Set(labels)], issues: edits.map(({ issue }) => issue) };
}

function buildEdit(
  context: Context,
  setting: Setting,
  changed: ChangedBug & { readonly states: Record<'before' | 'after', LedgerState> },
): IssueEdit | null {
  const { bug, before, states } = changed;
  const labels = changedLabels(changed, setting.policy);
  const body = buildCard(context, setting, { bug, state: states.after });
  const isCurrent =
    before !== undefined && buildCard(context, setting, { bug: before, state: states.before }) === body;
  const nothing = labels.add.length === 0 && labels.remove.length === 0 && isCurrent;
  if (nothing) return null;
  return {
    issue: bug.number,
    addLabels: labels.add,
    removeLabels: labels.remove,
    ...(isCurrent ? {} : { card: { commentId: cardOf(context.bookkeeping, bug), body } }),
  };
}

/** From what the ledger said before; the issue itself is compared when it is reconciled. */
function changedLabels({ bug, before }: ChangedBug, policy: Policy): { add: string[]; remove: string[] } {
  return before === undefined
    ? { add: wantedLabels(bug, policy), remove: [] }
    : labelChange(bug, wantedLabels(before, policy), policy);
}

function addEntry(edit: IssueEdit | undefined, { id, issue, action }: IssueEntry): IssueEdit {
  const base = edit ?? { issue };
  switch (action.kind) {
    case 'comment':
      return { ...base, comments: [...(base.comments ?? []), { key: id, body: action.body, isNew: true }] };
    case 'close_issue':
      return { ...base, state: { to: 'closed', as: action.as } };
    case 'reopen_issue':
      return { ...base, state: { to: 'open' } };
    default:
      return action satisfies never;
  }
}

/** Applies edits and keeps book of what was done. */
export async function applyEdits(
  context: Context,
  edits: readonly IssueEdit[],
  entries: readonly OutboxEntry[],
): Promise<void> {
  if (edits.length === 0) return;
  try {
    const state = context.ledger.seen();
    const cards = await context.issues.apply(edits.map((edit) => withLedgerMarks(edit, state)));
    for (const entry of entries) context.bookkeeping.struck.add(entry.id);
    for (const [issue, commentId] of cards) {
      context.bookkeeping.cards.set(issue, commentId);
      await pinCard(context, issue, commentId);
    }
  } catch (error) {
    context.log.error('effects failed; the next reconciliation does them', {
      issues: edits.map((edit) => edit.issue),
      error: error instanceof Error ? error.message : String(error),
    });
  }
}

/** A card that is not pinned is a card all the same. */
async function pinCard(context: Context, issue: number, commentId: number): Promise<void> {
  try {
    await context.issues.pinComment(commentId);
  } catch (error) {
    if (!(error instanceof GitHubFailure)) throw error;
    context.log.warn('the status card could not be pinned', { issue, error: error.message });
  }
}

/** Reads ahead what a slot's edits will need, together with whatever is being read. */
export async function prepareEdits(context: Context, changedSinceMs?: number): Promise<void> {
  const labels = STATUSES.map(({ name }) => statusLabel(name));
  await context.issues.prepare({ labels, ...(changedSinceMs === undefined ? {} : { changedSinceMs }) });
}
