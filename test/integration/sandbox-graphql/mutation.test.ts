import { graphql, GraphqlResponseError } from '@octokit/graphql';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { startWorld, type SandboxWorld } from '../../support/sandbox-world.ts';

let world: SandboxWorld;
const shop = { owner: 'acme', repo: 'shop' };

beforeAll(async () => {
  world = await startWorld();
  await world.commit({ 'README.md': 'Shop\n' });
});
afterAll(() => world.close());
beforeEach(async () => {
  await world.sandbox.idle();
  world.received.length = 0;
});

function send<T = unknown>(document: string, variables: object, token = world.appToken()): Promise<T> {
  return graphql<T>(document, {
    ...variables,
    baseUrl: world.sandbox.url,
    headers: { authorization: `token ${token}` },
  });
}

async function failureOf(work: Promise<unknown>): Promise<{ data: unknown; errors: unknown }> {
  const error = await work.catch((thrown: unknown) => thrown);
  if (!(error instanceof GraphqlResponseError)) throw error;
  return { data: error.data, errors: error.errors };
}

const head = async (branch = 'main'): Promise<string> =>
  (await world.as('rea').rest.repos.getBranch({ ...shop, branch })).data.commit.sha;

const COMMIT = `mutation TonicCommit($input: CreateCommitOnBranchInput!) { createCommitOnBranch(input: $input) { commit { oid } } }`;

const commitInput = (expectedHeadOid: string, more: object = {}) => ({
  input: {
    branch: { repositoryNameWithOwner: 'acme/shop', branchName: 'main' },
    expectedHeadOid,
    message: { headline: 'Approve bug 12 [skip ci]', body: 'by ada' },
    fileChanges: {
      additions: [{ path: 'bugs/12.json', contents: Buffer.from('{"a":1}').toString('base64') }],
    },
    ...more,
  },
});

test('a commit on the expected head is the bot’s, signed by GitHub, and pushed', async () => {
  const before = await head();
  const { createCommitOnBranch } = await send<{ createCommitOnBranch: { commit: { oid: string } } }>(
    COMMIT,
    commitInput(before),
  );
  expect(await head()).toBe(createCommitOnBranch.commit.oid);
  expect(
    await send(
      `query ($oid: GitObjectID!) { repository(owner: "acme", name: "shop") { object(oid: $oid) { ... on Commit {
        message parents(first: 2) { nodes { oid } } author { email user { login } } committer { name email }
        signature { isValid wasSignedByGitHub } file(path: "bugs/12.json") { object { ... on Blob { text } } } } } } }`,
      { oid: createCommitOnBranch.commit.oid },
    ),
  ).toEqual({
    repository: {
      object: {
        message: 'Approve bug 12 [skip ci]\n\nby ada',
        parents: { nodes: [{ oid: before }] },
        author: {
          email: `${world.app.botId}+tonic[bot]@users.noreply.github.com`,
          user: { login: 'tonic[bot]' },
        },
        committer: { name: 'GitHub', email: 'noreply@github.com' },
        signature: { isValid: true, wasSignedByGitHub: true },
        file: { object: { text: '{"a":1}' } },
      },
    },
  });
  await world.sandbox.idle();
  expect(world.received).toMatchObject([{ event: 'push', payload: { sender: { login: 'tonic[bot]' } } }]);
});

test('of two commits on one head one is made and the other is told that the head is stale, in GitHub’s words', async () => {
  const before = await head();
  const results = await Promise.allSettled([
    send(COMMIT, commitInput(before)),
    send(COMMIT, commitInput(before)),
  ]);
  const lost = results.flatMap((result) => (result.status === 'rejected' ? [result.reason] : []));
  expect(lost).toHaveLength(1);
  expect(lost[0]).toMatchObject({
    data: { createCommitOnBranch: null },
    errors: [
      {
        type: 'STALE_DATA',
        path: ['createCommitOnBranch'],
        message: `Expected branch to point to "${before}" but it did not.  Pull and try again.`,
      },
    ],
  });
});

test('a commit needs contents: write, or the role', async () => {
  const input = commitInput(await head());
  for (const token of [world.appToken({ contents: 'read' }), world.tokenOf('tia')]) {
    expect(await failureOf(send(COMMIT, input, token))).toMatchObject({ errors: [{ type: 'FORBIDDEN' }] });
  }
});

async function openIssue(): Promise<string> {
  return (await world.as('rea').rest.issues.create({ ...shop, title: 'Bug' })).data.node_id;
}

async function label(name: string): Promise<string> {
  const { repository } = world;
  const known = repository.labels.find((one) => one.name === name);
  if (known) return known.nodeId;
  return (await world.as('wes').rest.issues.createLabel({ ...shop, name })).data.node_id;
}

test('several edits go one after the other; one that fails leaves null and an error, the others are done', async () => {
  const id = await openIssue();
  const [planned, done] = [await label('planned'), await label('done')];
  await world.sandbox.idle();
  world.received.length = 0;
  const { data, errors } = await failureOf(
    send(
      `mutation TonicEdit($m0: AddLabelsToLabelableInput!, $m1: RemoveLabelsFromLabelableInput!, $m2: AddCommentInput!, $m3: UpdateIssueCommentInput!, $m4: CloseIssueInput!) {
        m0: addLabelsToLabelable(input: $m0) { clientMutationId }
        m1: removeLabelsFromLabelable(input: $m1) { clientMutationId }
        m2: addComment(input: $m2) { commentEdge { node { id databaseId body } } }
        m3: updateIssueComment(input: $m3) { issueComment { id } }
        m4: closeIssue(input: $m4) { clientMutationId }
      }`,
      {
        m0: { labelableId: id, labelIds: [planned, done], clientMutationId: 'mine' },
        m1: { labelableId: id, labelIds: [done] },
        m2: { subjectId: id, body: 'Card' },
        m3: { id: 'IC_gone', body: 'x' },
        m4: { issueId: id, stateReason: 'NOT_PLANNED' },
      },
    ),
  );
  expect(data).toMatchObject({
    m0: { clientMutationId: 'mine' },
    m2: { commentEdge: { node: { body: 'Card' } } },
    m3: null,
    m4: { clientMutationId: null },
  });
  expect(errors).toMatchObject([
    {
      type: 'NOT_FOUND',
      path: ['m3'],
      message: "Could not resolve to a node with the global id of 'IC_gone'",
    },
  ]);
  await world.sandbox.idle();
  expect(world.received.map((one) => `${one.event}.${one.action} ${one.payload.sender.login}`)).toEqual([
    'issues.labeled tonic[bot]',
    'issues.labeled tonic[bot]',
    'issues.unlabeled tonic[bot]',
    'issue_comment.created tonic[bot]',
    'issues.closed tonic[bot]',
  ]);
});

test('closing what is closed and opening what is open are no errors and change nothing', async () => {
  const id = await openIssue();
  const reopen = `mutation ($input: ReopenIssueInput!) { reopenIssue(input: $input) { issue { state } } }`;
  expect(await send(reopen, { input: { issueId: id } })).toEqual({
    reopenIssue: { issue: { state: 'OPEN' } },
  });
  await world.sandbox.idle();
  expect(world.received.map((one) => one.action)).toEqual(['opened']);
});

test('labels are made and changed; a taken name is refused', async () => {
  const create = `mutation ($input: CreateLabelInput!) { createLabel(input: $input) { label { id name color } } }`;
  const input = {
    repositoryId: world.repository.nodeId,
    name: 'status:new',
    color: 'AABBCC',
    description: 'New',
  };
  const made = await send<{ createLabel: { label: { id: string } } }>(create, { input });
  expect(made).toMatchObject({ createLabel: { label: { name: 'status:new', color: 'aabbcc' } } });
  expect(await failureOf(send(create, { input: { ...input, name: 'STATUS:new' } }))).toMatchObject({
    errors: [{ type: 'UNPROCESSABLE' }],
  });
  const update = `mutation ($input: UpdateLabelInput!) { updateLabel(input: $input) { label { color description } } }`;
  expect(
    await send(update, { input: { id: made.createLabel.label.id, color: '000000', description: 'Old' } }),
  ).toEqual({ updateLabel: { label: { color: '000000', description: 'Old' } } });
});

test('the same rules hold as in REST: no role, no label; a reaction counts once', async () => {
  const id = await openIssue();
  const input = { labelableId: id, labelIds: [await label('planned')] };
  const add = `mutation ($input: AddLabelsToLabelableInput!) { addLabelsToLabelable(input: $input) { clientMutationId } }`;
  expect(await failureOf(send(add, { input }, world.tokenOf('rea')))).toMatchObject({
    errors: [{ type: 'FORBIDDEN' }],
  });
  const react = `mutation ($input: AddReactionInput!) { addReaction(input: $input) { reaction { content user { login } } } }`;
  await send(react, { input: { subjectId: id, content: 'ROCKET' } }, world.tokenOf('rea'));
  await send(react, { input: { subjectId: id, content: 'ROCKET' } }, world.tokenOf('rea'));
  const issue = world.repository.issues.find((one) => one.nodeId === id);
  expect(issue?.reactions.map((one) => one.content)).toEqual(['rocket']);
});

test('a request is logged under the name of its operation', async () => {
  world.sandbox.requests.length = 0;
  await failureOf(send(COMMIT, commitInput('0'.repeat(40))));
  expect(world.sandbox.requests.at(-1)).toMatchObject({
    route: '/graphql',
    operation: 'TonicCommit',
    status: 200,
  });
});

test('an answer can be lost after the commit was made', async () => {
  const before = await head();
  world.sandbox.faults.failApi({ path: /^GraphQL TonicCommit$/, effect: { kind: 'cut_after' } });
  await expect(send(COMMIT, commitInput(before))).rejects.toThrow();
  const after = await head();
  expect(after).not.toBe(before);
  await send(COMMIT, commitInput(after));
});
