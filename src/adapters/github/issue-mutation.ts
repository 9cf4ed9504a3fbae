import { z } from 'zod';
import type { GitHubContext } from './client.ts';
import { runGraphql, type GraphqlError } from './graphql/run.ts';
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

interface Mutation {
  readonly name: keyof typeof INPUT_TYPES;
  readonly input: Readonly<Record<string, unknown>>;
}

const INPUT_TYPES = {
  addLabelsToLabelable: 'AddLabelsToLabelableInput!',
  removeLabelsFromLabelable: 'RemoveLabelsFromLabelableInput!',
  addComment: 'AddCommentInput!',
  updateIssueComment: 'UpdateIssueCommentInput!',
  closeIssue: 'CloseIssueInput!',
  reopenIssue: 'ReopenIssueInput!',
} as const;

const SELECTIONS = {
  addLabelsToLabelable: 'clientMutationId',
  removeLabelsFromLabelable: 'clientMutationId',
  addComment: 'commentEdge { node { id databaseId } }',
  updateIssueComment: 'issueComment { id }',
  closeIssue: 'clientMutationId',
  reopenIssue: 'clientMutationId',
} as const;

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

/** Writes one document for many mutations. GitHub does them one after the other and goes on after one that fails. */
export function renderMutations(mutations: readonly Mutation[]): {
  readonly query: string;
  readonly variables: Record<string, unknown>;
} {
  const declared = mutations.map(({ name }, index) => `$m${index}: ${INPUT_TYPES[name]}`);
  const fields = mutations.map(
    ({ name }, index) => `  m${index}: ${name}(input: $m${index}) { ${SELECTIONS[name]} }`,
  );
  return {
    query: `mutation TonicEdit(${declared.join(', ')}) {\n${fields.join('\n')}\n}`,
    variables: Object.fromEntries(mutations.map(({ input }, index) => [`m${index}`, input])),
  };
}

/** Does steps in one call; the outcomes come in the steps' order. @throws GitHubFailure when nothing is known of any. */
export async function sendSteps(
  context: GitHubContext,
  steps: readonly { readonly at: IssueStep; readonly mutation: Mutation }[],
  known: KnownIds,
): Promise<StepOutcome[]> {
  const document = renderMutations(steps.map(({ mutation }) => mutation));
  const { data, errors } = await runGraphql(context.client, 'edit issues', document);
  return steps.map((_, index) => {
    const alias = `m${index}`;
    const error = errors.find(({ path }) => path?.[0] === alias);
    if (error !== undefined) return { kind: 'failed', error };
    const posted = POSTED.safeParse(data[alias]);
    if (!posted.success) return { kind: 'done', commentId: null };
    const { id, databaseId } = posted.data.commentEdge.node;
    known.comments.set(databaseId, id);
    return { kind: 'done', commentId: databaseId };
  });
}

const POSTED = z.object({
  commentEdge: z.object({ node: z.object({ id: z.string(), databaseId: z.int() }) }),
});
