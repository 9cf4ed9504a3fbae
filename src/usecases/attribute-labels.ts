import type { Bug } from '../domain/bug.ts';
import { differingLabels } from '../domain/label.ts';
import type { Setting } from '../ports/configuration.ts';
import type { IssueFacts, LabelEvent } from '../ports/github.ts';
import type { Context } from './context.ts';
import { takeLabel, type IncomingLabel } from './guard-label.ts';

/**
 * Finds out who made an issue's labels differ from the ledger, and treats it as if the webhook had come: what is a
 * person's to say is taken over, the rest is put back with a word. What no person did since `sinceMs` is left to the
 * repair. One call for each issue that differs, none for others.
 */
export async function attributeLabels(
  context: Context,
  setting: Setting,
  given: { readonly issue: IssueFacts; readonly bug: Bug; readonly sinceMs: number },
): Promise<void> {
  const { issue, bug, sinceMs } = given;
  const differing = differingLabels(bug, issue.labels, setting.policy);
  if (differing.length === 0) return;
  const events = await context.observer.labelEvents(issue.number);
  // What was put on goes first: what it took the place of is no loss then.
  for (const { label, action } of differing) {
    const event = events.findLast((each) => isAbout(each, label) && each.action === action);
    const isSince = event !== undefined && event.atMs >= sinceMs;
    if (!isSince || event.by === null) continue;
    const incoming: IncomingLabel = { ...event, by: event.by, issue: issue.number };
    await takeLabel(context, setting, { issue, incoming });
  }
}

function isAbout(event: LabelEvent, label: string): boolean {
  return event.label.toLowerCase() === label.toLowerCase();
}
