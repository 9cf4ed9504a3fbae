import { GitHubFailure, type IssueEdit, type Issues } from '../../ports/github.ts';
import type { GitHubContext } from './client.ts';
import { CARD_KEY } from '../../domain/text/comment-mark.ts';
import type { GraphqlBatch } from './graphql/batch.ts';
import { MUTATIONS_A_CALL, type MutationBatch } from './graphql/mutation.ts';
import { fieldFailure, type GraphqlError } from './graphql/run.ts';
import { mayPost, stepsOf } from './issue-edit.ts';
import { mutationOf, sendSteps, type IssueStep } from './issue-mutation.ts';
import { askIssue } from './issue-reader.ts';
import { doByRest } from './issue-rest.ts';
import type { KnownIds } from './known-id.ts';
import { askLabel } from './label.ts';

/** What an issue writer reads and writes with. */
export interface IssueDesk {
  readonly batch: GraphqlBatch;
  readonly mutations: MutationBatch;
  readonly known: KnownIds;
}

interface Writing extends IssueDesk {
  readonly context: GitHubContext;
  readonly cards: Map<number, number>;
  readonly failures: unknown[];
}

/**
 * Does edits of many issues in one call for every {@link MUTATIONS_A_CALL} steps, and one before for what has to be known
 * first. An issue that is gone is left out; after a failure the others are still done, then it is thrown.
 */
export function createIssueWriter(context: GitHubContext, desk: IssueDesk): Pick<Issues, 'apply'> {
  return {
    apply: async (edits) => {
      const writing: Writing = { context, ...desk, cards: new Map(), failures: [] };
      await learnFor(writing, edits);
      for (const together of cutBySteps(edits, desk.known)) await applyTogether(writing, together);
      const [failure] = writing.failures;
      if (failure !== undefined) throw failure;
      return writing.cards;
    },
  };
}

/** Reads, in one call, node ids that are not known and what was said on issues that get a comment. */
async function learnFor({ batch, known }: Writing, edits: readonly IssueEdit[]): Promise<void> {
  const issues = edits.filter(
    (edit) => !known.issues.has(edit.issue) || (mayPost(edit) && known.saidOn(edit.issue) === null),
  );
  const labels = edits
    .flatMap(({ addLabels = [], removeLabels = [] }) => [...addLabels, ...removeLabels])
    .filter((label) => !known.labels.has(label.toLowerCase()));
  await Promise.all([
    ...[...new Set(issues.map(({ issue }) => issue))].map((issue) => askIssue(batch, known, issue)),
    ...[...new Set(labels)].map((label) => askLabel(batch, known, label)),
  ]);
}

function cutBySteps(edits: readonly IssueEdit[], known: KnownIds): IssueEdit[][] {
  const calls: IssueEdit[][] = [];
  let steps = Infinity;
  for (const edit of edits) {
    const own = stepsOf(edit, known).length;
    if (steps + own > MUTATIONS_A_CALL) {
      calls.push([]);
      steps = 0;
    }
    calls.at(-1)?.push(edit);
    steps += own;
  }
  return calls;
}

async function applyTogether(writing: Writing, edits: readonly IssueEdit[]): Promise<void> {
  try {
    await doSteps(writing, edits);
  } catch (error) {
    if (!isUncertain(error)) throw error;
    // All, some or nothing was done. Looking first makes it safe to do it again.
    for (const { issue } of edits) writing.known.forget(issue);
    const again = edits.map((edit) => withoutNews(edit));
    await learnFor(writing, again);
    await doSteps(writing, again);
  }
}

/** Nothing is new once it may have been done. */
function withoutNews(edit: IssueEdit): IssueEdit {
  const comments = (edit.comments ?? []).map(({ key, body }) => ({ key, body }));
  return { ...edit, comments };
}

function isUncertain(error: unknown): boolean {
  if (!(error instanceof GitHubFailure) || !error.retryable) return false;
  return error.status === null || error.status >= 500;
}

async function doSteps(writing: Writing, edits: readonly IssueEdit[]): Promise<void> {
  const { context, known } = writing;
  const present = edits.filter(({ issue }) => known.issues.has(issue));
  for (const { issue } of edits) if (!known.issues.has(issue)) warnOfGone(context, issue);
  const steps = present.flatMap((edit) =>
    stepsOf(edit, known).map((step): IssueStep => ({ issue: edit.issue, step })),
  );
  const batched = steps.flatMap((at) => {
    const mutation = mutationOf(at, known);
    return mutation === null ? [] : [{ at, mutation }];
  });
  const mutations = batched.map(({ mutation }) => mutation);
  const outcomes = mutations.length === 0 ? [] : await sendSteps(writing.mutations, mutations, known);
  for (const [index, { at }] of batched.entries()) {
    const outcome = outcomes[index];
    if (outcome?.kind === 'failed') await mend(writing, at, outcome.error);
    else note(writing, at, outcome?.commentId ?? null);
  }
  const done = new Set(batched.map(({ at }) => at));
  for (const at of steps.filter((each) => !done.has(each))) await doSingly(writing, at);
}

/** A node id that names nothing any more, or a state that is already there: REST takes the number and says more. */
async function mend(writing: Writing, at: IssueStep, error: GraphqlError): Promise<void> {
  if (error.type !== 'NOT_FOUND' && error.type !== 'UNPROCESSABLE') {
    writing.failures.push(fieldFailure('edit issues', error));
    return;
  }
  forgetIds(writing.known, at);
  await doSingly(writing, at);
}

function forgetIds(known: KnownIds, { step }: IssueStep): void {
  if (step.kind === 'rewrite_card') known.comments.delete(step.commentId);
  if (step.kind === 'add_labels' || step.kind === 'remove_labels') {
    for (const label of step.labels) known.labels.delete(label.toLowerCase());
  }
}

async function doSingly(writing: Writing, at: IssueStep): Promise<void> {
  try {
    note(writing, at, await doByRest(writing.context, at));
  } catch (error) {
    const isGone = error instanceof GitHubFailure && (error.status === 404 || error.status === 410);
    if (!isGone) {
      writing.failures.push(error);
      return;
    }
    writing.known.issues.delete(at.issue);
    warnOfGone(writing.context, at.issue);
  }
}

function warnOfGone({ log }: GitHubContext, issue: number): void {
  log.warn('an issue to edit is gone', { issue });
}

/** Remembers which comment carries the card, or a key. */
function note({ known, cards }: Writing, { issue, step }: IssueStep, posted: number | null): void {
  if (step.kind === 'rewrite_card' && step.isFound) cards.set(issue, step.commentId);
  if (posted === null) return;
  const key = step.kind === 'post_comment' ? step.key : CARD_KEY;
  known.noteSaid(issue, key, posted);
  if (key === CARD_KEY) cards.set(issue, posted);
}
