import type { FixFacts } from '../domain/fix.ts';
import type { LabelDefinition } from '../domain/label.ts';
import type { Person, Standing } from '../domain/person.ts';
import type { EnvironmentName } from '../domain/policy.ts';
import type { RunStart } from '../domain/setup/unsafe-word.ts';

/** A comment as it is now. */
export interface CommentFacts {
  readonly id: number;
  readonly author: Person | null;
  readonly authorIsBot: boolean;
  /** Whether this system wrote it. */
  readonly isOwn: boolean;
  readonly body: string;
  /** GitHub's times, epoch milliseconds. */
  readonly createdAtMs: number;
  /** Whether anybody ever changed its text. Times do not tell: an edit within the second of its birth leaves none. */
  readonly isEdited: boolean;
  /** Whoever changed its text last; `null`: nobody but this system, or that is not told. */
  readonly editedBy: Person | null;
}

/** An issue as it is now. */
export interface IssueFacts {
  readonly number: number;
  readonly title: string;
  readonly body: string;
  readonly author: Person | null;
  readonly state: 'open' | 'closed';
  readonly labels: readonly string[];
  readonly createdAtMs: number;
  readonly updatedAtMs: number;
  /** The newest, at most 100, oldest first. */
  readonly comments: readonly CommentFacts[];
  /** Whether there are older comments than `comments` holds. */
  readonly hasOlderComments: boolean;
  /** Who closed it last, and when; `null` while it is open. `by` is `null` when this system did, or it is not told. */
  readonly closed: { readonly by: Person | null; readonly atMs: number } | null;
  /** Who deleted comments that this system had written, of the newest ten deletions. */
  readonly ownDeletedBy: readonly Person[];
}

/** A label that was put on an issue or taken off. */
export interface LabelEvent {
  readonly action: 'labeled' | 'unlabeled';
  /** Its name then. */
  readonly label: string;
  /** `null`: a bot, or an account that is gone. */
  readonly by: Person | null;
  readonly atMs: number;
}

/** What the text of a pull request says that it fixes. */
export type PullText = Pick<FixFacts, 'pull' | 'base' | 'state' | 'mentions' | 'updatedAtMs'>;

/** What a pull request changes. */
export interface PullFiles {
  /** The head that it was read with. */
  readonly head: string;
  /** A renamed file under its new name, a deleted one under its old. */
  readonly paths: readonly string[];
}

/** What was said on a pull request, oldest first. */
export type PullTalk = Pick<IssueFacts, 'number' | 'comments'>;

/** A deployment that ended well. */
export interface DeploymentFacts {
  readonly id: number;
  readonly commit: string;
  /** The slot that made it; `null` when somebody else did. */
  readonly slot: string | null;
  /** Who recorded it; `null` when this system did. */
  readonly by: Person | null;
  readonly createdAtMs: number;
}

/** Live facts, read in as few calls as can be: reads that are asked for together travel together. */
export interface Observer {
  /** The issues with these numbers; pull requests and numbers that do not exist are left out. */
  issues(numbers: readonly number[]): Promise<readonly IssueFacts[]>;
  /** A comment as it is now, `null` when it is gone: for one that is not among the newest of its issue. */
  comment(id: number): Promise<CommentFacts | null>;
  /** Issues with the label that changed at or after `sinceMs`, all of them, oldest change first. */
  issuesSince(sinceMs: number, label: string): Promise<readonly IssueFacts[]>;
  /** How the labels of an issue changed, oldest first, the newest hundred changes. */
  labelEvents(issue: number): Promise<readonly LabelEvent[]>;
  /** The labels of issues, and nothing else of them; numbers that do not exist are left out. */
  labels(issues: readonly number[]): Promise<ReadonlyMap<number, readonly string[]>>;
  /** Numbers of all issues that changed at or after `sinceMs`, whatever their labels. */
  changedSince(sinceMs: number): Promise<readonly number[]>;
  /** The comments on an issue that were written at or after `sinceMs`, all of them, oldest first. */
  commentsSince(issue: number, sinceMs: number): Promise<readonly CommentFacts[]>;
  /**
   * All that was written at or after `sinceMs` on open pull requests that go to one of the branches; those on which
   * nothing was are left out.
   */
  talkSince(sinceMs: number, bases: readonly string[]): Promise<readonly PullTalk[]>;
  /**
   * Of the hundred pull requests to the branches that changed last, open or merged, those on which other people have
   * deleted comments of this system, with whoever did it: at most the last ten.
   */
  deletionsOnPulls(bases: readonly string[]): Promise<readonly Pick<IssueFacts, 'number' | 'ownDeletedBy'>[]>;
  /**
   * Pull requests as fixes; numbers that are none are left out. `null` here are `patchId` and `tree`, which git knows,
   * and `contributors` and `headPushedAtMs`, which are asked for by themselves.
   * `isAdmin` of a review means the GitHub permission `admin`.
   */
  pulls(numbers: readonly number[]): Promise<readonly FixFacts[]>;
  /** The files that each pull request changes; numbers that are none are left out. */
  changedFiles(pulls: readonly number[]): Promise<ReadonlyMap<number, PullFiles>>;
  /** The commit with which a merge queue tries each pull request; those that are in no queue are left out. */
  queuedAs(pulls: readonly number[]): Promise<ReadonlyMap<number, string>>;
  /** The accounts behind the commits of each pull request: authors, co-authors and committers. */
  contributors(pulls: readonly number[]): Promise<ReadonlyMap<number, readonly Person[]>>;
  /** Open pull requests that go to one of the branches, newest change first, at most 100. */
  openPulls(bases: readonly string[]): Promise<readonly FixFacts[]>;
  /** What pull requests say that were merged into one of the branches and changed at or after `sinceMs`. */
  mergedSince(sinceMs: number, bases: readonly string[]): Promise<readonly PullText[]>;
  /** The newest successful deployment of an environment; this system's own ones go before others. */
  lastDeployment(githubEnvironment: string): Promise<DeploymentFacts | null>;
  /** Where branches are; `null` for one that is not there. */
  heads(branches: readonly string[]): Promise<ReadonlyMap<string, string | null>>;
  /** The push that made `head` the head of `branch`: GitHub's time and who did it; `null` when it does not tell. */
  headPush(
    branch: string,
    head: string,
  ): Promise<{ readonly atMs: number; readonly by: Person | null } | null>;
  /** The branch that workflows and configuration are read from, and its head. */
  defaultBranch(): Promise<{ readonly name: string; readonly head: string }>;
  /**
   * Content of a file on the default branch, `null` without one.
   *
   * @throws GitHubFailure without a status, not retryable, for one that is there and is no text or too large.
   */
  defaultBranchFile(path: string): Promise<string | null>;
}

/** What a person may do, read live. */
export interface Members {
  standing(person: Person, teams: readonly string[]): Promise<Standing>;
}

/** Changes to one issue, all of which may be repeated without harm. */
export interface IssueEdit {
  readonly issue: number;
  readonly addLabels?: readonly string[];
  readonly removeLabels?: readonly string[];
  /** The status card: posted when `commentId` is `null`, else rewritten. */
  readonly card?: { readonly commentId: number | null; readonly body: string };
  /** Comments to post, in order. `isNew`: nobody can have posted it before, so nobody has to look. */
  readonly comments?: readonly { readonly key: string; readonly body: string; readonly isNew?: boolean }[];
  readonly state?:
    | { readonly to: 'open' }
    | { readonly to: 'closed'; readonly as: 'completed' | 'not_planned' };
}

/** What people see on issues. */
export interface Issues {
  /**
   * Reads ahead what edits will need to know, so that it travels with other reads: labels by name, issues by number,
   * and issues that changed since a moment. Only a saving; an edit reads what is missing.
   */
  prepare(hint: {
    readonly labels: readonly string[];
    readonly issues?: readonly number[];
    readonly changedSinceMs?: number;
  }): Promise<void>;
  /** Does all edits in as few calls as can be. Gives the ids of the cards that were posted, by issue. */
  apply(edits: readonly IssueEdit[]): Promise<ReadonlyMap<number, number>>;
  /** Posts a comment on a pull request, unless this system has posted one with the key since that moment. */
  sayOnPull(
    pull: number,
    said: { readonly key: string; readonly body: string; readonly sinceMs: number },
  ): Promise<void>;
  /** Says that a comment was seen. */
  react(commentId: number, reaction: '+1' | '-1' | 'eyes' | 'confused' | 'rocket'): Promise<void>;
  pinComment(commentId: number): Promise<void>;
  /** Creates labels that are missing and mends colour and description of the others; touches no others. */
  syncLabels(labels: readonly LabelDefinition[]): Promise<void>;
}

/** What goes live, on GitHub's record. */
export interface Deployments {
  create(request: {
    readonly environment: EnvironmentName;
    readonly githubEnvironment: string;
    readonly commit: string;
    readonly slot: string;
    readonly description: string;
    readonly payload: Readonly<Record<string, unknown>>;
  }): Promise<number>;
  setState(
    id: number,
    state: 'in_progress' | 'success' | 'failure',
    description: string,
    logUrl: string | null,
  ): Promise<void>;
  /** This system's deployment of exactly this commit by this slot, with its newest state. */
  find(
    githubEnvironment: string,
    commit: string,
    slot: string,
  ): Promise<{ readonly id: number; readonly state: 'in_progress' | 'success' | 'failure' | 'other' } | null>;
}

/** Pull requests that this system opens itself. */
export interface ConflictPulls {
  /**
   * Opens a draft pull request from a branch that was pushed before, or gives the open one from that branch.
   * Falls back to one that is no draft where the plan has no drafts.
   */
  open(request: {
    readonly head: string;
    readonly base: string;
    readonly title: string;
    readonly body: string;
    readonly assignee: string | null;
  }): Promise<number>;
}

/** GitHub Actions. */
export interface Workflows {
  /** Starts a workflow on the default branch. Gives the run's id, `null` where the server does not tell. */
  dispatch(workflowFile: string, inputs: Readonly<Record<string, string>>): Promise<number | null>;
  /** `unknown` when there is no such run. */
  runState(runId: number): Promise<'active' | 'ended' | 'unknown'>;
  /** Who has started a run; `null` when there is no such run. */
  runStart(runId: number): Promise<RunStart | null>;
  /** How many jobs of a run's newest attempt have not ended; of the first 100. A run that is not there has none. */
  openJobs(runId: number): Promise<number>;
}

/** GitHub answered with an error, or not at all. `message` holds no credentials. */
export class GitHubFailure extends Error {
  readonly operation: string;
  readonly status: number | null;
  readonly retryable: boolean;

  constructor(
    operation: string,
    message: string,
    options: { status: number | null; retryable: boolean; cause?: unknown },
  ) {
    super(message, { cause: options.cause });
    this.name = 'GitHubFailure';
    this.operation = operation;
    this.status = options.status;
    this.retryable = options.retryable;
  }
}
