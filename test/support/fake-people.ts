import { createHash } from 'node:crypto';
import {
  allComments,
  changeLabels,
  commentsIn,
  issueIn,
  personIn,
  pullIn,
  type FakeComment,
  type FakeWorld,
} from './fake-world.ts';

/** What people do in the fake repository, by login. Times are the fake clock's. */
export interface FakePeople {
  openIssue(issue: { by: string; title?: string; body?: string; labels?: string[] }): number;
  comment(comment: { by: string; issue: number; body: string }): number;
  /** By Ada, unless somebody else is named; so for a deletion. */
  editComment(id: number, body: string, by?: string): void;
  deleteComment(id: number, by?: string): void;
  /** By Ada, unless somebody else is named. */
  label(issue: number, change: { add?: string[]; remove?: string[]; by?: string }): void;
  /** By Ada, unless somebody else is named. */
  closeIssue(issue: number, by?: string): void;
  deleteIssue(issue: number): void;
  openPull(pull: {
    by: string;
    head: string;
    base: string;
    title?: string;
    body?: string;
    draft?: boolean;
    fromFork?: boolean;
    /** What it changes; `a.ts` unless it says so. */
    files?: string[];
  }): {
    number: number;
    head: string;
  };
  /** A new commit on the pull request's branch; by its author unless somebody else is named. */
  push(pull: number, by?: string): string;
  /** Turns a pull request to another branch. */
  retarget(pull: number, base: string): void;
  review(review: { by: string; pull: number; state: 'approved' | 'changes_requested'; body?: string }): void;
  /** Says something about the head of a pull request; `appId` `null` makes it a commit status. */
  check(check: {
    pull: number;
    name: string;
    state: 'green' | 'red' | 'pending';
    appId?: number | null | undefined;
  }): void;
  merge(pull: number): string;
}

/** People in a fake repository. */
export function createFakePeople(world: FakeWorld): FakePeople {
  return { ...createReporters(world), ...createFixers(world) };
}

function createReporters(world: FakeWorld) {
  return {
    openIssue: ({ by, title = 'It breaks', body = '', labels = [] }) => {
      const number = world.nextNumber();
      const atMs = world.now();
      const author = personIn(world, by);
      const start = { state: 'open', stateReason: null, createdAtMs: atMs, updatedAtMs: atMs } as const;
      world.issues.set(number, {
        number,
        author,
        title,
        body,
        labels: [...labels],
        assignees: [],
        labelEvents: [],
        comments: [],
        ownDeletedBy: [],
        ...start,
      });
      return number;
    },
    comment: ({ by, issue, body }) => {
      const id = world.nextId();
      const atMs = world.now();
      const author = personIn(world, by);
      commentsIn(world, issue).push({ id, author, body, createdAtMs: atMs, isEdited: false, editedBy: null });
      const found = world.issues.get(issue);
      if (found !== undefined) found.updatedAtMs = atMs;
      return id;
    },
    editComment: (id, body, by = 'ada') => {
      const comment = commentIn(world, id);
      comment.body = body;
      comment.isEdited = true;
      comment.editedBy = personIn(world, by);
    },
    deleteComment: (id, by = 'ada') => {
      for (const issue of world.issues.values()) {
        const isOwn = issue.comments.some(
          (comment) => comment.id === id && comment.author.id === world.bot.id,
        );
        if (isOwn) issue.ownDeletedBy.push(personIn(world, by));
        issue.comments = issue.comments.filter((comment) => comment.id !== id);
      }
      for (const [pull, comments] of world.pullComments) {
        const gone = comments.find((comment) => comment.id === id);
        if (gone?.author.id === world.bot.id)
          world.pullDeletions.set(pull, [...(world.pullDeletions.get(pull) ?? []), personIn(world, by)]);
        world.pullComments.set(
          pull,
          comments.filter((comment) => comment !== gone),
        );
      }
    },
    label: (number, { add = [], remove = [], by = 'ada' }) => {
      const issue = issueIn(world, number);
      changeLabels(issue, { add, remove, by: personIn(world, by), atMs: world.now() });
      issue.updatedAtMs = world.now();
    },
    closeIssue: (number, by = 'ada') => {
      const closed = { state: 'closed', closedBy: personIn(world, by), updatedAtMs: world.now() } as const;
      Object.assign(issueIn(world, number), closed);
    },
    deleteIssue: (issue) => void world.issues.delete(issue),
  } satisfies Partial<FakePeople>;
}

function createFixers(world: FakeWorld) {
  return {
    openPull: ({
      by,
      head,
      base,
      title = 'Repair it',
      body = '',
      draft = false,
      fromFork = false,
      files = ['a.ts'],
    }) => {
      const number = world.nextNumber();
      const commit = world.newCommit();
      const author = personIn(world, by);
      world.pushes.push({ branch: head, head: commit, atMs: world.now(), by: author });
      world.pulls.set(number, {
        number,
        author,
        contributors: [author],
        title,
        body,
        state: 'open',
        isDraft: draft,
        base,
        headBranch: head,
        isFromFork: fromFork,
        commits: [commit],
        files,
        updatedAtMs: world.now(),
        reviews: [],
        mergeCommit: null,
        mergedAtMs: null,
        assignee: null,
      });
      return { number, head: commit };
    },
    push: (number, login) => {
      const pull = pullIn(world, number);
      const commit = world.newCommit();
      const by = login === undefined ? pull.author : personIn(world, login);
      pull.contributors.push(by);
      pull.commits.push(commit);
      pull.updatedAtMs = world.now();
      world.pushes.push({ branch: pull.headBranch, head: commit, atMs: world.now(), by });
      return commit;
    },
    retarget: (number, base) => {
      const atMs = world.now();
      Object.assign(pullIn(world, number), { base, retargetedAtMs: atMs, updatedAtMs: atMs });
    },
    review: ({ by, pull: number, state, body = '' }) => {
      const pull = pullIn(world, number);
      pull.reviews.push({
        id: world.nextId(),
        by: personIn(world, by),
        state,
        commit: pull.commits.at(-1) ?? '',
        submittedAtMs: world.now(),
        bodyHash: createHash('sha256').update(body).digest('hex'),
      });
      pull.updatedAtMs = world.now();
    },
    check: ({ pull, name, state, appId = world.appId }) => {
      const commit = pullIn(world, pull).commits.at(-1) ?? '';
      world.checks.push({ commit, name, appId, state, report: null });
    },
    merge: (number) => {
      const pull = pullIn(world, number);
      pull.state = 'merged';
      pull.mergeCommit = world.newCommit();
      pull.mergedAtMs = world.now();
      world.pushes.push({ branch: pull.base, head: pull.mergeCommit, atMs: world.now() });
      return pull.mergeCommit;
    },
  } satisfies Partial<FakePeople>;
}

function commentIn(world: FakeWorld, id: number): FakeComment {
  const comments = allComments(world);
  const found = comments.find((comment) => comment.id === id);
  if (found === undefined) throw new Error(`there is no comment ${id}`);
  return found;
}
