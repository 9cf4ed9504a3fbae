import { z } from 'zod';

// What is selected and how it is read, side by side. An answer of another shape is refused, never guessed at; the
// selections themselves are held against GitHub's published schema by a test.

/** What is read of an account. Source: GraphQL gives bots their login without the `[bot]` that REST has. */
export const ACTOR = z.object({
  __typename: z.string(),
  login: z.string(),
  databaseId: z.int().nullish(),
});
export type ActorAnswer = z.infer<typeof ACTOR>;

export const COMMENT = z.object({
  id: z.string(),
  databaseId: z.int().nullable(),
  body: z.string(),
  createdAt: z.string(),
  updatedAt: z.string(),
  lastEditedAt: z.string().nullable(),
  editor: ACTOR.nullable(),
  author: ACTOR.nullable(),
});
export type CommentAnswer = z.infer<typeof COMMENT>;

export const DELETIONS = z.object({
  nodes: z.array(z.object({ actor: ACTOR.nullable(), deletedCommentAuthor: ACTOR.nullable() })),
});
export type DeletionsAnswer = z.infer<typeof DELETIONS>;

export const ISSUE = z.object({
  id: z.string(),
  number: z.int(),
  title: z.string(),
  body: z.string(),
  state: z.enum(['OPEN', 'CLOSED']),
  createdAt: z.string(),
  updatedAt: z.string(),
  author: ACTOR.nullable(),
  labels: z.object({ nodes: z.array(z.object({ id: z.string(), name: z.string() })) }).nullable(),
  comments: z.object({ pageInfo: z.object({ hasPreviousPage: z.boolean() }), nodes: z.array(COMMENT) }),
  deletions: DELETIONS,
  closings: z.object({ nodes: z.array(z.object({ actor: ACTOR.nullable(), createdAt: z.string() })) }),
});
export type IssueAnswer = z.infer<typeof ISSUE>;

/** One page of a list. */
export interface Page<T> {
  readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string | null };
  readonly nodes: readonly T[];
}

/** Reads one page of a list. */
export function pageOf<T>(node: z.ZodType<T>): z.ZodType<Page<T>> {
  return z.object({
    pageInfo: z.object({ hasNextPage: z.boolean(), endCursor: z.string().nullable() }),
    nodes: z.array(node),
  });
}

const CHECK = z.discriminatedUnion('__typename', [
  z.object({
    __typename: z.literal('CheckRun'),
    id: z.string(),
    name: z.string(),
    status: z.string(),
    conclusion: z.string().nullable(),
    externalId: z.string().nullable(),
    url: z.string(),
    annotations: z.object({ totalCount: z.int() }).nullable(),
    checkSuite: z.object({ app: z.object({ databaseId: z.int().nullable(), slug: z.string() }).nullable() }),
  }),
  z.object({
    __typename: z.literal('StatusContext'),
    context: z.string(),
    state: z.string(),
    targetUrl: z.string().nullable(),
    creator: ACTOR.nullable(),
  }),
]);
export type CheckAnswer = z.infer<typeof CHECK>;
export const CHECK_PAGE = pageOf(CHECK);
export const COMMIT_PAGE = pageOf(z.object({ commit: z.object({ oid: z.string() }) }));

const REVIEW = z.object({
  databaseId: z.int().nullable(),
  state: z.string(),
  body: z.string(),
  submittedAt: z.string().nullable(),
  authorCanPushToRepository: z.boolean(),
  author: ACTOR.nullable(),
  commit: z.object({ oid: z.string() }).nullable(),
});
export type ReviewAnswer = z.infer<typeof REVIEW>;

export const PULL = z.object({
  number: z.int(),
  title: z.string(),
  body: z.string(),
  state: z.enum(['OPEN', 'CLOSED', 'MERGED']),
  isDraft: z.boolean(),
  updatedAt: z.string(),
  baseRefName: z.string(),
  headRefName: z.string(),
  isCrossRepository: z.boolean(),
  headRefOid: z.string(),
  author: ACTOR.nullable(),
  mergeCommit: z.object({ oid: z.string() }).nullable(),
  mergedAt: z.string().nullable(),
  turns: z.object({ nodes: z.array(z.object({ createdAt: z.string() })) }),
  commits: COMMIT_PAGE,
  latestOpinionatedReviews: pageOf(REVIEW).nullable(),
  statusCheckRollup: z.object({ contexts: CHECK_PAGE }).nullable(),
});
export type PullAnswer = z.infer<typeof PULL>;

export const DEPLOYMENT = z.object({
  databaseId: z.int().nullable(),
  commitOid: z.string(),
  createdAt: z.string(),
  task: z.string().nullable(),
  /** JSON as text. */
  payload: z.string().nullable(),
  creator: ACTOR.nullable(),
  latestStatus: z.object({ state: z.string(), logUrl: z.string().nullish() }).nullable(),
  /** Newest first. */
  statuses: z.object({ nodes: z.array(z.object({ state: z.string() })) }).nullable(),
});
export type DeploymentAnswer = z.infer<typeof DEPLOYMENT>;

/** Empty for an object that is no blob. */
export const BLOB = z.object({
  oid: z.string().optional(),
  text: z.string().nullish(),
  isBinary: z.boolean().nullish(),
  isTruncated: z.boolean().optional(),
});
export type BlobAnswer = z.infer<typeof BLOB>;

/** A folder with the content of its files. */
export const BLOB_FOLDER = z.object({
  entries: z.array(z.object({ object: BLOB.nullable() })).nullish(),
});

const LEDGER_COMMIT = z.object({
  oid: z.string(),
  messageBody: z.string(),
  parents: z.object({ nodes: z.array(z.object({ oid: z.string() })) }),
  author: z
    .object({
      email: z.string().nullable(),
      user: z.object({ login: z.string() }).nullable(),
    })
    .nullable(),
  signature: z.object({ isValid: z.boolean(), wasSignedByGitHub: z.boolean() }).nullable(),
});
export type LedgerCommitAnswer = z.infer<typeof LEDGER_COMMIT>;
export const LEDGER_HISTORY = pageOf(LEDGER_COMMIT);

const TREE_ENTRY = z.object({ name: z.string(), type: z.string(), oid: z.string() });
export const LEDGER_HEAD = z.object({
  target: z.object({
    oid: z.string(),
    history: LEDGER_HISTORY,
    tree: z.object({
      entries: z.array(
        TREE_ENTRY.extend({ object: z.object({ entries: z.array(TREE_ENTRY).nullish() }).nullable() }),
      ),
    }),
  }),
});
export type LedgerHeadAnswer = z.infer<typeof LEDGER_HEAD>;

const PAGE = 'pageInfo { hasNextPage endCursor }';

/** The selections that questions use, by name. */
export const FRAGMENTS: ReadonlyMap<string, string> = new Map(
  Object.entries({
    ActorFields: 'on Actor { __typename login ... on User { databaseId } ... on Bot { databaseId } }',
    IssueFields: `on Issue {
  id number title body state createdAt updatedAt
  author { ...ActorFields }
  labels(first: 100) { nodes { id name } }
  comments(last: 100) {
    pageInfo { hasPreviousPage }
    nodes { ...CommentFields }
  }
  deletions: timelineItems(last: 10, itemTypes: [COMMENT_DELETED_EVENT]) {
    nodes { ...DeletionFields }
  }
  closings: timelineItems(last: 1, itemTypes: [CLOSED_EVENT]) {
    nodes { ... on ClosedEvent { createdAt actor { ...ActorFields } } }
  }
}`,
    DeletionFields: `on CommentDeletedEvent { actor { ...ActorFields } deletedCommentAuthor { ...ActorFields } }`,
    CommentFields: `on IssueComment {
  id databaseId body createdAt updatedAt lastEditedAt
  author { ...ActorFields }
  editor { ...ActorFields }
}`,
    PullFields: `on PullRequest {
  number title body state isDraft updatedAt baseRefName headRefName headRefOid isCrossRepository
  author { ...ActorFields }
  mergeCommit { oid }
  mergedAt
  turns: timelineItems(last: 1, itemTypes: [BASE_REF_CHANGED_EVENT, AUTOMATIC_BASE_CHANGE_SUCCEEDED_EVENT]) {
    nodes {
      ... on BaseRefChangedEvent { createdAt }
      ... on AutomaticBaseChangeSucceededEvent { createdAt }
    }
  }
  commits(first: 100) { ...CommitPage }
  latestOpinionatedReviews(first: 100) {
    ${PAGE}
    nodes {
      databaseId state body submittedAt authorCanPushToRepository
      author { ...ActorFields }
      commit { oid }
    }
  }
  statusCheckRollup { contexts(first: 100) { ...CheckPage } }
}`,
    CommentsBack: `on IssueCommentConnection {
  pageInfo { hasPreviousPage startCursor }
  nodes { ...CommentFields }
}`,
    CommitPage: `on PullRequestCommitConnection { ${PAGE} nodes { commit { oid } } }`,
    CheckPage: `on StatusCheckRollupContextConnection {
  ${PAGE}
  nodes {
    __typename
    ... on CheckRun {
      id name status conclusion externalId url
      annotations(first: 1) { totalCount }
      checkSuite { app { databaseId slug } }
    }
    ... on StatusContext { context state targetUrl creator { ...ActorFields } }
  }
}`,
    DeploymentFields: `on Deployment {
  databaseId commitOid createdAt task payload
  creator { ...ActorFields }
  latestStatus { state logUrl }
  statuses(first: 10) { nodes { state } }
}`,
    BlobFields: 'on Blob { oid text isBinary isTruncated }',
    BlobFolder: 'on Tree { entries { object { ...BlobFields } } }',
    LedgerHistory: `on CommitHistoryConnection {
  ${PAGE}
  nodes {
    oid messageBody
    parents(first: 2) { nodes { oid } }
    author { email user { login } }
    signature { isValid wasSignedByGitHub }
  }
}`,
    LedgerTree: 'on Tree { entries { name type oid object { ... on Tree { entries { name type oid } } } } }',
  }).map(([name, body]) => [name, `fragment ${name} ${body}`]),
);
