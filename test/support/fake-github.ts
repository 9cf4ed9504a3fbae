import { markedBody } from '../../src/adapters/github/comment-body.ts';
import { markKeys } from '../../src/domain/text/comment-mark.ts';
import { isGateCheck } from '../../src/domain/gate.ts';
import { parseFixMentions, type FixFacts } from '../../src/domain/fix.ts';
import type { Alerts } from '../../src/ports/alerts.ts';
import type { Checks } from '../../src/ports/checks.ts';
import type { Person } from '../../src/domain/person.ts';
import {
  GitHubFailure,
  type CommentFacts,
  type ConflictPulls,
  type Deployments,
  type IssueEdit,
  type IssueFacts,
  type Issues,
  type Members,
  type Observer,
  type Workflows,
} from '../../src/ports/github.ts';
import type { AppFacts } from '../../src/domain/setup/facts.ts';
import type { RepositorySetup } from '../../src/ports/repository-setup.ts';
import { checksOn, createFakeChecks } from './fake-check.ts';
import { createFakeProtection } from './fake-protection.ts';
import {
  allComments,
  changeLabels,
  commentsIn,
  type FakeComment,
  type FakeIssue,
  type FakePull,
  type FakeWorld,
} from './fake-world.ts';
import type { ProtectionRules } from '../../src/ports/protection-rules.ts';

/** The ports to GitHub over a repository in memory. */
export interface FakeGitHub {
  readonly observer: Observer;
  readonly members: Members;
  readonly issues: Issues;
  readonly alerts: Alerts;
  readonly deployments: Deployments;
  readonly conflictPulls: ConflictPulls;
  readonly workflows: Workflows;
  readonly checks: Checks;
  readonly protectionRules: ProtectionRules;
  readonly setup: Pick<RepositorySetup, 'guards' | 'self'>;
}

/** Fakes that keep the contracts of their ports; see test/contract. */
export function createFakeGitHub(world: FakeWorld): FakeGitHub {
  return {
    observer: createObserver(world),
    members: {
      standing: async ({ id, login }, teams) => {
        const standing = world.standings.get(id);
        const known = [...world.people.values(), world.bot].some(
          (each) => each.id === id && each.login === login,
        );
        const isIn = teams.map((team) => team.toLowerCase()).filter((team) => world.teams.get(team)?.has(id));
        if (standing === undefined || !known)
          return { permission: 'none', isBot: login.endsWith('[bot]'), teams: isIn };
        return { ...standing, teams: isIn };
      },
    },
    issues: createIssues(world),
    alerts: createAlerts(world),
    deployments: createDeployments(world),
    conflictPulls: createConflictPulls(world),
    checks: createFakeChecks(world),
    protectionRules: createFakeProtection(world),
    setup: { guards: async () => world.guards, self: async () => selfIn(world) },
    workflows: {
      dispatch: async (workflowFile, inputs) => {
        const id = world.nextId();
        world.runs.push({ id, workflowFile, inputs, state: 'active' });
        world.starts.set(id, { event: 'workflow_dispatch', by: world.bot, again: null });
        return id;
      },
      runState: async (runId) => world.runs.find(({ id }) => id === runId)?.state ?? 'unknown',
      runStart: async (runId) => world.starts.get(runId) ?? null,
      openJobs: async (runId) =>
        world.runs.filter(({ id, state }) => id === runId && state === 'active').length,
    },
  };
}

/** The App whose bot acts here. */
function selfIn({ guards, bot }: FakeWorld): AppFacts | null {
  return guards.app === null ? null : { ...guards.app, slug: bot.login.replace('[bot]', '') };
}

function createObserver(world: FakeWorld): Observer {
  return {
    issues: async (numbers) =>
      [...new Set(numbers)]
        .flatMap((number) => [world.issues.get(number)])
        .flatMap((issue) => factsOf(world, issue)),
    comment: async (id) => {
      const found = allComments(world).find((each) => each.id === id);
      return found === undefined ? null : commentFacts(world, found);
    },
    labels: async (numbers) =>
      new Map(
        [...new Set(numbers)].flatMap((number) => {
          const issue = world.issues.get(number);
          return issue === undefined ? [] : [[number, [...issue.labels]] as const];
        }),
      ),
    labelEvents: async (number) => world.issues.get(number)?.labelEvents.slice(-100) ?? [],
    issuesSince: async (sinceMs, label) =>
      [...world.issues.values()]
        .filter((issue) => issue.updatedAtMs >= sinceMs)
        .filter((issue) => issue.labels.some((each) => each.toLowerCase() === label.toLowerCase()))
        .toSorted((a, b) => a.updatedAtMs - b.updatedAtMs)
        .flatMap((issue) => factsOf(world, issue)),
    changedSince: async (sinceMs) =>
      [...world.issues.values()].filter((issue) => issue.updatedAtMs >= sinceMs).map(({ number }) => number),
    commentsSince: async (number, sinceMs) =>
      commentFactsOf(world, world.issues.get(number)?.comments ?? []).filter(
        ({ createdAtMs }) => createdAtMs >= sinceMs,
      ),
    talkSince: async (sinceMs, bases) =>
      [...world.pulls.values()]
        .filter(({ state, base }) => state === 'open' && bases.includes(base))
        .map(({ number }) => ({ number, comments: commentFactsOf(world, commentsIn(world, number)) }))
        .map(({ number, comments }) => ({
          number,
          comments: comments.filter(({ createdAtMs }) => createdAtMs >= sinceMs),
        }))
        .filter(({ comments }) => comments.length > 0),
    deletionsOnPulls: async (bases) =>
      [...world.pulls.values()]
        .filter(({ state, base }) => state !== 'closed' && bases.includes(base))
        .flatMap(({ number }) => {
          const ownDeletedBy = world.pullDeletions.get(number) ?? [];
          return ownDeletedBy.length === 0 ? [] : [{ number, ownDeletedBy: ownDeletedBy.slice(-10) }];
        }),
    mergedSince: async (sinceMs, bases) =>
      [...world.pulls.values()]
        .filter(({ state, base }) => state === 'merged' && bases.includes(base))
        .filter(({ updatedAtMs }) => updatedAtMs >= sinceMs)
        .map((pull) => fixOf(world, pull)),
    pulls: async (numbers) =>
      [...new Set(numbers)]
        .map((number) => world.pulls.get(number))
        .flatMap((pull) => (pull === undefined ? [] : [fixOf(world, pull)])),
    changedFiles: async (numbers) =>
      new Map(
        [...new Set(numbers)]
          .flatMap((number) => world.pulls.get(number) ?? [])
          .map(({ number, commits, files }) => [number, { head: commits.at(-1) ?? '', paths: files }]),
      ),
    openPulls: async (bases) =>
      [...world.pulls.values()]
        .filter((pull) => pull.state === 'open' && bases.includes(pull.base))
        .toSorted((a, b) => b.updatedAtMs - a.updatedAtMs)
        .slice(0, 100)
        .map((pull) => fixOf(world, pull)),
    lastDeployment: async (githubEnvironment) => {
      const found = world.deployments.findLast(
        (each) => each.githubEnvironment === githubEnvironment && each.state === 'success',
      );
      if (found === undefined) return null;
      const { id, commit, slot, by, createdAtMs } = found;
      return { id, commit, slot, by, createdAtMs };
    },
    queuedAs: async (numbers) =>
      new Map(
        numbers.flatMap((number) => {
          const commit = world.queued.get(number);
          return commit === undefined ? [] : [[number, commit] as const];
        }),
      ),
    contributors: async (numbers) =>
      new Map([...new Set(numbers)].map((number) => [number, contributorsOf(world.pulls.get(number))])),
    heads: async (branches) => new Map(branches.map((name) => [name, world.branches.get(name) ?? null])),
    headPush: async (branch, head) => {
      const push = world.pushes.findLast((each) => each.branch === branch && each.head === head);
      return push === undefined ? null : { atMs: push.atMs, by: push.by ?? null };
    },
    defaultBranch: async () => ({
      name: 'main',
      head: world.pushes.findLast((push) => push.branch === 'main')?.head ?? '',
    }),
    defaultBranchFile: async (path) => {
      const text = world.files.get(path) ?? null;
      if (text?.includes('\0') !== true) return text;
      throw new GitHubFailure('read a file', `${path} on the default branch is no text`, {
        status: null,
        retryable: false,
      });
    },
  };
}

function commentFacts(world: FakeWorld, comment: FakeComment): CommentFacts {
  const authorIsBot = comment.author.login.endsWith('[bot]');
  return { ...comment, authorIsBot, isOwn: comment.author.id === world.bot.id };
}

function factsOf(world: FakeWorld, issue: FakeIssue | undefined): IssueFacts[] {
  if (issue === undefined) return [];
  const { number, title, body, author, state, labels, createdAtMs, updatedAtMs, comments, ownDeletedBy } =
    issue;
  return [
    {
      number,
      title,
      body,
      author,
      state,
      labels: [...labels],
      createdAtMs,
      updatedAtMs,
      comments: commentFactsOf(world, comments.slice(-100)),
      hasOlderComments: comments.length > 100,
      closed: state === 'open' ? null : { by: issue.closedBy ?? null, atMs: updatedAtMs },
      ownDeletedBy: ownDeletedBy.slice(-10),
    },
  ];
}

function commentFactsOf(world: FakeWorld, comments: readonly FakeComment[]): CommentFacts[] {
  return comments.map((comment) => commentFacts(world, comment));
}

function contributorsOf(pull: FakePull | undefined): readonly Person[] {
  return pull === undefined ? [] : [...new Map(pull.contributors.map((each) => [each.id, each])).values()];
}

function fixOf(world: FakeWorld, pull: FakePull): FixFacts {
  const head = pull.commits.at(-1) ?? '';
  const mayPush = (id: number) =>
    ['write', 'maintain', 'admin'].includes(world.standings.get(id)?.permission ?? 'none');
  const latest = new Map(
    pull.reviews.filter(({ by }) => mayPush(by.id)).map((review) => [review.by.id, review]),
  );
  const reviews = [...latest.values()];
  const states = checksOn(world, head)
    .filter(({ name }) => !isGateCheck(name))
    .map(({ state }) => state);
  const worst = states.includes('red') ? 'red' : states.includes('pending') ? 'pending' : 'green';
  return {
    pull: pull.number,
    state: pull.state,
    isDraft: pull.isDraft,
    base: pull.base,
    headBranch: pull.headBranch,
    isFromFork: pull.isFromFork,
    head,
    headPushedAtMs: null,
    retargetedAtMs: pull.retargetedAtMs ?? null,
    author: pull.author,
    contributors: null,
    approvingReviews: reviews
      .filter((review) => review.state === 'approved' && review.commit === head)
      .map(({ id, by, submittedAtMs, bodyHash }) => ({ id, by, isAdmin: false, submittedAtMs, bodyHash })),
    changesRequested: reviews.some((review) => review.state === 'changes_requested'),
    checks: states.length === 0 ? 'none' : worst,
    mergeCommit: pull.mergeCommit,
    mergedAtMs: pull.mergedAtMs,
    commits: [...pull.commits],
    patchId: null,
    tree: null,
    mentions: parseFixMentions(pull),
    updatedAtMs: pull.updatedAtMs,
  };
}

function createIssues(world: FakeWorld): Issues {
  return {
    prepare: async () => undefined,
    apply: async (edits) => {
      const cards = new Map<number, number>();
      for (const edit of edits) {
        const issue = world.issues.get(edit.issue);
        if (issue !== undefined) applyEdit(world, { issue, edit, cards });
      }
      return cards;
    },
    sayOnPull: async (pull, { key, body, sinceMs }) => {
      const comments = commentsIn(world, pull);
      const isSaid = comments.some(
        (each) =>
          each.author.id === world.bot.id && each.createdAtMs >= sinceMs && markKeys(each.body).includes(key),
      );
      if (isSaid) return;
      comments.push({
        id: world.nextId(),
        author: world.bot,
        body: markedBody(key, body),
        createdAtMs: world.now(),
        isEdited: false,
        editedBy: null,
      });
    },
    react: async (commentId, reaction) => {
      const isThere = allComments(world).some(({ id }) => id === commentId);
      const isNew = !world.reactions.some(
        (each) => each.commentId === commentId && each.reaction === reaction,
      );
      if (isThere && isNew) world.reactions.push({ commentId, reaction });
    },
    pinComment: async (commentId) => void world.pinned.add(commentId),
    syncLabels: async (labels) => {
      for (const label of labels) world.labels.set(label.name.toLowerCase(), label);
    },
  };
}

interface Applying {
  readonly issue: FakeIssue;
  readonly edit: IssueEdit;
  readonly cards: Map<number, number>;
}

function applyEdit(world: FakeWorld, applying: Applying): void {
  const { issue, edit } = applying;
  const has = (label: string) => issue.labels.some((each) => each.toLowerCase() === label.toLowerCase());
  const add = (edit.addLabels ?? []).filter((label) => !has(label));
  const remove = (edit.removeLabels ?? []).filter((label) => has(label));
  changeLabels(issue, { add, remove, by: null, atMs: world.now() });
  if (edit.card !== undefined) applyCard(world, { ...applying, card: edit.card });
  for (const { key, body } of edit.comments ?? []) {
    if (findOwn(world, issue, key) === undefined) post(world, issue, markedBody(key, body));
  }
  if (edit.state !== undefined) {
    issue.state = edit.state.to;
    issue.closedBy = null;
    issue.stateReason = edit.state.to === 'closed' ? edit.state.as : null;
  }
  issue.updatedAtMs = world.now();
}

function applyCard(
  world: FakeWorld,
  { issue, card, cards }: Applying & { readonly card: NonNullable<IssueEdit['card']> },
): void {
  const body = markedBody('card', card.body);
  const present =
    card.commentId === null
      ? findOwn(world, issue, 'card')
      : issue.comments.find(({ id }) => id === card.commentId);
  if (present === undefined) cards.set(issue.number, post(world, issue, body));
  else {
    present.body = body;
    present.isEdited = true;
    present.editedBy = null;
    if (card.commentId === null) cards.set(issue.number, present.id);
  }
}

function findOwn(world: FakeWorld, issue: FakeIssue, key: string) {
  return issue.comments.find(
    ({ author, body }) => author.id === world.bot.id && markKeys(body).includes(key),
  );
}

function post(world: FakeWorld, issue: FakeIssue, body: string): number {
  const id = world.nextId();
  issue.comments.push({
    id,
    author: world.bot,
    body,
    createdAtMs: world.now(),
    isEdited: false,
    editedBy: null,
  });
  return id;
}

function createAlerts(world: FakeWorld): Alerts {
  return {
    open: async ({ key, title, body, label, assignees }) => {
      const mark = `alert-${key}`;
      const found = [...world.issues.values()].find(
        (issue) => issue.author.id === world.bot.id && markKeys(issue.body).includes(mark),
      );
      if (found !== undefined) return found.number;
      const number = world.nextNumber();
      const atMs = world.now();
      world.issues.set(number, {
        number,
        author: world.bot,
        title,
        body: markedBody(mark, body),
        state: 'open',
        stateReason: null,
        labels: [label],
        labelEvents: [],
        assignees: assignees.filter((login) => canBeAssigned(world, login)),
        createdAtMs: atMs,
        updatedAtMs: atMs,
        comments: [],
        ownDeletedBy: [],
      });
      return number;
    },
  };
}

function canBeAssigned(world: FakeWorld, login: string): boolean {
  const person = world.people.get(login);
  return person !== undefined && world.standings.get(person.id)?.permission !== 'none';
}

function createDeployments(world: FakeWorld): Deployments {
  return {
    create: async ({ githubEnvironment, commit, slot }) => {
      const id = world.nextId();
      const createdAtMs = world.now();
      world.deployments.push({
        id,
        githubEnvironment,
        commit,
        slot,
        by: null,
        createdAtMs,
        state: 'pending',
      });
      return id;
    },
    setState: async (id, state) => {
      const found = world.deployments.find((each) => each.id === id);
      if (found === undefined) throw new Error(`there is no deployment ${id}`);
      found.state = state;
    },
    find: async (githubEnvironment, commit, slot) => {
      const found = world.deployments.findLast(
        (each) =>
          each.by === null &&
          each.githubEnvironment === githubEnvironment &&
          each.commit === commit &&
          each.slot === slot,
      );
      if (found === undefined) return null;
      return { id: found.id, state: found.state === 'pending' ? 'other' : found.state };
    },
  };
}

function createConflictPulls(world: FakeWorld): ConflictPulls {
  return {
    open: async ({ head, base, title, body, assignee }) => {
      const open = [...world.pulls.values()].find(
        (pull) => pull.state === 'open' && pull.headBranch === head && pull.base === base,
      );
      if (open !== undefined) return open.number;
      const number = world.nextNumber();
      world.pulls.set(number, {
        number,
        author: world.bot,
        contributors: [],
        title,
        body,
        base,
        assignee,
        state: 'open',
        isDraft: true,
        headBranch: head,
        isFromFork: false,
        commits: [world.pushes.findLast((push) => push.branch === head)?.head ?? world.newCommit()],
        files: ['a.ts'],
        updatedAtMs: world.now(),
        reviews: [],
        mergeCommit: null,
        mergedAtMs: null,
      });
      return number;
    },
  };
}
