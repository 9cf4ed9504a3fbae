import type { Person } from '../../../src/domain/person.ts';
import type { Ledger } from '../../../src/ports/ledger.ts';
import type { FakeGitHub } from '../../support/fake-github.ts';

/** The ports to one repository, as one process has them. */
export type Ports = FakeGitHub & { readonly ledger: Ledger };

/** What an issue shows to people. */
export interface ShownIssue {
  readonly title: string;
  readonly body: string;
  readonly author: string;
  readonly assignees: readonly string[];
  readonly state: 'open' | 'closed';
  readonly stateReason: string | null;
  readonly labels: readonly string[];
  readonly comments: readonly { readonly id: number; readonly author: string; readonly body: string }[];
}

/** What a check run shows to people. */
interface ShownRun {
  readonly name: string;
  readonly conclusion: string | null;
  readonly title: string;
  readonly summary: string;
  readonly text: string | null;
  readonly annotations: number;
}

/**
 * A repository in which contract suites act and look from outside, by the logins of its people: `ada` (admin), `max`
 * (maintain), `wes` (write), `tia` (triage), `rea` (read) and `out`, who has no role.
 */
export interface Place {
  readonly ports: Ports;
  /** The ports as another process of this system has them. */
  anotherProcess(): Ports;
  readonly clock: { nowMs(): number; advance(ms: number): void };
  person(login: string): Person;
  /** Who this system is here. */
  bot(): Person;
  takeRole(login: string): void;
  joinTeam(login: string, team: string): void;
  openIssue(issue: { by: string; title?: string; body?: string; labels?: string[] }): Promise<number>;
  /** By Ada, by the button. */
  closeIssue(issue: number): Promise<void>;
  deleteIssue(issue: number): Promise<void>;
  comment(comment: { by: string; issue: number; body: string }): Promise<number>;
  editComment(comment: { by: string; id: number; body: string }): Promise<void>;
  deleteComment(id: number): Promise<void>;
  label(issue: number, label: string): Promise<void>;
  see(issue: number): Promise<ShownIssue>;
  /** All comments on an issue or a pull request, oldest first. */
  talkOn(number: number): Promise<ShownIssue['comments']>;
  reactionsOf(commentId: number): Promise<string[]>;
  isPinned(commentId: number): Promise<boolean>;
  labelNames(): Promise<string[]>;
  openPull(pull: {
    by: string;
    head: string;
    base: string;
    title?: string;
    body?: string;
    draft?: boolean;
  }): Promise<{
    number: number;
    head: string;
  }>;
  /** One more commit on a pull request's branch. */
  pushTo(pull: { by: string; number: number; branch: string }): Promise<string>;
  /** A branch with one commit that is not on `main`. */
  branch(name: string, by: string): Promise<string>;
  /** Somebody turns a pull request to another branch. */
  retarget(pull: number, base: string): Promise<void>;
  /** Puts a pull request into the merge queue of `main`. Gives the commit that the queue tries. */
  enqueue(pull: number): Promise<string>;
  review(review: {
    by: string;
    pull: number;
    state: 'approved' | 'changes_requested';
    body?: string;
  }): Promise<void>;
  /** Somebody says something about the head of a pull request: this system's App unless it says who else. */
  check(check: {
    pull: number;
    name: string;
    state: 'green' | 'red' | 'pending';
    by?: 'another App' | 'a commit status';
  }): Promise<void>;
  /** This system's own App. */
  appId(): number;
  /** The check runs of this system's own App on a commit, the newest of each name, as people see them. */
  runsOn(commit: string): Promise<readonly ShownRun[]>;
  /** Lets a branch ask for checks, by a ruleset unless it says how; `appId` pins one to an App. */
  demand(
    branch: string,
    checks: readonly { context: string; appId: number | null }[],
    by?: 'branch protection',
  ): Promise<void>;
  merge(pull: number): Promise<string>;
  mainHead(): Promise<string>;
  putFile(path: string, content: string): Promise<void>;
  /** A deployment by somebody else, with its end. */
  deployedBy(
    login: string,
    deployment: { environment: string; commit: string; state: 'success' | 'failure' },
  ): Promise<void>;
  /** A run whose job waits before an environment for the word of this system, and where GitHub wants it. */
  waitBefore(environment: string): Promise<{ run: number; callbackUrl: string }>;
  /** What was said about waiting jobs of a run, oldest first: status reports, then the decision. */
  saidAbout(run: number): Promise<string[]>;
  /** Lets a started workflow run end. */
  endRun(id: number): Promise<void>;
  /** A person starts a run again that has ended. */
  startAgain(login: string, run: number): Promise<void>;
  close(): Promise<void>;
}
