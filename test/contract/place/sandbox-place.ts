import { readFileSync } from 'node:fs';
import { Octokit } from '@octokit/rest';
import { parse } from 'yaml';
import type { Permissions } from '../../../src/sandbox/model/app.ts';
import { createGitHub } from '../../../src/adapters/github/github.ts';
import { createOctokit } from '../../../src/adapters/github/octokit.ts';
import { addInstallationToken } from '../../../src/sandbox/auth/token.ts';
import { addApp, installApp } from '../../../src/sandbox/found.ts';
import { accountOf } from '../../../src/sandbox/world.ts';
import { QUIET, startWorld, type SandboxWorld } from '../../support/sandbox-world.ts';
import type { Place, Ports, ShownIssue } from './place.ts';

const shop = { owner: 'acme', repo: 'shop' };
const silent = (): void => {};

/** What the App asks for: the contracts hold with it and with nothing more. */
const manifest: { default_permissions: Permissions } = parse(
  readFileSync(new URL('../../../app.yml', import.meta.url), 'utf8'),
);

/** The real adapter against a GitHub on this machine; people act through its REST API with their own tokens. */
export async function openSandboxPlace(): Promise<Place & { readonly world: SandboxWorld }> {
  const world = await startWorld();
  await world.commit({ 'README.md': 'Shop\n' });
  const clock = world.sandbox.clock;
  const open = (): Ports =>
    createGitHub({
      octokit: createOctokit({
        token: world.appToken(manifest.default_permissions),
        baseUrl: world.sandbox.apiUrl,
      }),
      ...shop,
      botLogins: ['tonic[bot]'],
      ledgerBranch: 'tonic-ledger',
      log: { info: silent, warn: silent, error: silent },
      clock,
      wait: async () => {},
    });
  return {
    world,
    ports: open(),
    anotherProcess: open,
    clock: { nowMs: () => clock.nowMs(), advance: (ms) => clock.set(clock.nowMs() + ms) },
    person: (login) => ({ id: world.people[login]?.id ?? 0, login }),
    bot: () => ({ id: world.app.botId, login: 'tonic[bot]' }),
    takeRole: (login) => {
      const id = world.people[login]?.id;
      const { collaborators } = world.repository;
      collaborators.splice(0, collaborators.length, ...collaborators.filter(({ userId }) => userId !== id));
    },
    joinTeam: (login, team) => joinTeam(world, login, team),
    ...issuePeople(world),
    ...pullPeople(world),
    ...checkPeople(world),
    ...deployPeople(world),
    close: () => world.close(),
  };
}

const QUEUE = {
  check_response_timeout_minutes: 60,
  grouping_strategy: 'ALLGREEN',
  max_entries_to_build: 1,
  max_entries_to_merge: 1,
  merge_method: 'MERGE',
  min_entries_to_merge: 1,
  min_entries_to_merge_wait_minutes: 0,
} as const;

/** `main` asks for a check, so that the queue waits with what it tries. */
async function enqueue(world: SandboxWorld, pull: number): Promise<string> {
  const { rest, graphql } = world.as('ada');
  const required_status_checks = [{ context: 'ci' }];
  await rest.repos.createRepoRuleset({
    ...shop,
    name: 'queue',
    target: 'branch',
    enforcement: 'active',
    conditions: { ref_name: { include: ['refs/heads/main'], exclude: [] } },
    rules: [
      { type: 'merge_queue', parameters: QUEUE },
      {
        type: 'required_status_checks',
        parameters: { required_status_checks, strict_required_status_checks_policy: false },
      },
    ],
  });
  const { data } = await rest.pulls.get({ ...shop, pull_number: pull });
  await rest.repos.createCommitStatus({ ...shop, sha: data.head.sha, context: 'ci', state: 'success' });
  await graphql(
    'mutation($id: ID!) { enqueuePullRequest(input: { pullRequestId: $id }) { mergeQueueEntry { id } } }',
    { id: data.node_id },
  );
  await world.sandbox.idle();
  const refs = await rest.git.listMatchingRefs({ ...shop, ref: 'heads/gh-readonly-queue/main/' });
  return refs.data[0]?.object.sha ?? '';
}

function joinTeam(world: SandboxWorld, login: string, team: string): void {
  const [org, slug = ''] = team.split('/');
  const organization = world.sandbox.world.accounts.find((account) => account.login === org)?.organization;
  const person = world.people[login];
  if (!organization || !person) throw new Error(`there is no ${team} or ${login}`);
  let found = organization.teams.find((each) => each.slug === slug);
  if (found === undefined) {
    const id = 900_000 + organization.teams.length;
    found = {
      id,
      nodeId: `T_${id}`,
      slug,
      name: slug,
      description: null,
      privacy: 'closed',
      parentId: null,
      members: [],
      createdAt: world.sandbox.clock.now(),
    };
    organization.teams.push(found);
  }
  organization.members.push({ userId: person.id, role: 'member' });
  found.members.push({ userId: person.id, role: 'member' });
}

function issuePeople(world: SandboxWorld) {
  const talkOn = async (number: number): Promise<ShownIssue['comments']> => {
    const octokit = world.as('ada');
    const all = { ...shop, issue_number: number, per_page: 100 };
    const found = await octokit.paginate(octokit.rest.issues.listComments, all);
    return found.map(({ id, user, body }) => ({ id, author: user?.login ?? '', body: body ?? '' }));
  };
  return {
    talkOn,
    openIssue: async ({ by, title = 'It breaks', body = '', labels = [] }) => {
      const { data } = await world.as(by).rest.issues.create({ ...shop, title, body });
      if (labels.length > 0) {
        await world.as('ada').rest.issues.addLabels({ ...shop, issue_number: data.number, labels });
      }
      return data.number;
    },
    closeIssue: async (number) => {
      await world.as('ada').rest.issues.update({ ...shop, issue_number: number, state: 'closed' });
    },
    deleteIssue: async (number) => {
      world.repository.issues = world.repository.issues.filter((issue) => issue.number !== number);
    },
    comment: async ({ by, issue, body }) =>
      (await world.as(by).rest.issues.createComment({ ...shop, issue_number: issue, body })).data.id,
    editComment: async ({ by, id, body }) => {
      await world.as(by).rest.issues.updateComment({ ...shop, comment_id: id, body });
    },
    deleteComment: async (id) => {
      await world.as('ada').rest.issues.deleteComment({ ...shop, comment_id: id });
    },
    label: async (issue, label) => {
      await world.as('ada').rest.issues.addLabels({ ...shop, issue_number: issue, labels: [label] });
    },
    see: async (number): Promise<ShownIssue> => {
      const at = { ...shop, issue_number: number };
      const [{ data: issue }, comments] = await Promise.all([
        world.as('ada').rest.issues.get(at),
        talkOn(number),
      ]);
      return {
        title: issue.title,
        body: issue.body ?? '',
        author: issue.user?.login ?? '',
        assignees: (issue.assignees ?? []).map(({ login }) => login),
        state: issue.state === 'open' ? 'open' : 'closed',
        stateReason: issue.state_reason ?? null,
        labels: issue.labels.map((label) => (typeof label === 'string' ? label : (label.name ?? ''))),
        comments,
      };
    },
    reactionsOf: async (id) =>
      (await world.as('ada').rest.reactions.listForIssueComment({ ...shop, comment_id: id })).data.map(
        ({ content }) => content,
      ),
    isPinned: async (id) =>
      world.repository.issues.some((issue) =>
        issue.comments.some((each) => each.id === id && each.pin !== null),
      ),
    labelNames: async () =>
      (await world.as('ada').rest.issues.listLabelsForRepo({ ...shop, per_page: 100 })).data.map(
        ({ name }) => name,
      ),
  } satisfies Partial<Place>;
}

function pullPeople(world: SandboxWorld) {
  const mainHead = async () =>
    (await world.as('ada').rest.repos.getBranch({ ...shop, branch: 'main' })).data.commit.sha;
  let files = 0;
  const put = async (by: string, branch: string, path = `src/file-${++files}.txt`) => {
    const content = Buffer.from(`${path} ${files}\n`).toString('base64');
    const { data } = await world
      .as(by)
      .rest.repos.createOrUpdateFileContents({ ...shop, branch, path, content, message: `Change ${path}` });
    return data.commit.sha ?? '';
  };
  const branch = async (name: string, by: string) => {
    await world.as(by).rest.git.createRef({ ...shop, ref: `refs/heads/${name}`, sha: await mainHead() });
    return put(by, name);
  };
  return {
    mainHead,
    branch,
    openPull: async ({ by, head, base, title = 'Repair it', body = '', draft = false }) => {
      const oid = await branch(head, by);
      const { data } = await world.as(by).rest.pulls.create({ ...shop, head, base, title, body, draft });
      return { number: data.number, head: oid };
    },
    pushTo: async ({ by, branch: name }) => put(by, name),
    enqueue: (pull) => enqueue(world, pull),
    retarget: async (pull, base) =>
      void (await world.as('wes').rest.pulls.update({ ...shop, pull_number: pull, base })),
    review: async ({ by, pull, state, body = '' }) => {
      const event = state === 'approved' ? 'APPROVE' : 'REQUEST_CHANGES';
      const words = body === '' && event === 'REQUEST_CHANGES' ? {} : { body };
      await world.as(by).rest.pulls.createReview({ ...shop, pull_number: pull, event, body: 'no', ...words });
    },
    demand: async (branch, checks, by) => {
      if (by === 'branch protection') return protect(world, branch, checks);
      const required_status_checks = checks.map(({ context, appId }) =>
        appId === null ? { context } : { context, integration_id: appId },
      );
      await world.as('ada').rest.repos.createRepoRuleset({
        ...shop,
        name: `checks of ${branch}`,
        target: 'branch',
        enforcement: 'active',
        conditions: { ref_name: { include: [`refs/heads/${branch}`], exclude: [] } },
        rules: [
          {
            type: 'required_status_checks',
            parameters: { required_status_checks, strict_required_status_checks_policy: false },
          },
        ],
      });
    },
    merge: async (pull) => {
      const { data } = await world.as('ada').rest.pulls.merge({ ...shop, pull_number: pull });
      return data.sha;
    },
  } satisfies Partial<Place>;
}

async function protect(
  world: SandboxWorld,
  branch: string,
  checks: Parameters<Place['demand']>[1],
): Promise<void> {
  await world.as('ada').rest.repos.updateBranchProtection({
    ...shop,
    branch,
    required_status_checks: {
      strict: false,
      contexts: [],
      checks: checks.map(({ context, appId }) => ({ context, ...(appId === null ? {} : { app_id: appId }) })),
    },
    enforce_admins: true,
    required_pull_request_reviews: null,
    restrictions: null,
  });
}

const GREEN_OR_NOT = { green: 'success', red: 'failure', pending: 'pending' } as const;

async function say(app: Octokit, said: { name: string; head_sha: string; state: string }): Promise<void> {
  const { state, ...run } = said;
  const end = state === 'success' ? ('success' as const) : ('failure' as const);
  const open = { ...shop, ...run, status: 'in_progress' as const };
  await app.rest.checks.create(
    state === 'pending' ? open : { ...shop, ...run, status: 'completed', conclusion: end },
  );
}

function checkPeople(world: SandboxWorld) {
  let another: Octokit | null = null;
  return {
    appId: () => world.app.id,
    check: async ({ pull, name, state: color, by }) => {
      const { data } = await world.as('ada').rest.pulls.get({ ...shop, pull_number: pull });
      const { sha } = data.head;
      const state = GREEN_OR_NOT[color];
      if (by === 'a commit status') {
        await world.as('wes').rest.repos.createCommitStatus({ ...shop, sha, context: name, state });
        return;
      }
      another ??= anotherApp(world);
      const app = by === undefined ? world.asApp({ checks: 'write' }) : another;
      await say(app, { name, head_sha: sha, state });
    },
    runsOn: async (ref) => {
      const { data } = await world.as('ada').rest.checks.listForRef({ ...shop, ref, app_id: world.app.id });
      return data.check_runs.map(({ name, conclusion, output }) => ({
        name,
        conclusion,
        title: output.title ?? '',
        summary: output.summary ?? '',
        text: output.text,
        annotations: output.annotations_count,
      }));
    },
  } satisfies Partial<Place>;
}

function anotherApp({ sandbox, repository }: SandboxWorld): Octokit {
  const account = accountOf(sandbox.world, repository.ownerId);
  const permissions = { checks: 'write' } as const;
  const app = addApp(sandbox, { slug: 'another', owner: account, permissions, events: [] });
  const installation = installApp(sandbox, app, { account });
  const { token } = addInstallationToken(sandbox.world, installation, { permissions, repositoryIds: null });
  return new Octokit({ auth: token, baseUrl: sandbox.apiUrl, log: QUIET });
}

function deployPeople(world: SandboxWorld) {
  return {
    putFile: async (path, content) => void (await world.commit({ [path]: content })),
    deployedBy: async (login, { environment, commit, state }) => {
      const { data } = await world.as(login).rest.repos.createDeployment({
        ...shop,
        ref: commit,
        environment,
        auto_merge: false,
        required_contexts: [],
      });
      if (!('id' in data)) throw new Error('no deployment');
      await world.as(login).rest.repos.createDeploymentStatus({ ...shop, deployment_id: data.id, state });
    },
    ...gatePeople(world),
    endRun: async () => {
      await world.sandbox.idle();
    },
    startAgain: async (login: string, run: number) => {
      await world.as(login).rest.actions.reRunWorkflow({ ...shop, run_id: run });
    },
  } satisfies Partial<Place>;
}

const DEPLOY = (environment: string) => `on:
  workflow_dispatch:
jobs:
  deploy:
    runs-on: ubuntu-latest
    environment: ${environment}
    steps:
      - run: 'true'
`;

function gatePeople(world: SandboxWorld) {
  return {
    waitBefore: async (environment) => {
      const ada = world.as('ada').rest;
      const at = { ...shop, environment_name: environment };
      await ada.repos.createOrUpdateEnvironment(at);
      const { data: rules } = await ada.repos.getAllDeploymentProtectionRules(at);
      if (rules.total_count === 0)
        await ada.repos.createDeploymentProtectionRule({ ...at, integration_id: world.app.id });
      const file = `.github/workflows/deploy-${environment}.yml`;
      await world.commit({ [file]: DEPLOY(environment) });
      await ada.actions.createWorkflowDispatch({ ...shop, workflow_id: file.slice(18), ref: 'main' });
      await world.sandbox.idle();
      const asked = world.received.findLast(({ event }) => event === 'deployment_protection_rule');
      const callbackUrl = String(asked?.payload['deployment_callback_url']);
      return { run: Number(/runs\/(\d+)\//u.exec(callbackUrl)?.[1]), callbackUrl };
    },
    saidAbout: async (run) => {
      const { data } = await world.as('rea').rest.actions.getReviewsForRun({ ...shop, run_id: run });
      return data.map(({ comment }) => comment);
    },
  } satisfies Partial<Place>;
}
