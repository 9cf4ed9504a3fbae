import type { Actor } from '../auth/actor.ts';
import type { Commit } from '../git/commit.ts';
import type { CommentPlace, IssuePlace } from '../issue/find.ts';
import type { Account } from '../model/account.ts';
import type { CheckRun, CommitStatus } from '../model/check.ts';
import type { Deployment, DeploymentStatus } from '../model/deployment.ts';
import type { Label } from '../model/issue.ts';
import type { Review } from '../model/pull.ts';
import type { Repository } from '../model/repository.ts';
import type { PullPlace } from '../pull/state.ts';
import type { Kernel } from '../sandbox.ts';

/**
 * An object of the graph: its type and fields, each a value or a function of the field's arguments.
 *
 * A field that is not there has no resolver: asking for it is an error that names it.
 */
export interface Node {
  __typename: string;
  [field: string]: unknown;
}

/** Names of the fields of a published type, so that a misspelt one does not compile. */
export type Fields<T extends { __typename?: string }> = {
  __typename: NonNullable<T['__typename']>;
} & { [Field in Exclude<keyof T, '__typename'>]?: unknown };

/** One person's or App's view of everything; objects lead to each other through it. */
export interface Graph {
  kernel: Kernel;
  actor: Actor;
  /** `User`, `Organization`, or `Bot` without the suffix of its login. */
  account(account: Account): Node;
  repository(repository: Repository): Node;
  /** `Issue` or `PullRequest`. */
  issue(place: IssuePlace): Node;
  pull(place: PullPlace): Node;
  review(place: PullPlace & { review: Review }): Node;
  comment(place: CommentPlace): Node;
  label(repository: Repository, label: Label): Node;
  ref(repository: Repository, ref: { name: string; sha: string }): Node;
  /** `Commit`, `Tree`, `Blob` or `Tag` by a git expression; `null` for none. */
  gitObject(repository: Repository, expression: string): Promise<Node | null>;
  commit(repository: Repository, commit: Commit): Node;
  /** `null` when nothing was said about the commit. */
  rollup(repository: Repository, sha: string): Node | null;
  checkRun(repository: Repository, run: CheckRun): Node;
  status(repository: Repository, status: CommitStatus): Node;
  deployment(repository: Repository, deployment: Deployment): Node;
  deploymentStatus(status: DeploymentStatus): Node;
}
