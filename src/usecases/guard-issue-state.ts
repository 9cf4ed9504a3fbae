import { lacksNote, mayBeClosed } from '../domain/hotfix.ts';
import { REOPENED_WITHOUT_NOTE } from '../domain/text/hotfix.ts';
import type { Setting } from '../ports/configuration.ts';
import type { IssueFacts } from '../ports/github.ts';
import type { Context } from './context.ts';
import { record } from './record.ts';

/**
 * Handles an issue that a person closed outside of the commands: a bug that is still on its way is opened again, with
 * a word on how to end it.
 */
export async function guardIssueState(
  context: Context,
  changed: {
    readonly issue: number;
    readonly to: 'closed' | 'open';
    readonly atMs: number;
  },
): Promise<void> {
  if (changed.to === 'open') return;
  const [state, [issue]] = await Promise.all([
    context.ledger.load(),
    context.observer.issues([changed.issue]),
  ]);
  // It was opened again already: webhooks come twice, and late.
  if (issue?.state !== 'closed') return;
  const bug = state.bugs.get(changed.issue);
  if (bug === undefined || mayBeClosed(bug)) return;
  await reopen(context, await context.configuration.load(), { bug: bug.number, closedAtMs: changed.atMs });
}

/**
 * Finds issues of bugs on their way that somebody closed though no webhook said so. What this system itself closed, as
 * GitHub does in its name when a fix reaches the default branch, is opened again by the repair without a word. Gives the
 * issues as they are then.
 */
export async function reopenClosed(
  context: Context,
  setting: Setting,
  issues: readonly IssueFacts[],
): Promise<readonly IssueFacts[]> {
  const { bugs } = await context.ledger.recent();
  const closed = issues.filter(({ number, closed: closing }) => {
    const bug = bugs.get(number);
    return bug !== undefined && !mayBeClosed(bug) && closing !== null && closing.by !== null;
  });
  for (const { number: bug, closed: closing } of closed)
    if (closing !== null) await reopen(context, setting, { bug, closedAtMs: closing.atMs });
  return issues.map((issue) => (closed.includes(issue) ? { ...issue, state: 'open', closed: null } : issue));
}

/** Once a closing, whoever tells of it. */
async function reopen(
  context: Context,
  setting: Setting,
  { bug: number, closedAtMs }: { readonly bug: number; readonly closedAtMs: number },
): Promise<void> {
  const entry = { issue: number, createdAtMs: context.clock.nowMs() };
  await record(context, setting, (now) => {
    const current = now.bugs.get(number);
    const id = `reopen-${number}-${closedAtMs}`;
    if (current === undefined || mayBeClosed(current) || now.outbox.has(id))
      return { writes: null, message: '', result: null };
    const reopen = {
      ...entry,
      id,
      action: { kind: 'reopen_issue' as const },
    };
    const body = lacksNote(current)
      ? REOPENED_WITHOUT_NOTE
      : `This bug is still \`${current.status}\`, so the issue stays open until its way is over. An admin ends it with \`/close <reason>\` or \`/reject <reason>\`.`;
    const explain = {
      ...entry,
      id: `reopened-${number}-${closedAtMs}`,
      action: { kind: 'comment' as const, body },
    };
    return {
      writes: { outbox: [reopen, explain] },
      message: `#${number} reopened: it is ${current.status}`,
      result: null,
    };
  });
}
