import { isFinal } from '../domain/status.ts';
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
  if (bug === undefined || isFinal(bug.status, bug.flow)) return;
  const setting = await context.configuration.load();
  const entry = { issue: bug.number, createdAtMs: context.clock.nowMs() };
  await record(context, setting, (now) => {
    const current = now.bugs.get(bug.number);
    const id = `reopen-${bug.number}-${changed.atMs}`;
    if (current === undefined || isFinal(current.status, current.flow) || now.outbox.has(id))
      return { writes: null, message: '', result: null };
    const reopen = {
      ...entry,
      id,
      action: { kind: 'reopen_issue' as const },
    };
    const body = `This bug is still \`${current.status}\`, so the issue stays open until its way is over. An admin ends it with \`/close <reason>\` or \`/reject <reason>\`.`;
    const explain = {
      ...entry,
      id: `reopened-${bug.number}-${changed.atMs}`,
      action: { kind: 'comment' as const, body },
    };
    return {
      writes: { outbox: [reopen, explain] },
      message: `#${bug.number} reopened: it is ${current.status}`,
      result: null,
    };
  });
}
