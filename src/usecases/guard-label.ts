import { decideLabel, type LabelDecision } from '../domain/label-change.ts';
import { isShown, wantedLabels } from '../domain/label.ts';
import type { LedgerState } from '../domain/ledger.ts';
import { teamsOf, type Person } from '../domain/person.ts';
import type { Setting } from '../ports/configuration.ts';
import type { IssueFacts } from '../ports/github.ts';
import type { Context } from './context.ts';
import { record, type Intent } from './record.ts';
import { isBug, reportBug } from './report-bug.ts';

/** A label that somebody put on an issue or took off. */
export interface IncomingLabel {
  readonly issue: number;
  readonly action: 'labeled' | 'unlabeled';
  readonly label: string;
  readonly by: Person;
  /** GitHub's time of it. */
  readonly atMs: number;
}

/**
 * Handles a label that a person changed: takes over what is theirs to say, puts back what is the ledger's, with a
 * comment that says why and what to do instead. The bug label on an untracked issue begins to track it.
 */
export async function guardLabel(context: Context, incoming: IncomingLabel): Promise<void> {
  const setting = await context.configuration.load();
  // An issue that nobody has seen in the ledger is read together with the ledger below.
  const isKnown = context.ledger.seen()?.bugs.has(incoming.issue) === true;
  const recent = isKnown ? (await context.ledger.recent()).bugs.get(incoming.issue) : undefined;
  if (recent !== undefined && isShown(incoming, wantedLabels(recent, setting.policy))) return;
  const [state, issues] = await Promise.all([
    context.ledger.load(),
    context.observer.issues([incoming.issue]),
  ]);
  const [issue] = issues;
  // What is not there any more was put right already: webhooks come twice, and late.
  if (issue === undefined || !isThere(incoming, issue)) return;
  if (state.bugs.has(issue.number)) await takeLabel(context, setting, { issue, incoming });
  else if (isBug(issue.labels, setting)) await reportBug(context, setting, issue);
}

function isThere({ action, label }: IncomingLabel, { labels }: IssueFacts): boolean {
  const holds = labels.some((each) => each.toLowerCase() === label.toLowerCase());
  return holds === (action === 'labeled');
}

/** Takes a person's change of a label over, or back with a comment. `issue` is as it is now. */
export async function takeLabel(
  context: Context,
  setting: Setting,
  { issue, incoming }: { readonly issue: IssueFacts; readonly incoming: IncomingLabel },
): Promise<void> {
  const standing = await context.members.standing(incoming.by, teamsOf(setting.policy));
  const change = { ...incoming, standing };
  const { action, label, atMs } = incoming;
  const key = `label-${issue.number}-${action}-${context.hash(label).slice(0, 8)}-${atMs}`;
  const decision = await record(context, setting, (now) =>
    buildIntent(context, setting, { now, issue, change, key }),
  );
  if (decision.kind !== 'refused') return;
  const undo = incoming.action === 'labeled' ? 'removeLabels' : 'addLabels';
  await context.issues.apply([{ issue: issue.number, [undo]: [incoming.label] }]);
}

function buildIntent(
  context: Context,
  setting: Setting,
  given: {
    readonly now: LedgerState;
    readonly issue: IssueFacts;
    readonly change: Parameters<typeof decideLabel>[1];
    /** Names the comment, the same whoever tells of the change. */
    readonly key: string;
  },
): Intent<LabelDecision> {
  const { now, issue, change, key } = given;
  const bug = now.bugs.get(issue.number);
  const nowMs = context.clock.nowMs();
  const decision: LabelDecision =
    bug === undefined || isShown(change, wantedLabels(bug, setting.policy))
      ? { kind: 'ignored' }
      : decideLabel(bug, change, { present: issue.labels, policy: setting.policy, nowMs });
  if (decision.kind === 'ignored') return { writes: null, message: '', result: decision };
  const { message } = decision;
  const comment =
    message === null || now.outbox.has(key)
      ? []
      : [
          {
            id: key,
            issue: issue.number,
            createdAtMs: nowMs,
            action: { kind: 'comment' as const, body: message },
          },
        ];
  const isRecorded = decision.kind === 'recorded';
  return {
    writes: { bugs: isRecorded ? [decision.bug] : [], outbox: comment },
    message: `#${issue.number} ${change.action} by ${change.by.login}: ${isRecorded ? 'recorded' : decision.reason}`,
    result: decision,
  };
}
