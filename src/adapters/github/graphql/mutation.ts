import type { GitHubClient } from '../client.ts';
import { GitHubFailure } from '../../../ports/github.ts';
import { runGraphql, type GraphqlAnswer, type GraphqlError } from './run.ts';

/** GraphQL type of the input, and what is read of the answer. */
const MUTATIONS = {
  addLabelsToLabelable: ['AddLabelsToLabelableInput!', 'clientMutationId'],
  removeLabelsFromLabelable: ['RemoveLabelsFromLabelableInput!', 'clientMutationId'],
  addComment: ['AddCommentInput!', 'commentEdge { node { id databaseId } }'],
  updateIssueComment: ['UpdateIssueCommentInput!', 'issueComment { id }'],
  closeIssue: ['CloseIssueInput!', 'clientMutationId'],
  reopenIssue: ['ReopenIssueInput!', 'clientMutationId'],
  createCheckRun: ['CreateCheckRunInput!', 'checkRun { id }'],
  updateCheckRun: ['UpdateCheckRunInput!', 'checkRun { id }'],
} as const;

export interface Mutation {
  readonly name: keyof typeof MUTATIONS;
  readonly input: Readonly<Record<string, unknown>>;
}

/** How a mutation went. */
export type MutationOutcome =
  | { readonly kind: 'done'; readonly answer: unknown }
  | { readonly kind: 'failed'; readonly error: GraphqlError };

/** Changes things on GitHub; mutations of the same turn of the event loop travel in one document. */
export interface MutationBatch {
  /**
   * Does mutations in their order, the others also after one that fails. The outcomes come in the same order.
   *
   * @throws GitHubFailure when nothing is known of any.
   */
  send(mutations: readonly Mutation[]): Promise<readonly MutationOutcome[]>;
}

/** Mutations of one document; GitHub does them one after the other and gives up after ten seconds. */
export const MUTATIONS_A_CALL = 30;

interface Waiting {
  readonly mutations: readonly Mutation[];
  readonly resolve: (outcomes: readonly MutationOutcome[]) => void;
  readonly reject: (error: unknown) => void;
}

/** A batch of changes. What was sent together stays together in one document. */
export function createMutationBatch(client: GitHubClient): MutationBatch {
  let waiting: Waiting[] = [];

  async function flush(): Promise<void> {
    const asked = waiting;
    waiting = [];
    for (const together of cutBySize(asked)) await sendTogether(client, together);
  }

  return {
    send: (mutations) =>
      new Promise((resolve, reject) => {
        if (waiting.length === 0) setImmediate(() => void flush());
        waiting.push({ mutations, resolve, reject });
      }),
  };
}

function cutBySize(asked: readonly Waiting[]): Waiting[][] {
  const documents: Waiting[][] = [];
  let size = Infinity;
  for (const each of asked) {
    if (size + each.mutations.length > MUTATIONS_A_CALL) {
      documents.push([]);
      size = 0;
    }
    documents.at(-1)?.push(each);
    size += each.mutations.length;
  }
  return documents;
}

async function sendTogether(client: GitHubClient, together: readonly Waiting[]): Promise<void> {
  let answer: GraphqlAnswer;
  try {
    answer = await runGraphql(client, 'edit', renderMutations(together.flatMap((each) => each.mutations)));
  } catch (error) {
    // GitHub refuses a whole document for one input that it does not understand; nothing of it was done then.
    const isRefused = error instanceof GitHubFailure && !error.retryable;
    if (isRefused && together.length > 1)
      return void (await Promise.all(together.map((each) => sendTogether(client, [each]))));
    for (const each of together) each.reject(error);
    return;
  }
  let from = 0;
  for (const { mutations, resolve } of together) {
    const first = from;
    resolve(mutations.map((_, index) => outcomeOf(answer, `m${first + index}`)));
    from += mutations.length;
  }
}

function outcomeOf({ data, errors }: GraphqlAnswer, alias: string): MutationOutcome {
  const error = errors.find(({ path }) => path?.[0] === alias);
  return error === undefined ? { kind: 'done', answer: data[alias] } : { kind: 'failed', error };
}

/** Writes one document for many mutations. */
export function renderMutations(mutations: readonly Mutation[]): {
  readonly query: string;
  readonly variables: Record<string, unknown>;
} {
  const declared = mutations.map(({ name }, index) => `$m${index}: ${MUTATIONS[name][0]}`);
  const fields = mutations.map(
    ({ name }, index) => `  m${index}: ${name}(input: $m${index}) { ${MUTATIONS[name][1]} }`,
  );
  return {
    query: `mutation TonicEdit(${declared.join(', ')}) {\n${fields.join('\n')}\n}`,
    variables: Object.fromEntries(mutations.map(({ input }, index) => [`m${index}`, input])),
  };
}
