import { z } from 'zod';
import { parseFixMentions } from '../../domain/fix.ts';
import type { CommentFacts, Observer, PullText } from '../../ports/github.ts';
import type { GitHubContext } from './client.ts';
import type { GraphqlBatch } from './graphql/batch.ts';
import { allPages, wantedNodes } from './graphql/page.ts';
import { COMMENT, DELETIONS, pageOf, type CommentAnswer } from './graphql/selection.ts';
import { commentFacts, deletersOf } from './issue-reader.ts';

/** Finds what is new where the lists of bugs and of open pull requests do not show it. */
export type NewsReader = Pick<
  Observer,
  'changedSince' | 'commentsSince' | 'deletionsOnPulls' | 'mergedSince' | 'talkSince'
>;

const CHANGED = pageOf(z.object({ number: z.int() }));

const MERGED = pageOf(
  z.object({ number: z.int(), title: z.string(), body: z.string(), updatedAt: z.string() }),
);

const COMMENTS = z.object({
  comments: z.object({
    pageInfo: z.object({ hasPreviousPage: z.boolean(), startCursor: z.string().nullable() }),
    nodes: z.array(COMMENT),
  }),
});
type CommentsAnswer = z.infer<typeof COMMENTS>['comments'];

const TALK = pageOf(COMMENTS.extend({ number: z.int(), baseRefName: z.string(), updatedAt: z.string() }));

const DELETED = pageOf(z.object({ number: z.int(), baseRefName: z.string(), deletions: DELETIONS }));

export function createNewsReader(context: GitHubContext, batch: GraphqlBatch): NewsReader {
  return {
    async changedSince(sinceMs) {
      const readPage = (after: string | null) => changedPage(batch, sinceMs, after);
      const changed = await allPages(await readPage(null), readPage);
      return changed.map(({ number }) => number);
    },
    async mergedSince(sinceMs, bases) {
      const merged = await Promise.all([...new Set(bases)].map((base) => mergedTo(batch, base, sinceMs)));
      return merged.flat();
    },
    async deletionsOnPulls(bases) {
      const page = await batch.ask({ field: DELETIONS_ON_PULLS, answer: DELETED, weight: 10 });
      return (page?.nodes ?? [])
        .filter(({ baseRefName }) => bases.includes(baseRefName))
        .map(({ number, deletions }) => ({ number, ownDeletedBy: deletersOf(context, deletions) }))
        .filter(({ ownDeletedBy }) => ownDeletedBy.length > 0);
    },
    commentsSince: (issue, sinceMs) =>
      writtenSince(context, sinceMs, (before) =>
        commentPage(batch, { kind: 'issue', number: issue }, before),
      ),
    async talkSince(sinceMs, bases) {
      const touched = await wantedNodes(
        (after) => talkPage(batch, after),
        ({ updatedAt }) => Date.parse(updatedAt) >= sinceMs,
      );
      const talks = touched
        .filter(({ baseRefName }) => bases.includes(baseRefName))
        .map(async ({ number, comments }) => ({
          number,
          comments: await writtenSince(context, sinceMs, async (before) =>
            before === null
              ? newestFirst(comments)
              : commentPage(batch, { kind: 'pullRequest', number }, before),
          ),
        }));
      return (await Promise.all(talks)).filter(({ comments }) => comments.length > 0);
    },
  };
}

const DELETIONS_ON_PULLS = `pullRequests(
  first: 100, states: [OPEN, MERGED], orderBy: { field: UPDATED_AT, direction: DESC }
) {
  pageInfo { hasNextPage endCursor }
  nodes {
    number baseRefName
    deletions: timelineItems(last: 10, itemTypes: [COMMENT_DELETED_EVENT]) { nodes { ...DeletionFields } }
  }
}`;

function changedPage(batch: GraphqlBatch, sinceMs: number, after: string | null) {
  return batch.ask({
    field: `issues(
      first: 100, after: $after, filterBy: { since: $since }, orderBy: { field: UPDATED_AT, direction: ASC }
    ) { pageInfo { hasNextPage endCursor } nodes { number } }`,
    variables: { after: ['String', after], since: ['DateTime!', new Date(sinceMs).toISOString()] },
    answer: CHANGED,
    weight: 4,
  });
}

async function mergedTo(batch: GraphqlBatch, base: string, sinceMs: number): Promise<PullText[]> {
  const merged = await wantedNodes(
    (after) => mergedPage(batch, base, after),
    ({ updatedAt }) => Date.parse(updatedAt) >= sinceMs,
  );
  return merged.map(({ number, title, body, updatedAt }) => ({
    pull: number,
    base,
    state: 'merged',
    mentions: parseFixMentions({ title, body }),
    updatedAtMs: Date.parse(updatedAt),
  }));
}

async function mergedPage(batch: GraphqlBatch, base: string, after: string | null) {
  const page = await batch.ask({
    field: `pullRequests(
      first: 20, after: $after, states: [MERGED], baseRefName: $base, orderBy: { field: UPDATED_AT, direction: DESC }
    ) { pageInfo { hasNextPage endCursor } nodes { number title body updatedAt } }`,
    variables: { after: ['String', after], base: ['String!', base] },
    answer: MERGED,
    weight: 4,
  });
  return {
    nodes: page?.nodes ?? [],
    next: page?.pageInfo.hasNextPage === true ? page.pageInfo.endCursor : null,
  };
}

/** Open pull requests whatever they go to, the last one that anybody touched first: one question for all branches. */
async function talkPage(batch: GraphqlBatch, after: string | null) {
  const page = await batch.ask({
    field: `pullRequests(
      first: 20, after: $after, states: [OPEN], orderBy: { field: UPDATED_AT, direction: DESC }
    ) { pageInfo { hasNextPage endCursor } nodes { number baseRefName updatedAt comments(last: 20) { ...CommentsBack } } }`,
    variables: { after: ['String', after] },
    answer: TALK,
    weight: 10,
  });
  return {
    nodes: page?.nodes ?? [],
    next: page?.pageInfo.hasNextPage === true ? page.pageInfo.endCursor : null,
  };
}

interface CommentsPage {
  /** Newest first. */
  readonly nodes: readonly CommentAnswer[];
  readonly next: string | null;
}

/** Oldest first. */
async function writtenSince(
  context: GitHubContext,
  sinceMs: number,
  readPage: (before: string | null) => Promise<CommentsPage>,
): Promise<CommentFacts[]> {
  const found = await wantedNodes(readPage, ({ createdAt }) => Date.parse(createdAt) >= sinceMs);
  return found.toReversed().flatMap((answer) => commentFacts(context, answer));
}

async function commentPage(
  batch: GraphqlBatch,
  { kind, number }: { readonly kind: 'issue' | 'pullRequest'; readonly number: number },
  before: string | null,
): Promise<CommentsPage> {
  const answer = await batch.ask({
    field: `${kind}(number: $number) { comments(last: 100, before: $before) { ...CommentsBack } }`,
    variables: { number: ['Int!', number], before: ['String', before] },
    answer: COMMENTS,
    weight: 4,
  });
  return answer === null ? { nodes: [], next: null } : newestFirst(answer.comments);
}

/** GitHub gives the last ones in their own order. */
function newestFirst({ nodes, pageInfo }: CommentsAnswer): CommentsPage {
  return { nodes: nodes.toReversed(), next: pageInfo.hasPreviousPage ? pageInfo.startCursor : null };
}
