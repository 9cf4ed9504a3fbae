import { createHash } from 'node:crypto';
import { z } from 'zod';
import { parseFixMentions, type FixFacts, type FixReview } from '../../domain/fix.ts';
import { isGateCheck } from '../../domain/gate.ts';
import type { Observer } from '../../ports/github.ts';
import { isBot, personOf } from './actor.ts';
import { checkFacts } from './check-answer.ts';
import type { GraphqlBatch } from './graphql/batch.ts';
import { allPages } from './graphql/page.ts';
import {
  CHECK_PAGE,
  COMMIT_PAGE,
  pageOf,
  PULL,
  type CheckAnswer,
  type Page,
  type PullAnswer,
  type ReviewAnswer,
} from './graphql/selection.ts';
import type { KnownChecks } from './known-check.ts';

/** Reads pull requests as fixes. */
export type PullReader = Pick<Observer, 'pulls' | 'openPulls'>;

const OPEN_PULLS = 100;
const PULL_PAGE = pageOf(PULL);

export function createPullReader(batch: GraphqlBatch, checks: KnownChecks): PullReader {
  async function openPullsTo(base: string): Promise<PullAnswer[]> {
    const found: PullAnswer[] = [];
    let after: string | null = null;
    do {
      const page: Page<PullAnswer> | null = await batch.ask({
        field: `pullRequests(
      first: 10, after: $after, states: [OPEN], baseRefName: $base, orderBy: { field: UPDATED_AT, direction: DESC }
    ) { pageInfo { hasNextPage endCursor } nodes { ...PullFields } }`,
        variables: { after: ['String', after], base: ['String!', base] },
        answer: PULL_PAGE,
        weight: 80,
      });
      found.push(...(page?.nodes ?? []));
      after = page?.pageInfo.hasNextPage === true ? page.pageInfo.endCursor : null;
    } while (after !== null && found.length < OPEN_PULLS);
    return found;
  }

  return {
    pulls: async (numbers) => {
      const answers = await Promise.all(
        [...new Set(numbers)].map((number) =>
          batch.ask({
            field: 'pullRequest(number: $number) { ...PullFields }',
            variables: { number: ['Int!', number] },
            answer: PULL,
            weight: 8,
          }),
        ),
      );
      return Promise.all(
        answers.filter((answer) => answer !== null).map((answer) => fixFacts({ batch, checks }, answer)),
      );
    },
    openPulls: async (bases) => {
      const found = (await Promise.all([...new Set(bases)].map(openPullsTo))).flat();
      const newest = found.toSorted((a, b) => Date.parse(b.updatedAt) - Date.parse(a.updatedAt));
      return Promise.all(newest.slice(0, OPEN_PULLS).map((answer) => fixFacts({ batch, checks }, answer)));
    },
  };
}

interface PullDesk {
  readonly batch: GraphqlBatch;
  readonly checks: KnownChecks;
}

async function fixFacts({ batch, checks: known }: PullDesk, answer: PullAnswer): Promise<FixFacts> {
  const [commits, checks] = await Promise.all([
    allPages(answer.commits, (after) => moreCommits(batch, answer.number, after)),
    allPages(answer.statusCheckRollup?.contexts ?? null, (after) => moreChecks(batch, answer.number, after)),
  ]);
  known.learn(answer.headRefOid, checks);
  const [turn] = answer.turns.nodes;
  const reviews = (answer.latestOpinionatedReviews?.nodes ?? []).filter(
    (each) => each.authorCanPushToRepository,
  );
  return {
    pull: answer.number,
    state: answer.state === 'OPEN' ? 'open' : answer.state === 'MERGED' ? 'merged' : 'closed',
    isDraft: answer.isDraft,
    base: answer.baseRefName,
    headBranch: answer.headRefName,
    isFromFork: answer.isCrossRepository,
    head: answer.headRefOid,
    // Only the list of pushes tells, one call a branch: `Observer.headPush`.
    headPushedAtMs: null,
    retargetedAtMs: momentOf(turn?.createdAt),
    author: personOf(answer.author),
    contributors: null,
    approvingReviews: reviews.flatMap((review) => approvalOf(review, answer.headRefOid)),
    changesRequested: reviews.some((review) => review.state === 'CHANGES_REQUESTED'),
    checks: judgeChecks(checks),
    mergeCommit: answer.mergeCommit?.oid ?? null,
    mergedAtMs: momentOf(answer.mergedAt),
    commits: commits.map(({ commit }) => commit.oid),
    patchId: null,
    tree: null,
    mentions: parseFixMentions(answer),
    updatedAtMs: Date.parse(answer.updatedAt),
  };
}

function momentOf(time: string | null | undefined): number | null {
  return time === null || time === undefined ? null : Date.parse(time);
}

/**
 * A person's approval of the current head.
 *
 * Source: `latestOpinionatedReviews` has one review a person, the last that approved, asked for changes or was
 * dismissed; `isAdmin` stays false, as only `Members.standing` tells and one call a person is the asker's to spend.
 */
function approvalOf(review: ReviewAnswer, head: string): FixReview[] {
  const by = personOf(review.author);
  if (review.state !== 'APPROVED' || review.commit?.oid !== head || isBot(review.author)) return [];
  if (by === null || review.databaseId === null || review.submittedAt === null) return [];
  return [
    {
      id: review.databaseId,
      by,
      isAdmin: false,
      submittedAtMs: Date.parse(review.submittedAt),
      bodyHash: createHash('sha256').update(review.body).digest('hex'),
    },
  ];
}

function judgeChecks(answers: readonly CheckAnswer[]): FixFacts['checks'] {
  const checks = answers.map((answer) => checkFacts(answer));
  const states = checks.filter(({ name }) => !isGateCheck(name)).map(({ state }) => state);
  if (states.length === 0) return 'none';
  if (states.includes('red')) return 'red';
  return states.includes('pending') ? 'pending' : 'green';
}

async function moreCommits(
  batch: GraphqlBatch,
  pull: number,
  after: string,
): Promise<PullAnswer['commits'] | null> {
  const answer = await batch.ask({
    field: 'pullRequest(number: $number) { commits(first: 100, after: $after) { ...CommitPage } }',
    variables: { number: ['Int!', pull], after: ['String!', after] },
    answer: z.object({ commits: COMMIT_PAGE }),
    weight: 8,
  });
  return answer?.commits ?? null;
}

async function moreChecks(
  batch: GraphqlBatch,
  pull: number,
  after: string,
): Promise<Page<CheckAnswer> | null> {
  const answer = await batch.ask({
    field: `pullRequest(number: $number) {
      statusCheckRollup { contexts(first: 100, after: $after) { ...CheckPage } }
    }`,
    variables: { number: ['Int!', pull], after: ['String!', after] },
    answer: z.object({ statusCheckRollup: z.object({ contexts: CHECK_PAGE }).nullable() }),
    weight: 8,
  });
  return answer?.statusCheckRollup?.contexts ?? null;
}
