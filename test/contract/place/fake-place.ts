import { checksOn } from '../../support/fake-check.ts';
import { createFakeGitHub } from '../../support/fake-github.ts';
import { createFakeLedger } from '../../support/fake-ledger.ts';
import { createFakePeople } from '../../support/fake-people.ts';
import { commentsIn, createFakeWorld, issueIn, personIn, type FakeWorld } from '../../support/fake-world.ts';
import type { Place, Ports, ShownIssue } from './place.ts';

const APPS = { 'this App': undefined, 'another App': 8, 'a commit status': null };

/** The fakes, acted upon through {@link createFakePeople}. */
export async function openFakePlace(): Promise<Place> {
  const world = createFakeWorld();
  const people = createFakePeople(world);
  const ledger = createFakeLedger();
  const open = (): Ports => ({ ...createFakeGitHub(world), ledger: ledger.open() });
  const mainHead = world.newCommit();
  return {
    ports: open(),
    anotherProcess: open,
    clock: world.clock,
    person: (login) => personIn(world, login),
    bot: () => world.bot,
    takeRole: (login) => void world.standings.delete(personIn(world, login).id),
    joinTeam: (login, team) => {
      const members = world.teams.get(team) ?? new Set();
      world.teams.set(team, members.add(personIn(world, login).id));
    },
    openIssue: async (issue) => people.openIssue(issue),
    closeIssue: async (issue) => people.closeIssue(issue),
    deleteIssue: async (issue) => people.deleteIssue(issue),
    comment: async (comment) => people.comment(comment),
    editComment: async ({ by, id, body }) => people.editComment(id, body, by),
    deleteComment: async (id) => people.deleteComment(id),
    label: async (issue, label) => people.label(issue, { add: [label] }),
    talkOn: async (number) => shownComments(world, number),
    see: async (number) => {
      const { title, body, author, assignees, state, stateReason, labels } = issueIn(world, number);
      return {
        title,
        body,
        author: author.login,
        assignees: [...assignees],
        state,
        stateReason,
        labels: [...labels],
        comments: shownComments(world, number),
      };
    },
    reactionsOf: async (id) =>
      world.reactions.filter((each) => each.commentId === id).map((each) => each.reaction),
    isPinned: async (id) => world.pinned.has(id),
    labelNames: async () => [...world.labels.values()].map(({ name }) => name),
    openPull: async (pull) => people.openPull(pull),
    pushTo: async ({ by, number }) => people.push(number, by),
    branch: async (name) => {
      const head = world.newCommit();
      world.branches.set(name, head);
      world.pushes.push({ branch: name, head, atMs: world.now() });
      return head;
    },
    enqueue: async (pull) => {
      const commit = world.newCommit();
      world.queued.set(pull, commit);
      return commit;
    },
    retarget: async (pull, base) => people.retarget(pull, base),
    review: async (review) => people.review(review),
    check: async ({ by, ...check }) => people.check({ ...check, appId: APPS[by ?? 'this App'] }),
    appId: () => world.appId,
    runsOn: async (commit) =>
      checksOn(world, commit).flatMap(({ appId, report }) => {
        if (appId !== world.appId || report === null) return [];
        const { name, conclusion, title, summary, text, annotations } = report;
        return [{ name, conclusion, title, summary, text, annotations: annotations.length }];
      }),
    demand: async (branch, checks, by) => {
      // Whom branch protection has pinned a check to is for administrators to see.
      const seen = by === undefined ? checks : checks.map(({ context }) => ({ context, appId: null }));
      world.requiredChecks.set(branch, [...(world.requiredChecks.get(branch) ?? []), ...seen]);
    },
    merge: async (pull) => people.merge(pull),
    mainHead: async () => mainHead,
    putFile: async (path, content) => void world.files.set(path, content),
    deployedBy: async (login, { environment, commit, state }) => {
      const id = world.nextId();
      const createdAtMs = world.now();
      world.deployments.push({
        id,
        commit,
        state,
        createdAtMs,
        githubEnvironment: environment,
        slot: null,
        by: personIn(world, login),
      });
    },
    waitBefore: async (githubEnvironment) => {
      const id = world.nextId();
      const run = {
        id,
        attempt: 1,
        event: 'workflow_dispatch',
        workflowPath: '.github/workflows/deploy.yml',
        refName: 'main',
        commit: mainHead,
        startedAtMs: world.now(),
      };
      world.waiting.push({ run, githubEnvironment, decision: null, comments: [] });
      return { run: id, callbackUrl: `https://fake/runs/${id}` };
    },
    saidAbout: async (id) =>
      world.waiting.filter(({ run }) => run.id === id).flatMap(({ comments }) => comments),
    endRun: async (id) => {
      const run = world.runs.find((each) => each.id === id);
      if (run !== undefined) run.state = 'ended';
    },
    startAgain: async (login, id) => {
      const start = world.starts.get(id);
      if (start !== undefined) world.starts.set(id, { ...start, again: personIn(world, login) });
    },
    close: async () => {},
  };
}

function shownComments(world: FakeWorld, number: number): ShownIssue['comments'] {
  return commentsIn(world, number).map(({ id, author, body }) => ({ id, author: author.login, body }));
}
