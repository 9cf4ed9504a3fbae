import { z } from 'zod';
import type { Mutation, MutationBatch } from './graphql/mutation.ts';
import type { GraphqlError } from './graphql/run.ts';
import type { EditStep } from './issue-edit.ts';
import type { KnownIds } from './known-id.ts';

/** A step on its issue. */
export interface IssueStep {
  readonly issue: number;
  readonly step: EditStep;
}

/** How a step went. */
export type StepOutcome =
  | { readonly kind: 'done'; readonly commentId: number | null }
  | { readonly kind: 'failed'; readonly error: GraphqlError };

/** A step as a mutation; `null` when a node id is missing, and REST has to do it. */
export function mutationOf({ issue, step }: IssueStep, known: KnownIds): Mutation | null {
  const issueId = known.issues.get(issue);
  if (issueId === undefined) return null;
  switch (step.kind) {
    case 'add_labels':
    case 'remove_labels':
      return labelMutation(step, issueId, known);
    case 'post_comment':
      return { name: 'addComment', input: { subjectId: issueId, body: step.body } };
    case 'rewrite_card': {
      const id = known.comments.get(step.commentId);
      return id === undefined ? null : { name: 'updateIssueComment', input: { id, body: step.body } };
    }
    case 'close':
      return { name: 'closeIssue', input: { issueId, stateReason: step.as.toUpperCase() } };
    case 'reopen':
      return { name: 'reopenIssue', input: { issueId } };
  }
  return null;
}

function labelMutation(
  { kind, labels }: Extract<EditStep, { readonly labels: readonly string[] }>,
  labelableId: string,
  known: KnownIds,
): Mutation | null {
  const ids = labels.map((label) => known.labels.get(label.toLowerCase()));
  const labelIds = ids.filter((id) => id !== undefined);
  const name = kind === 'add_labels' ? 'addLabelsToLabelable' : 'removeLabelsFromLabelable';
  return labelIds.length < labels.length ? null : { name, input: { labelableId, labelIds } };
}

/** Does steps in one call; the outcomes come in the steps' order. @throws GitHubFailure when nothing is known of any. */
export async function sendSteps(
  batch: MutationBatch,
  mutations: readonly Mutation[],
  known: KnownIds,
): Promise<StepOutcome[]> {
  const outcomes = await batch.send(mutations);
  return outcomes.map((outcome) => {
    if (outcome.kind === 'failed') return outcome;
    const posted = POSTED.safeParse(outcome.answer);
    if (!posted.success) return { kind: 'done', commentId: null };
    const { id, databaseId } = posted.data.commentEdge.node;
    known.comments.set(databaseId, id);
    return { kind: 'done', commentId: databaseId };
  });
}

const POSTED = z.object({
  commentEdge: z.object({ node: z.object({ id: z.string(), databaseId: z.int() }) }),
});
