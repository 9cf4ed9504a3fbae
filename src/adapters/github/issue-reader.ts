import { z } from 'zod';
import type { Person } from '../../domain/person.ts';
import type { CommentFacts, IssueFacts, LabelEvent, Observer } from '../../ports/github.ts';
import { isBot, loginOf, personOf } from './actor.ts';
import { isOwnLogin, type GitHubContext } from './client.ts';
import type { GraphqlBatch } from './graphql/batch.ts';
import {
  ACTOR,
  ISSUE,
  pageOf,
  type ActorAnswer,
  type CommentAnswer,
  type DeletionsAnswer,
  type IssueAnswer,
  type Page,
} from './graphql/selection.ts';
import type { KnownIds } from './known-id.ts';

/** Reads issues with their labels and newest comments. */
export type IssueReader = Pick<Observer, 'issues' | 'issuesSince' | 'labels' | 'labelEvents'>;

const ISSUE_PAGE = pageOf(ISSUE);

export function createIssueReader(context: GitHubContext, batch: GraphqlBatch, known: KnownIds): IssueReader {
  const toFacts = (answer: IssueAnswer) => issueFacts(context, answer);
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
      return answers.filter((answer) => answer !== null).map(toFacts);
    },
    labels: (numbers) => readLabels(batch, numbers),
    labelEvents: (issue) => readLabelEvents(batch, issue),
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
      return [...new Map(found.map((answer) => [answer.number, answer])).values()].map(toFacts);
    },
  };
}

const LABELS = z.object({ labels: z.object({ nodes: z.array(z.object({ name: z.string() })) }).nullable() });

async function readLabels(
  batch: GraphqlBatch,
  numbers: readonly number[],
): Promise<ReadonlyMap<number, readonly string[]>> {
  const read = [...new Set(numbers)].map(async (number) => {
    const answer = await batch.ask({
      field: 'issue(number: $number) { labels(first: 100) { nodes { name } } }',
      variables: { number: ['Int!', number] },
      answer: LABELS,
    });
    return answer === null ? [] : [[number, (answer.labels?.nodes ?? []).map(({ name }) => name)] as const];
  });
  return new Map((await Promise.all(read)).flat());
}

const LABEL_EVENTS = z.object({
  timelineItems: z.object({
    nodes: z.array(
      z.object({
        __typename: z.enum(['LabeledEvent', 'UnlabeledEvent']),
        createdAt: z.string(),
        actor: ACTOR.nullable(),
        label: z.object({ name: z.string() }),
      }),
    ),
  }),
});

async function readLabelEvents(batch: GraphqlBatch, issue: number): Promise<LabelEvent[]> {
  const answer = await batch.ask({
    field: `issue(number: $number) {
      timelineItems(last: 100, itemTypes: [LABELED_EVENT, UNLABELED_EVENT]) {
        nodes {
          __typename
          ... on LabeledEvent { createdAt actor { ...ActorFields } label { name } }
          ... on UnlabeledEvent { createdAt actor { ...ActorFields } label { name } }
        }
      }
    }`,
    variables: { number: ['Int!', issue] },
    answer: LABEL_EVENTS,
    weight: 4,
  });
  return (answer?.timelineItems.nodes ?? []).map(({ __typename, createdAt, actor, label }) => ({
    action: __typename === 'LabeledEvent' ? 'labeled' : 'unlabeled',
    label: label.name,
    by: isBot(actor) ? null : personOf(actor),
    atMs: Date.parse(createdAt),
  }));
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

function issueFacts(context: GitHubContext, answer: IssueAnswer): IssueFacts {
  return {
    number: answer.number,
    title: answer.title,
    body: answer.body,
    author: personOf(answer.author),
    state: answer.state === 'OPEN' ? 'open' : 'closed',
    labels: (answer.labels?.nodes ?? []).map(({ name }) => name),
    createdAtMs: Date.parse(answer.createdAt),
    updatedAtMs: Date.parse(answer.updatedAt),
    comments: answer.comments.nodes.flatMap((comment) => commentFacts(context, comment)),
    hasOlderComments: answer.comments.pageInfo.hasPreviousPage,
    closed: closingOf(context, answer),
    ownDeletedBy: deletersOf(context, answer.deletions),
  };
}

/** The people who deleted comments of this system. */
export function deletersOf(context: GitHubContext, { nodes }: DeletionsAnswer): Person[] {
  return nodes.flatMap(({ actor, deletedCommentAuthor: author }) =>
    isOwn(context, author) ? (strangerOf(context, actor) ?? []) : [],
  );
}

function closingOf(context: GitHubContext, { state, closings }: IssueAnswer): IssueFacts['closed'] {
  const last = closings.nodes.at(-1);
  if (state === 'OPEN' || last === undefined) return null;
  return { by: strangerOf(context, last.actor), atMs: Date.parse(last.createdAt) };
}

/** A comment as facts; none for one without a number. */
export function commentFacts(context: GitHubContext, answer: CommentAnswer): CommentFacts[] {
  if (answer.databaseId === null) return [];
  return [
    {
      id: answer.databaseId,
      author: personOf(answer.author),
      authorIsBot: isBot(answer.author),
      isOwn: isOwn(context, answer.author),
      body: answer.body,
      createdAtMs: Date.parse(answer.createdAt),
      isEdited: answer.lastEditedAt !== null || answer.updatedAt !== answer.createdAt,
      editedBy: answer.lastEditedAt === null ? null : strangerOf(context, answer.editor),
    },
  ];
}

function isOwn(context: GitHubContext, actor: ActorAnswer | null): boolean {
  return actor !== null && isOwnLogin(context, loginOf(actor));
}

/** Whoever is not this system; an account that is gone has no name any more. */
function strangerOf(context: GitHubContext, actor: ActorAnswer | null): Person | null {
  return isOwn(context, actor) ? null : personOf(actor);
}
