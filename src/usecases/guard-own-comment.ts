import { hasRole, type Person } from '../domain/person.ts';
import { commentAlert } from '../domain/text/alert.ts';
import { renderCard } from '../domain/text/card.ts';
import type { Setting } from '../ports/configuration.ts';
import { cardOf } from './bookkeeping.ts';
import { teamsOf } from './carry-out.ts';
import type { Context } from './context.ts';
import { raiseAlert } from './raise-alert.ts';
import { applyEdits } from './record.ts';

/** A comment of this system that a person edited or deleted. */
export interface ChangedOwnComment {
  readonly issue: number;
  readonly id: number;
  readonly how: 'edited' | 'deleted';
  readonly by: Person;
}

/**
 * Handles what a person did to a comment of this system. Nothing in the ledger changes by it. A status card is put back
 * at once; what other comments said is in the ledger's history. Whoever is no admin is told of to the admins, once a
 * comment.
 */
export async function guardOwnComment(context: Context, changed: ChangedOwnComment): Promise<void> {
  const setting = await context.configuration.load();
  const isPutBack = await putBackCard(context, setting, changed);
  const standing = await context.members.standing(changed.by, teamsOf(setting));
  if (hasRole({ person: changed.by, standing }, 'admin', setting.policy.roles)) return;
  await raiseAlert(context, setting, commentAlert({ ...changed, isPutBack }));
}

async function putBackCard(
  context: Context,
  setting: Setting,
  { issue, id, how }: ChangedOwnComment,
): Promise<boolean> {
  const bug = (await context.ledger.recent()).bugs.get(issue);
  if (bug === undefined || cardOf(context.bookkeeping, bug) !== id) return false;
  const body = renderCard({ bug, ...setting, nowMs: context.clock.nowMs() });
  await applyEdits(context, [{ issue, card: { commentId: how === 'deleted' ? null : id, body } }], []);
  return true;
}
