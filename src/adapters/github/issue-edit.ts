import type { IssueEdit } from '../../ports/github.ts';
import { CARD_KEY } from '../../domain/text/comment-mark.ts';
import { markedBody } from './comment-body.ts';
import type { KnownIds, Said } from './known-id.ts';

/** One thing to do to one issue. */
export type EditStep =
  | { readonly kind: 'add_labels'; readonly labels: readonly string[] }
  | { readonly kind: 'remove_labels'; readonly labels: readonly string[] }
  | { readonly kind: 'post_comment'; readonly key: string; readonly body: string }
  | {
      readonly kind: 'rewrite_card';
      readonly commentId: number;
      readonly body: string;
      /** The asker does not know of this card yet. */
      readonly isFound: boolean;
    }
  | { readonly kind: 'reopen' }
  | { readonly kind: 'close'; readonly as: 'completed' | 'not_planned' };

/**
 * The steps of an edit, in the order in which people read them: labels, card, comments, open or closed.
 *
 * Left out is what this system has said before: a card that is there is rewritten, and a comment whose key is
 * there is not posted again.
 */
export function stepsOf(edit: IssueEdit, known: KnownIds): EditStep[] {
  const { addLabels = [], removeLabels = [], comments = [], state } = edit;
  const said = known.saidOn(edit.issue);
  const steps: EditStep[] = [];
  if (addLabels.length > 0) steps.push({ kind: 'add_labels', labels: addLabels });
  // A label that the repository does not have is on no issue.
  const present = removeLabels.filter((label) => known.labels.has(label.toLowerCase()));
  if (present.length > 0) steps.push({ kind: 'remove_labels', labels: present });
  if (edit.card !== undefined) steps.push(cardStep(edit.card, said));
  const unsaid = comments.filter(({ key }) => said?.keys.has(key) !== true);
  for (const { key, body } of unsaid) steps.push({ kind: 'post_comment', key, body: markedBody(key, body) });
  if (state !== undefined) steps.push(stateStep(state));
  return steps;
}

function stateStep(state: NonNullable<IssueEdit['state']>): EditStep {
  return state.to === 'open' ? { kind: 'reopen' } : { kind: 'close', as: state.as };
}

function cardStep(card: NonNullable<IssueEdit['card']>, said: Said | null): EditStep {
  const body = markedBody(CARD_KEY, card.body);
  const commentId = card.commentId ?? said?.keys.get(CARD_KEY) ?? null;
  if (commentId === null) return { kind: 'post_comment', key: CARD_KEY, body };
  return { kind: 'rewrite_card', commentId, body, isFound: card.commentId === null };
}

/** Tells whether the edit may post something that is there already, so that what is there has to be known first. */
export function mayPost({ card, comments = [] }: IssueEdit): boolean {
  return (
    comments.some((comment) => comment.isNew !== true) || (card !== undefined && card.commentId === null)
  );
}
