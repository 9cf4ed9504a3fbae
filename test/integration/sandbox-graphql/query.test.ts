import { graphql, GraphqlResponseError } from '@octokit/graphql';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { START_MS, startWorld, type SandboxWorld } from '../../support/sandbox-world.ts';

let world: SandboxWorld;
const shop = { owner: 'acme', repo: 'shop' };

beforeAll(async () => {
  world = await startWorld();
  await world.commit({ 'README.md': 'Shop\n', 'bugs/12.json': '{"status":"planned"}', 'logo.png': 'a\0b' });
});
afterAll(() => world.close());

/** Asks as the App, about `acme/shop`. */
async function ask(fields: string, variables: Answer = {}, token = world.appToken()): Promise<Answer> {
  const query = `query Asked { repository(owner: "acme", name: "shop") { ${fields} } }`;
  const { repository } = await client(token)<{ repository: Answer }>(query, variables);
  return repository;
}

type Answer = { [field: string]: unknown };

function client(token: string) {
  return graphql.defaults({
    baseUrl: world.sandbox.url,
    headers: { authorization: `token ${token}` },
  });
}

async function errorsOf(work: Promise<unknown>): Promise<{ data: unknown; errors: unknown }> {
  const error = await work.catch((thrown: unknown) => thrown);
  if (!(error instanceof GraphqlResponseError)) throw error;
  return { data: error.data, errors: error.errors };
}

test('a head is read with tree, files and history in one question', async () => {
  const sha = await world.commit({ 'watermark.json': '{"at":1}' });
  const answer = await ask(`
    head: ref(qualifiedName: "refs/heads/main") { name prefix target { oid ... on Commit {
      tree { entries { name type oid object { ... on Tree { entries { name type } } } } }
      file(path: "watermark.json") { oid object { ... on Blob { text isBinary isTruncated } } }
      nested: file(path: "bugs/12.json") { path type }
      none: file(path: "nothing.json") { oid }
      history(first: 1) { pageInfo { hasNextPage endCursor } totalCount nodes {
        oid messageHeadline messageBody parents(first: 2) { nodes { oid } }
        author { name email user { login } } signature { isValid wasSignedByGitHub } } } } } }
    missing: ref(qualifiedName: "refs/heads/none") { name }`);
  expect(answer).toMatchObject({
    missing: null,
    head: {
      name: 'main',
      prefix: 'refs/heads/',
      target: {
        oid: sha,
        tree: {
          entries: [
            { name: 'README.md', type: 'blob' },
            { name: 'bugs', type: 'tree', object: { entries: [{ name: '12.json', type: 'blob' }] } },
            { name: 'logo.png' },
            { name: 'watermark.json' },
          ],
        },
        file: { object: { text: '{"at":1}', isBinary: false, isTruncated: false } },
        nested: { path: 'bugs/12.json', type: 'blob' },
        none: null,
        history: {
          pageInfo: { hasNextPage: true },
          totalCount: 2,
          nodes: [{ oid: sha, author: { name: 'wes', user: { login: 'wes' } }, signature: null }],
        },
      },
    },
  });
});

test('history goes on where the last page ended', async () => {
  interface Page {
    object: { history: { nodes: { oid: string }[]; pageInfo: { hasNextPage: boolean; endCursor: string } } };
  }
  const seen: string[] = [];
  let after = '';
  for (;;) {
    const { repository } = await client(world.appToken())<{ repository: Page }>(
      `{ repository(owner: "acme", name: "shop") { object(expression: "main") { ... on Commit {
          history(first: 1${after}) { nodes { oid } pageInfo { hasNextPage endCursor } } } } } }`,
    );
    const { object } = repository;
    seen.push(...object.history.nodes.map(({ oid }) => oid));
    if (!object.history.pageInfo.hasNextPage) break;
    after = `, after: "${object.history.pageInfo.endCursor}"`;
  }
  expect(new Set(seen).size).toBe(2);
});

test('objects are read by expression and by oid; binary files have no text', async () => {
  const { text } = await ask(`text: object(expression: "HEAD:README.md") { oid ... on Blob { text } }`);
  expect(text).toMatchObject({ text: 'Shop\n' });
  const { oid } = Object(text);
  expect(
    await ask(
      `a: object(oid: "${oid}") { ... on Blob { text } } b: object(expression: "main:logo.png") { ... on Blob { text isBinary } } c: object(expression: "main:none") { oid }`,
    ),
  ).toEqual({ a: { text: 'Shop\n' }, b: { text: null, isBinary: true }, c: null });
});

test('what is not there is null with an error of its own, and the rest is answered', async () => {
  const { number } = (await world.as('rea').rest.issues.create({ ...shop, title: 'Here' })).data;
  const { data, errors } = await errorsOf(
    ask(
      `q0: issue(number: ${number}) { title } q1: issue(number: 999) { title } q2: pullRequest(number: ${number}) { title }`,
    ),
  );
  expect(data).toEqual({ repository: { q0: { title: 'Here' }, q1: null, q2: null } });
  expect(errors).toMatchObject([
    {
      type: 'NOT_FOUND',
      path: ['repository', 'q1'],
      message: 'Could not resolve to an Issue with the number of 999.',
    },
    { type: 'NOT_FOUND', path: ['repository', 'q2'] },
  ]);
});

test('a field the sandbox cannot answer is an error that names it, never null', async () => {
  const { data, errors } = await errorsOf(ask(`id diskUsage`));
  expect(data).toMatchObject({ repository: { id: expect.any(String), diskUsage: null } });
  expect(errors).toMatchObject([
    { type: 'NOT_IMPLEMENTED', message: 'The sandbox has no GraphQL field Repository.diskUsage' },
  ]);
});

test('a field that GitHub has not is refused before anything is done', async () => {
  const { errors } = await errorsOf(ask(`colour`));
  expect(errors).toMatchObject([{ message: expect.stringContaining('"colour"') }]);
});

test('issues filter by since and label, come in the order of their change and in pages that lose none', async () => {
  const { clock } = world.sandbox;
  const rea = world.as('rea').rest.issues;
  const wes = world.as('wes').rest.issues;
  const numbers: number[] = [];
  for (const [at, title] of ['one', 'two', 'three'].entries()) {
    clock.set(START_MS + 10_000_000 + at * 60_000);
    const { number } = (await rea.create({ ...shop, title })).data;
    await wes.addLabels({ ...shop, issue_number: number, labels: ['paged'] });
    numbers.push(number);
  }
  const page = async (after: string | null) => {
    const { issues } = await client(world.appToken())<{ issues: { issues: Page } }>(
      `query ($after: String, $since: DateTime!) { issues: repository(owner: "acme", name: "shop") {
         issues(first: 2, after: $after, filterBy: {since: $since, labels: ["paged"]}, orderBy: {field: UPDATED_AT, direction: ASC}) {
           pageInfo { hasNextPage endCursor } nodes { number labels(first: 5) { nodes { name } } } } } }`,
      { after, since: new Date(START_MS + 10_000_000).toISOString() },
    );
    return issues.issues;
  };
  interface Page {
    pageInfo: { hasNextPage: boolean; endCursor: string };
    nodes: { number: number }[];
  }
  const first = await page(null);
  expect(first.nodes.map(({ number }) => number)).toEqual(numbers.slice(0, 2));
  // The first issue moves behind the third before the next page is asked for.
  clock.set(START_MS + 20_000_000);
  await rea.createComment({ ...shop, issue_number: numbers[0] ?? 0, body: 'moved' });
  const second = await page(first.pageInfo.endCursor);
  expect(second.nodes.map(({ number }) => number)).toEqual([numbers[2], numbers[0]]);
  expect(second.pageInfo.hasNextPage).toBe(false);
});

test('the last comments are the newest, oldest first, and a bot has no suffix here', async () => {
  const { number } = (await world.as('rea').rest.issues.create({ ...shop, title: 'Talk' })).data;
  for (const body of ['a', 'b', 'c'])
    await world.asApp().rest.issues.createComment({ ...shop, issue_number: number, body });
  expect(
    await ask(`issue(number: ${number}) { author { __typename login ... on User { databaseId } }
      comments(last: 2) { totalCount pageInfo { hasPreviousPage } nodes { body databaseId author { __typename login ... on Bot { databaseId } } } } }`),
  ).toMatchObject({
    issue: {
      author: { __typename: 'User', login: 'rea', databaseId: world.people['rea']?.id },
      comments: {
        totalCount: 3,
        pageInfo: { hasPreviousPage: true },
        nodes: [
          { body: 'b', author: { __typename: 'Bot', login: 'tonic', databaseId: world.app.botId } },
          { body: 'c' },
        ],
      },
    },
  });
});

test('pages need bounds, and no more than a hundred', async () => {
  const { errors } = await errorsOf(ask(`a: labels { totalCount } b: labels(first: 101) { totalCount }`));
  expect(errors).toMatchObject([
    { message: expect.stringContaining('You must provide a `first` or `last` value') },
    { message: expect.stringContaining('exceeds the limit of 100 records') },
  ]);
});

test('a pull shows its head, commits, opinions and checks', async () => {
  const sha = await world.commit({ 'fix.txt': 'fixed' }, 'fix/12');
  const wes = world.as('wes').rest;
  const { number } = (
    await wes.pulls.create({ ...shop, title: 'Fix', head: 'fix/12', base: 'main', body: 'Fixes #1' })
  ).data;
  await world.as('ada').rest.pulls.createReview({ ...shop, pull_number: number, event: 'APPROVE' });
  await world
    .as('ada')
    .rest.pulls.createReview({ ...shop, pull_number: number, event: 'COMMENT', body: 'Nice' });
  await world
    .asApp()
    .rest.checks.create({ ...shop, name: 'tonic/gate', head_sha: sha, conclusion: 'success' });
  await wes.repos.createCommitStatus({ ...shop, sha, context: 'ci', state: 'pending' });
  expect(
    await ask(`pullRequest(number: ${number}) { state isDraft headRefOid headRefName baseRefName mergeable mergeCommit { oid }
      commits(first: 10) { nodes { commit { oid } } }
      latestOpinionatedReviews(first: 10) { nodes { databaseId state authorCanPushToRepository author { login } commit { oid } } }
      latestReviews(first: 10) { nodes { state } }
      statusCheckRollup { state contexts(first: 10) { nodes { __typename ... on CheckRun { name status conclusion } ... on StatusContext { context state } } } } }
      pullRequests(first: 5, states: [OPEN], baseRefName: "main", orderBy: {field: UPDATED_AT, direction: DESC}) { nodes { number } }`),
  ).toEqual({
    pullRequest: {
      state: 'OPEN',
      isDraft: false,
      headRefOid: sha,
      headRefName: 'fix/12',
      baseRefName: 'main',
      mergeable: 'MERGEABLE',
      mergeCommit: null,
      commits: { nodes: [{ commit: { oid: sha } }] },
      latestOpinionatedReviews: {
        nodes: [
          {
            databaseId: expect.any(Number),
            state: 'APPROVED',
            authorCanPushToRepository: true,
            author: { login: 'ada' },
            commit: { oid: sha },
          },
        ],
      },
      latestReviews: { nodes: [{ state: 'COMMENTED' }] },
      statusCheckRollup: {
        state: 'PENDING',
        contexts: {
          nodes: [
            { __typename: 'CheckRun', name: 'tonic/gate', status: 'COMPLETED', conclusion: 'SUCCESS' },
            { __typename: 'StatusContext', context: 'ci', state: 'PENDING' },
          ],
        },
      },
    },
    pullRequests: { nodes: [{ number }] },
  });
});

test('a pull shows the files that it changes, page by page', async () => {
  await world.commit({ 'db/größe.sql': 'DROP TABLE a;\n', 'README.md': 'Other\n' }, 'files');
  const { data } = await world
    .as('wes')
    .rest.pulls.create({ ...shop, head: 'files', base: 'main', title: 'Files' });
  const question = `pullRequest(number: ${data.number}) {
    files(first: 1) { totalCount pageInfo { hasNextPage } nodes { path changeType additions deletions } }
    last: files(last: 1) { nodes { path changeType } } }`;
  const [changed, added] = [
    { path: 'README.md', changeType: 'MODIFIED', additions: 1, deletions: 1 },
    { path: 'db/größe.sql', changeType: 'ADDED' },
  ];
  expect(await ask(question)).toEqual({
    pullRequest: {
      files: { totalCount: 2, pageInfo: { hasNextPage: true }, nodes: [changed] },
      last: { nodes: [added] },
    },
  });
});

test('deployments come newest first with their latest state and payload as text', async () => {
  const app = world.asApp().rest.repos;
  for (const slot of ['T1', 'T2']) {
    const { data } = await app.createDeployment({
      ...shop,
      ref: 'main',
      environment: 'uat',
      payload: { slot },
      auto_merge: false,
      required_contexts: [],
    });
    if ('id' in data) await app.createDeploymentStatus({ ...shop, deployment_id: data.id, state: 'success' });
  }
  expect(
    await ask(`deployments(first: 2, environments: ["uat"], orderBy: {field: CREATED_AT, direction: DESC}) {
      nodes { commitOid payload task creator { __typename login } latestStatus { state } statuses(first: 10) { nodes { state } } } }`),
  ).toMatchObject({
    deployments: {
      nodes: [
        {
          payload: '{"slot":"T2"}',
          task: 'deploy',
          creator: { __typename: 'Bot', login: 'tonic' },
          latestStatus: { state: 'SUCCESS' },
          statuses: { nodes: [{ state: 'SUCCESS' }] },
        },
        {
          latestStatus: { state: 'INACTIVE' },
          statuses: { nodes: [{ state: 'INACTIVE' }, { state: 'SUCCESS' }] },
        },
      ],
    },
  });
});

test('nodes are found by their global ids; one that leads nowhere is its own error', async () => {
  const { node_id: id } = (await world.as('rea').rest.issues.create({ ...shop, title: 'By id' })).data;
  const { data, errors } = await errorsOf(
    client(world.appToken())('query ($ids: [ID!]!) { nodes(ids: $ids) { id ... on Issue { title } } }', {
      ids: [id, 'I_none'],
    }),
  );
  expect(data).toEqual({ nodes: [{ id, title: 'By id' }, null] });
  expect(errors).toMatchObject([{ type: 'NOT_FOUND', path: ['nodes', 1] }]);
});

test('private repositories are unknown to strangers, and Apps read only what they were given', async () => {
  const hidden = await startWorld({ private: true });
  const asked = (token: string) =>
    graphql('{ repository(owner: "acme", name: "shop") { name issues(first: 1) { totalCount } } }', {
      baseUrl: hidden.sandbox.url,
      headers: { authorization: `token ${token}` },
    });
  try {
    expect(await errorsOf(asked(hidden.tokenOf('out')))).toMatchObject({
      errors: [
        { type: 'NOT_FOUND', message: "Could not resolve to a Repository with the name 'acme/shop'." },
      ],
    });
    expect(await errorsOf(asked(hidden.appToken({ contents: 'read' })))).toMatchObject({
      errors: [{ type: 'FORBIDDEN', message: 'Resource not accessible by integration' }],
    });
    await expect(asked('ghp_nobody')).rejects.toMatchObject({ status: 401 });
  } finally {
    await hidden.close();
  }
});
