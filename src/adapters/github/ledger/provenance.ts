import { z } from 'zod';
import { LedgerFailure } from '../../../ports/ledger.ts';
import { isOwnLogin } from '../client.ts';
import type { GraphqlBatch } from '../graphql/batch.ts';
import { LEDGER_HISTORY, type LedgerCommitAnswer, type Page } from '../graphql/selection.ts';

/** Who may write the ledger, and whether GitHub has to vouch for it. */
export interface ProvenanceRules {
  readonly botLogins: readonly string[];
  /** `null` demands GitHub's signature; else why it cannot be had, as on a GitHub Enterprise Server without signing. */
  readonly unsignedBecause: string | null;
}

/** Remembers which commits of the ledger were checked. */
export interface Provenance {
  /**
   * Checks every commit from the head down to the last one that was checked, in a new process the newest
   * {@link FIRST_LOOK}. `older`: the head is one that was left behind, so the read came late or the branch went back.
   *
   * @throws LedgerFailure, never retryable, when somebody else wrote one of them or the history was rewritten.
   */
  verify(head: string, newest: Page<LedgerCommitAnswer>): Promise<'newest' | 'older'>;
  /** Takes a commit that this process has just made on the newest one. */
  trust(head: string): void;
  /** The head that was checked last, `null` before the first. */
  newest(): string | null;
  knows(head: string): boolean;
}

/** How many commits a new process checks; before that lies what earlier processes have checked. */
export const FIRST_LOOK = 100;
const REMEMBERED = 5_000;

export function createProvenance(batch: GraphqlBatch, rules: ProvenanceRules): Provenance {
  const trusted = new Set<string>();
  let newest: string | null = null;

  function trust(head: string): void {
    trusted.add(head);
    newest = head;
    for (const oldest of trusted) {
      if (trusted.size <= REMEMBERED) break;
      trusted.delete(oldest);
    }
  }

  async function verify(head: string, firstPage: Page<LedgerCommitAnswer>): Promise<'newest' | 'older'> {
    if (head === newest) return 'newest';
    if (trusted.has(head)) return 'older';
    const startedFrom = newest;
    const unseen: string[] = [];
    let expected: string | null = head;
    for await (const commit of commitsFrom(batch, head, firstPage)) {
      if (trusted.has(commit.oid)) return meet(commit.oid, unseen);
      checkCommit(commit, expected, rules);
      unseen.push(commit.oid);
      expected = commit.parents.nodes[0]?.oid ?? null;
      if (startedFrom === null && unseen.length >= FIRST_LOOK) break;
    }
    if (startedFrom !== null) throw rewritten(startedFrom);
    unseen.toReversed().forEach(trust);
    return 'newest';
  }

  function meet(oid: string, unseen: readonly string[]): 'newest' | 'older' {
    // Another read may have gone further meanwhile; only what descends from the newest one goes on.
    if (oid !== newest) {
      if (unseen.every((each) => trusted.has(each))) return 'older';
      throw rewritten(newest ?? oid);
    }
    unseen.toReversed().forEach(trust);
    return 'newest';
  }

  return { verify, trust, newest: () => newest, knows: (head) => trusted.has(head) };
}

/** The commits from the head down to the first one, page by page. */
async function* commitsFrom(
  batch: GraphqlBatch,
  head: string,
  firstPage: Page<LedgerCommitAnswer>,
): AsyncGenerator<LedgerCommitAnswer> {
  let page = firstPage;
  for (;;) {
    yield* page.nodes;
    if (!page.pageInfo.hasNextPage) return;
    page = await readMore(batch, head, page);
  }
}

async function readMore(
  batch: GraphqlBatch,
  head: string,
  page: Page<LedgerCommitAnswer>,
): Promise<Page<LedgerCommitAnswer>> {
  const answer = await batch.ask({
    field: 'object(oid: $oid) { ... on Commit { history(first: 100, after: $after) { ...LedgerHistory } } }',
    variables: { oid: ['GitObjectID!', head], after: ['String', page.pageInfo.endCursor] },
    answer: z.object({ history: LEDGER_HISTORY.optional() }),
    weight: 100,
  });
  if (answer?.history === undefined || answer.history.nodes.length === 0) {
    throw new LedgerFailure('The history of the ledger could not be read to its end', { retryable: true });
  }
  return answer.history;
}

function checkCommit(commit: LedgerCommitAnswer, expected: string | null, rules: ProvenanceRules): void {
  const short = commit.oid.slice(0, 12);
  if (commit.oid !== expected || commit.parents.nodes.length > 1) {
    throw untrusted(short, 'the history is not a single line of commits');
  }
  const login = authorLogin(commit);
  if (login === null || !isOwnLogin(rules, login)) {
    const writer = rules.botLogins.join(' or ');
    throw untrusted(short, `it was written by ${login ?? 'somebody unknown'}, not by ${writer}`);
  }
  if (rules.unsignedBecause !== null) return;
  if (commit.signature?.isValid !== true || !commit.signature.wasSignedByGitHub) {
    throw untrusted(short, 'GitHub has not signed it');
  }
}

/**
 * The account behind a commit; the one that GitHub itself names goes before what the address says.
 *
 * Source: GitHub writes a bot's commit with the address `<id>+<slug>[bot]@users.noreply.<host>`, which no person can
 * have; `user` is null for it on some servers.
 */
function authorLogin({ author }: LedgerCommitAnswer): string | null {
  if (author?.user !== null && author?.user !== undefined) return author.user.login;
  return /^(?:\d+\+)?([^@+]+)@users\.noreply\./u.exec(author?.email ?? '')?.[1] ?? null;
}

function untrusted(commit: string, why: string): LedgerFailure {
  return new LedgerFailure(
    `The ledger cannot be trusted: ${why} (commit ${commit}). Nothing was changed. Reset the branch to the commit before it, and let only the App write the branch.`,
    { retryable: false },
  );
}

/** Commits that were there before are gone for good. */
export function rewritten(last: string): LedgerFailure {
  return new LedgerFailure(
    `The ledger's history was rewritten: its head does not descend from ${last.slice(0, 12)}, which was there before. Nothing was changed. Put the branch back to that commit.`,
    { retryable: false },
  );
}
