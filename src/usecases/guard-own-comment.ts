import { hasRole, teamsOf, type Person } from '../domain/person.ts';
import { ENVIRONMENTS } from '../domain/policy.ts';
import { commentAlert } from '../domain/text/alert.ts';
import type { Setting } from '../ports/configuration.ts';
import type { IssueFacts } from '../ports/github.ts';
import { cardOf } from './bookkeeping.ts';
import { buildCard } from './build-card.ts';
import type { Context } from './context.ts';
import { isTold, raiseAlert } from './raise-alert.ts';
import { applyEdits } from './record.ts';

/** A comment of this system that somebody edited or deleted. */
export interface ChangedOwnComment {
  readonly issue: number;
  readonly id: number;
  readonly how: 'edited' | 'deleted';
  readonly by: Person;
}

/**
 * Handles what a person did to a comment of this system. Nothing in the ledger changes by it. A status card is put back
 * at once; what other comments said is in the ledger's history. Whoever is no admin is told of to the admins.
 */
export async function guardOwnComment(context: Context, changed: ChangedOwnComment): Promise<void> {
  const setting = await context.configuration.load();
  await putBackCard(context, setting, changed);
  await tellOf(context, setting, changed);
}

type Thread = Pick<IssueFacts, 'number' | 'comments'> & Partial<Pick<IssueFacts, 'ownDeletedBy'>>;

/** Whoever deleted own comments on the newest pull requests; travels with what else is being read. */
export async function readDeletions({ observer }: Context, { policy }: Setting): Promise<readonly Thread[]> {
  const bases = ENVIRONMENTS.map((name) => policy.environments[name].branch);
  const found = await observer.deletionsOnPulls(bases);
  return found.map((pull) => ({ ...pull, comments: [] }));
}

/**
 * Finds on issues and pull requests what was done to own comments though no webhook told of it; cards are put back by the
 * repair.
 */
export async function findChangedComments(
  context: Context,
  setting: Setting,
  threads: readonly Thread[],
): Promise<void> {
  for (const { number: issue, comments, ownDeletedBy = [] } of threads) {
    for (const { id, isOwn, editedBy: by } of comments) {
      if (isOwn && by !== null) await tellOf(context, setting, { issue, id, how: 'edited', by });
    }
    for (const by of ownDeletedBy) await tellOf(context, setting, { issue, id: null, how: 'deleted', by });
  }
}

async function tellOf(
  context: Context,
  setting: Setting,
  changed: Parameters<typeof commentAlert>[0],
): Promise<void> {
  const words = commentAlert(changed);
  if (isTold(context, words.key) || context.bookkeeping.byAdmins.has(words.key)) return;
  const standing = await context.members.standing(changed.by, teamsOf(setting.policy));
  if (hasRole({ person: changed.by, standing }, 'admin', setting.policy.roles))
    context.bookkeeping.byAdmins.add(words.key);
  else await raiseAlert(context, setting, words);
}

async function putBackCard(
  context: Context,
  setting: Setting,
  { issue, id, how }: ChangedOwnComment,
): Promise<void> {
  const state = await context.ledger.recent();
  const bug = state.bugs.get(issue);
  if (bug === undefined || cardOf(context.bookkeeping, bug) !== id) return;
  const body = buildCard(context, setting, { bug, state });
  await applyEdits(context, [{ issue, card: { commentId: how === 'deleted' ? null : id, body } }], []);
}
