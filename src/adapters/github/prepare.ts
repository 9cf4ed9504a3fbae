import type { Issues } from '../../ports/github.ts';
import type { GraphqlBatch } from './graphql/batch.ts';
import { ISSUE, pageOf } from './graphql/selection.ts';
import { askIssue } from './issue-reader.ts';
import type { KnownIds } from './known-id.ts';
import { askLabel } from './label.ts';

const ISSUE_PAGE = pageOf(ISSUE);

/** Reads ahead for edits: everything in one batch with whatever else is being asked for. */
export function createPreparation(batch: GraphqlBatch, known: KnownIds): Pick<Issues, 'prepare'> {
  async function learnChanged(sinceMs: number): Promise<void> {
    const page = await batch.ask({
      field: `issues(
      first: 20, filterBy: { since: $since }, orderBy: { field: UPDATED_AT, direction: DESC }
    ) { pageInfo { hasNextPage endCursor } nodes { ...IssueFields } }`,
      variables: { since: ['DateTime!', new Date(sinceMs).toISOString()] },
      answer: ISSUE_PAGE,
      weight: 60,
    });
    page?.nodes.forEach((issue) => known.learn(issue));
  }

  return {
    prepare: async ({ labels, issues = [], changedSinceMs }) => {
      const missing = labels.filter((label) => !known.labels.has(label.toLowerCase()));
      await Promise.all([
        ...missing.map((label) => askLabel(batch, known, label)),
        ...issues.filter((issue) => !known.issues.has(issue)).map((issue) => askIssue(batch, known, issue)),
        ...(changedSinceMs === undefined ? [] : [learnChanged(changedSinceMs)]),
      ]);
    },
  };
}
