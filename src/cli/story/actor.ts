import { join } from 'node:path';
import { Octokit } from '@octokit/rest';
import { cloneRepository, type FileChange, type WorkingCopy } from './working-copy.ts';

/** Where the people of the story work. */
export interface Workplace {
  readonly apiUrl: string;
  readonly serverUrl: string;
  readonly owner: string;
  readonly name: string;
  readonly folder: string;
  readonly nowMs: () => number;
}

/** A fix or a feature as a person offers it. */
interface Proposal {
  readonly branch: string;
  readonly base: string;
  readonly title: string;
  readonly body: string;
  readonly changes: readonly FileChange[];
}

/** A person of the story: everything goes through the public API and git over HTTP, with the person's own token. */
export interface Actor {
  readonly login: string;
  report(issue: {
    readonly title: string;
    readonly body: string;
    readonly labels?: readonly string[];
  }): Promise<number>;
  label(issue: number, labels: readonly string[]): Promise<void>;
  unlabel(issue: number, label: string): Promise<void>;
  /** Gives the comment's id. */
  say(issue: number, text: string): Promise<number>;
  /** Pushes a branch and opens a pull request; gives its number. */
  propose(proposal: Proposal): Promise<number>;
  approve(pull: number): Promise<void>;
  merge(pull: number): Promise<void>;
  /** The person's clone, made when it is first needed. */
  workingCopy(): Promise<WorkingCopy>;
  readonly octokit: Octokit;
  /** Owner and name of the repository, for calls. */
  readonly at: { readonly owner: string; readonly repo: string };
}

/** Makes a person who acts with this token. */
export function createActor(
  workplace: Workplace,
  person: { readonly login: string; readonly token: string },
): Actor {
  const { login, token } = person;
  const at = { owner: workplace.owner, repo: workplace.name };
  const octokit = new Octokit({ auth: token, baseUrl: workplace.apiUrl, log: QUIET });
  let copy: Promise<WorkingCopy> | null = null;

  function workingCopy(): Promise<WorkingCopy> {
    copy ??= cloneRepository({
      url: `${workplace.serverUrl}/${workplace.owner}/${workplace.name}.git`,
      token,
      author: { name: login[0]?.toUpperCase() + login.slice(1), email: `${login}@acme.example` },
      folder: join(workplace.folder, login, workplace.name),
      nowMs: workplace.nowMs,
    });
    return copy;
  }

  return {
    login,
    octokit,
    at,
    workingCopy,
    async report({ title, body, labels = [] }) {
      const { data } = await octokit.rest.issues.create({ ...at, title, body, labels: [...labels] });
      return data.number;
    },
    async label(issue, labels) {
      await octokit.rest.issues.addLabels({ ...at, issue_number: issue, labels: [...labels] });
    },
    async unlabel(issue, label) {
      await octokit.rest.issues.removeLabel({ ...at, issue_number: issue, name: label });
    },
    async say(issue, body) {
      const { data } = await octokit.rest.issues.createComment({ ...at, issue_number: issue, body });
      return data.id;
    },
    async propose({ branch, base, title, body, changes }) {
      const clone = await workingCopy();
      await clone.pushBranch({ branch, from: base, message: title, changes });
      const { data } = await octokit.rest.pulls.create({ ...at, head: branch, base, title, body });
      return data.number;
    },
    async approve(pull) {
      await octokit.rest.pulls.createReview({
        ...at,
        pull_number: pull,
        event: 'APPROVE',
        body: 'Looks right.',
      });
    },
    async merge(pull) {
      await octokit.rest.pulls.merge({ ...at, pull_number: pull, merge_method: 'merge' });
    },
  };
}

const silent = (): void => undefined;
const QUIET = { debug: silent, info: silent, warn: silent, error: silent };
