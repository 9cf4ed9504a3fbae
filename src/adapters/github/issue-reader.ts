import { z } from 'zod';
import type { CommentFacts, IssueFacts, Observer } from '../../ports/github.ts';
import { isBot, personOf } from './actor.ts';
import type { GraphqlBatch } from './graphql/batch.ts';
import { ISSUE, pageOf, type CommentAnswer, type IssueAnswer, type Page } from './graphql/selection.ts';
import type { KnownIds } from './known-id.ts';

/** Reads issues with their labels and newest comments. */
export type IssueReader = Pick<Observer, 'issues' | 'issuesSince'>;

const ISSUE_PAGE = pageOf(ISSUE);

export function createIssueReader(batch: GraphqlBatch, known: KnownIds): IssueReader {
  async function readPage(sinceMs: number, label: string, after: string | null): Promise<Page<IssueAnswer>> {
    const page = await batch.ask({
      field: `issues(
      first: 25, after: $after,
      filterBy: { since: $since, labels: [$label] }, orderBy: { field: UPDATED_AT, direction: ASC }
    ) { pageInfo { hasNextPage endCursor } nodes { ...IssueFields } }`,
      variables: {
        after: ['String', after],
        since: ['DateTime!', new Date(sinceMs).toISOString()],
        label: ['String!', label],
      },
      answer: ISSUE_PAGE,
      weight: 75,
    });
    return page ?? { pageInfo: { hasNextPage: false, endCursor: null }, nodes: [] };
  }

  return {
    issues: async (numbers) => {
      const answers = await Promise.all(
        [...new Set(numbers)].map((number) => askIssue(batch, known, number)),
      );
      return answers.filter((answer) => answer !== null).map(issueFacts);
    },
    issuesSince: async (sinceMs, label) => {
      const found: IssueAnswer[] = [];
      let after: string | null = null;
      do {
        const page: Page<IssueAnswer> = await readPage(sinceMs, label, after);
        found.push(...page.nodes);
        after = page.pageInfo.hasNextPage ? page.pageInfo.endCursor : null;
      } while (after !== null);
      found.forEach((answer) => known.learn(answer));
      // An issue that changes while the pages are read comes twice; the newer reading is the later one.
      return [...new Map(found.map((answer) => [answer.number, answer])).values()].map(issueFacts);
    },
  };
}

/** Reads one issue; `null` for a pull request and where there is none. */
export async function askIssue(
  batch: GraphqlBatch,
  known: KnownIds,
  number: number,
): Promise<IssueAnswer | null> {
  const answer = await batch.ask({
    field: 'issue(number: $number) { ...IssueFields }',
    variables: { number: ['Int!', z.int().parse(number)] },
    answer: ISSUE,
    weight: 4,
  });
  if (answer !== null) known.learn(answer);
  return answer;
}

function issueFacts(answer: IssueAnswer): IssueFacts {
  return {
    number: answer.number,
    title: answer.title,
    body: answer.body,
    author: personOf(answer.author),
    state: answer.state === 'OPEN' ? 'open' : 'closed',
    labels: (answer.labels?.nodes ?? []).map(({ name }) => name),
    createdAtMs: Date.parse(answer.createdAt),
    updatedAtMs: Date.parse(answer.updatedAt),
    comments: answer.comments.nodes.flatMap(commentFacts),
    hasOlderComments: answer.comments.pageInfo.hasPreviousPage,
  };
}

function commentFacts(answer: CommentAnswer): CommentFacts[] {
  if (answer.databaseId === null) return [];
  return [
    {
      id: answer.databaseId,
      author: personOf(answer.author),
      authorIsBot: isBot(answer.author),
      body: answer.body,
      createdAtMs: Date.parse(answer.createdAt),
      isEdited: answer.lastEditedAt !== null || answer.updatedAt !== answer.createdAt,
    },
  ];
}
