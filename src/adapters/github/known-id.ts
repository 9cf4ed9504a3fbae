import { loginOf } from './actor.ts';
import { isOwnLogin, type GitHubContext } from './client.ts';
import { markKeys } from '../../domain/text/comment-mark.ts';
import type { IssueAnswer } from './graphql/selection.ts';

/**
 * What this process has learnt by reading: GraphQL edits things by node id, people and the ledger name them by
 * number. Ids never change, but what they name may be deleted.
 */
export interface KnownIds {
  /** Node id of an issue. */
  readonly issues: Map<number, string>;
  /** Node id of a label, by its name in lower case. */
  readonly labels: Map<string, string>;
  /** Node id of a comment, by its number. */
  readonly comments: Map<number, string>;
  /** Learns from an issue as read. */
  learn(issue: IssueAnswer): void;
  /** What this system itself has said on an issue, if that was read a moment ago; `null` when it has to be read. */
  saidOn(issue: number): Said | null;
  /** This system has just posted a comment. */
  noteSaid(issue: number, key: string, commentId: number): void;
  /** The issue's comments are no longer known. */
  forget(issue: number): void;
}

/** This system's own comments among the newest hundred of an issue. */
export interface Said {
  /** The comment that carries each key. */
  readonly keys: ReadonlyMap<string, number>;
}

/**
 * How long what was read of an issue's comments counts. Whoever finishes work that another process left behind waits
 * longer than this before it does.
 */
const FRESH_MS = 60_000;
const REMEMBERED = 20_000;

export function createKnownIds(context: GitHubContext): KnownIds {
  const issues = new Map<number, string>();
  const labels = new Map<string, string>();
  const comments = new Map<number, string>();
  const said = new Map<number, { readonly keys: Map<string, number>; readonly readAtMs: number }>();

  function learn(issue: IssueAnswer): void {
    issues.set(issue.number, issue.id);
    for (const { id, name } of issue.labels?.nodes ?? []) labels.set(name.toLowerCase(), id);
    for (const { id, databaseId } of issue.comments.nodes)
      if (databaseId !== null) comments.set(databaseId, id);
    said.set(issue.number, { keys: keysSaidIn(issue, context), readAtMs: context.clock.nowMs() });
    for (const map of [issues, comments, said]) forgetOldest(map);
  }

  return {
    issues,
    labels,
    comments,
    learn,
    saidOn: (issue) => {
      const found = said.get(issue);
      return found !== undefined && context.clock.nowMs() - found.readAtMs < FRESH_MS ? found : null;
    },
    noteSaid: (issue, key, commentId) => void said.get(issue)?.keys.set(key, commentId),
    forget: (issue) => void said.delete(issue),
  };
}

/** Anybody can write a mark, so only those in own comments count. */
function keysSaidIn(issue: IssueAnswer, context: GitHubContext): Map<string, number> {
  const keys = new Map<string, number>();
  for (const { author, body, databaseId } of issue.comments.nodes) {
    if (author === null || databaseId === null || !isOwnLogin(context, loginOf(author))) continue;
    for (const key of markKeys(body)) keys.set(key, databaseId);
  }
  return keys;
}

function forgetOldest(map: Map<number, unknown>): void {
  for (const oldest of map.keys()) {
    if (map.size <= REMEMBERED) return;
    map.delete(oldest);
  }
}
