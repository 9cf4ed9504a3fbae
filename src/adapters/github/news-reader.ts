import { z } from 'zod';
import { parseFixMentions } from '../../domain/fix.ts';
import type { Observer, PullText } from '../../ports/github.ts';
import type { GraphqlBatch } from './graphql/batch.ts';
import { allPages, wantedNodes } from './graphql/page.ts';
import { COMMENT, pageOf } from './graphql/selection.ts';
import { commentFacts } from './issue-reader.ts';

/** Finds what is new where the lists of bugs and of open pull requests do not show it. */
export type NewsReader = Pick<Observer, 'changedSince' | 'commentsSince' | 'mergedSince'>;

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

export function createNewsReader(batch: GraphqlBatch): NewsReader {
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
    async commentsSince(issue, sinceMs) {
      const newestFirst = await wantedNodes(
        (before) => commentPage(batch, issue, before),
        ({ createdAt }) => Date.parse(createdAt) >= sinceMs,
      );
      return newestFirst.toReversed().flatMap(commentFacts);
    },
  };
}

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
  return merged.map(({ number, title, body }) => ({
    pull: number,
    base,
    state: 'merged',
    mentions: parseFixMentions(`${title}\n${body}`),
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

/** Newest first, though GitHub gives the last ones in their own order. */
async function commentPage(batch: GraphqlBatch, issue: number, before: string | null) {
  const answer = await batch.ask({
    field: `issue(number: $number) {
      comments(last: 100, before: $before) {
        pageInfo { hasPreviousPage startCursor }
        nodes { id databaseId body createdAt updatedAt lastEditedAt author { ...ActorFields } }
      }
    }`,
    variables: { number: ['Int!', issue], before: ['String', before] },
    answer: COMMENTS,
    weight: 4,
  });
  const { nodes = [], pageInfo } = answer?.comments ?? {};
  return {
    nodes: nodes.toReversed(),
    next: pageInfo?.hasPreviousPage === true ? pageInfo.startCursor : null,
  };
}
