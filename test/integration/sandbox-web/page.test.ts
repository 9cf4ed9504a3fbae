import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { openPages } from '../../support/sandbox-page.ts';
import { START_MS, startWorld, type SandboxWorld } from '../../support/sandbox-world.ts';

let world: SandboxWorld;
const shop = { owner: 'acme', repo: 'shop' };
let number: number;

beforeAll(async () => {
  world = await startWorld();
  await world.commit({ 'README.md': '# Shop\n' });
});
afterAll(() => world.close());
beforeEach(async () => {
  number = (await world.as('rea').rest.issues.create({ ...shop, title: 'Cart <b>empty</b>' })).data.number;
  await world.sandbox.idle();
  world.received.length = 0;
});

const headersOf = (login: string | null, more: Record<string, string> = {}): Record<string, string> => ({
  ...(login ? { cookie: `sandbox_acting_as=${login}` } : {}),
  ...more,
});

const { visit, submit } = openPages(() => world.sandbox);

test('what people write is shown as text, Markdown or nothing, never as HTML of their own', async () => {
  await world.as('rea').rest.issues.createComment({
    ...shop,
    issue_number: number,
    body: '<script>alert(1)</script> **bold** <!-- hidden -->',
  });
  const { text } = await visit(`/acme/shop/issues/${number}`);
  expect(text).toContain('Cart &lt;b&gt;empty&lt;/b&gt;');
  expect(text).toContain('&lt;script&gt;alert(1)&lt;/script&gt; <strong>bold</strong>');
  expect(text).not.toContain('hidden --');
  expect(text).not.toContain('<script');
});

test('a comment from the page is the chosen person’s and reaches the App like any other', async () => {
  const answer = await submit(`/acme/shop/issues/${number}/comments`, { body: '/confirm\r\nnow' }, 'ada');
  expect([answer.status, answer.headers.get('location')]).toEqual([
    303,
    expect.stringMatching(new RegExp(`^/acme/shop/issues/${number}#issuecomment-\\d+$`)),
  ]);
  await world.sandbox.idle();
  expect(world.received).toMatchObject([
    {
      event: 'issue_comment',
      action: 'created',
      payload: { comment: { body: '/confirm\nnow', user: { login: 'ada' } }, sender: { login: 'ada' } },
    },
  ]);
});

test('labels are added and removed, issues closed and opened, by those who may', async () => {
  await world.as('wes').rest.issues.createLabel({ ...shop, name: `on page ${number}` });
  const label = { name: `on page ${number}` };
  const refused = await submit(`/acme/shop/issues/${number}/labels`, { ...label, act: 'add' }, 'out');
  expect(refused.status).toBe(403);
  expect(await refused.text()).toContain('You must have triage access');
  await submit(`/acme/shop/issues/${number}/labels`, { ...label, act: 'add' }, 'tia');
  await submit(`/acme/shop/issues/${number}/labels`, { ...label, act: 'remove' }, 'tia');
  await submit(`/acme/shop/issues/${number}/state`, { state: 'closed', reason: 'not_planned' }, 'tia');
  const { data } = await world.as('rea').rest.issues.get({ ...shop, issue_number: number });
  expect(data).toMatchObject({ labels: [], state: 'closed', state_reason: 'not_planned' });
  await submit(`/acme/shop/issues/${number}/state`, { state: 'open' }, 'rea');
  await world.sandbox.idle();
  const told = world.received.filter(({ event }) => event === 'issues').map((one) => one.action);
  expect(told).toEqual(['labeled', 'unlabeled', 'closed', 'reopened']);
});

test('only those who may see a form get it', async () => {
  const asNobody = await visit(`/acme/shop/issues/${number}`);
  expect(asNobody.text).toContain('Choose above whom to act as to comment');
  expect(asNobody.text).not.toContain(`action="/acme/shop/issues/${number}/comments"`);
  const asOut = await visit(`/acme/shop/issues/${number}`, 'out');
  expect(asOut.text).toContain(`action="/acme/shop/issues/${number}/comments"`);
  expect(asOut.text).not.toContain(`action="/acme/shop/issues/${number}/state"`);
});

test.each([
  ['another site says so', { 'sec-fetch-site': 'cross-site' }],
  ['a sibling site says so', { 'sec-fetch-site': 'same-site' }],
  ['an old browser names another origin', { origin: 'http://evil.example' }],
  ['nothing says where it comes from', {}],
])('a form from elsewhere is refused: %s', async (_case, headers: Record<string, string>) => {
  const answer = await fetch(`${world.sandbox.url}/acme/shop/issues/${number}/comments`, {
    method: 'POST',
    redirect: 'manual',
    headers: headersOf('ada', headers),
    body: new URLSearchParams({ body: 'forged' }),
  });
  expect(answer.status).toBe(403);
  const { data } = await world.as('rea').rest.issues.listComments({ ...shop, issue_number: number });
  expect(data).toEqual([]);
});

test('the switch remembers whom one acts as and leads back to a page of this site only', async () => {
  const back = `/acme/shop/issues/${number}`;
  const there = await submit('/acting-as', { login: 'ADA', back }, null);
  expect([there.headers.get('location'), there.headers.get('set-cookie')]).toEqual([
    back,
    expect.stringMatching(/^sandbox_acting_as=ada; .*SameSite=Strict/),
  ]);
  for (const elsewhere of ['//evil.example', 'https://evil.example', '/\\evil.example']) {
    const away = await submit('/acting-as', { login: 'ada', back: elsewhere }, null);
    expect(away.headers.get('location')).toBe('/');
  }
});

test('a private repository has no pages for strangers, and no name either', async () => {
  const hidden = await startWorld({ private: true });
  const look = async (path: string, login: string): Promise<[number, string]> => {
    const answer = await fetch(hidden.sandbox.url + path, { headers: headersOf(login) });
    return [answer.status, await answer.text()];
  };
  try {
    const [status, text] = await look('/acme/shop', 'out');
    expect(status).toBe(404);
    expect(text).not.toContain('<nav');
    expect((await look('/', 'out'))[1]).not.toContain('acme/shop');
    expect((await look('/acme/shop', 'rea'))[0]).toBe(200);
  } finally {
    await hidden.close();
  }
});

test('a pull is approved and merged from its page, on the head that was seen', async () => {
  const branch = `fix/${number}`;
  const sha = await world.commit({ 'fix.txt': String(number) }, branch);
  const { data: pull } = await world
    .as('wes')
    .rest.pulls.create({ ...shop, title: 'Fix', head: branch, base: 'main', body: `Fixes #${number}` });
  const page = `/acme/shop/pull/${pull.number}`;
  expect((await visit(page, 'ada')).text).toContain('<strong>No conflicts</strong>');
  expect((await visit(page, 'wes')).text).not.toContain('value="APPROVE"');
  await submit(`${page}/reviews`, { verdict: 'APPROVE', body: 'Good', sha }, 'ada');
  expect((await submit(`${page}/merge`, { method: 'merge', sha: 'f'.repeat(40) }, 'ada')).status).toBe(409);
  expect((await submit(`${page}/merge`, { method: 'merge', sha }, 'tia')).status).toBe(403);
  expect((await submit(`${page}/merge`, { method: 'merge', sha }, 'ada')).status).toBe(303);
  const { text } = await visit(page, 'ada');
  expect(text).toContain('>merged</span>');
  expect(text).toContain('>approved</span>');
  const { data: issue } = await world.as('rea').rest.issues.get({ ...shop, issue_number: number });
  expect(issue.state).toBe('closed');
});

test('a check’s button on its page reaches the App', async () => {
  const head_sha = await world.commit({ 'checked.txt': String(number) });
  const { data: run } = await world.asApp().rest.checks.create({
    ...shop,
    name: 'tonic/gate',
    head_sha,
    conclusion: 'action_required',
    actions: [{ label: 'Approve PROD', description: 'For tonight', identifier: 'approve' }],
  });
  const page = `/acme/shop/runs/${run.id}`;
  expect((await visit(page, 'ada')).text).toContain('Approve PROD');
  expect((await visit(page, 'rea')).text).not.toContain('Approve PROD');
  await world.sandbox.idle();
  world.received.length = 0;
  expect((await submit(`${page}/actions`, { identifier: 'approve' }, 'rea')).status).toBe(403);
  await submit(`${page}/actions`, { identifier: 'approve' }, 'ada');
  await world.sandbox.idle();
  expect(world.received).toMatchObject([
    { event: 'check_run', action: 'requested_action', payload: { sender: { login: 'ada' } } },
  ]);
  await world.asApp().rest.checks.update({ ...shop, check_run_id: run.id, status: 'in_progress' });
  expect((await visit(page, 'ada')).text).not.toContain('Approve PROD');
  expect((await submit(`${page}/actions`, { identifier: 'approve' }, 'ada')).status).toBe(404);
});

test('a check, or all of an App on the commit, are asked for again from the page by those with write', async () => {
  const head_sha = await world.commit({ 'again.txt': String(number) });
  const { data: run } = await world
    .asApp()
    .rest.checks.create({ ...shop, name: 'tonic/gate', head_sha, conclusion: 'failure' });
  const page = `/acme/shop/runs/${run.id}`;
  await world.sandbox.idle();
  world.received.length = 0;
  for (const what of ['rerequest', 'rerequest-all']) {
    expect((await submit(`${page}/${what}`, {}, 'tia')).status).toBe(403);
    expect((await submit(`${page}/${what}`, {}, 'wes')).status).toBe(303);
  }
  await world.sandbox.idle();
  expect(world.received).toMatchObject([
    { event: 'check_run', action: 'rerequested', payload: { check_run: { id: run.id } } },
    {
      event: 'check_suite',
      action: 'rerequested',
      payload: { check_suite: { head_sha, app: { slug: 'tonic' } }, sender: { login: 'wes' } },
    },
  ]);
});

test('comments are edited and deleted from the page by those who may; the App is told who did it', async () => {
  const { data: card } = await world
    .asApp()
    .rest.issues.createComment({ ...shop, issue_number: number, body: 'Card' });
  const path = `/acme/shop/comments/${card.id}`;
  expect((await submit(path, { act: 'edit', body: 'Forged' }, 'rea')).status).toBe(403);
  world.sandbox.clock.set(START_MS + 5_000);
  await submit(path, { act: 'edit', body: 'Forged' }, 'wes');
  expect((await visit(`/acme/shop/issues/${number}`)).text).toContain('edited');
  await submit(path, { act: 'delete', body: '' }, 'wes');
  await world.sandbox.idle();
  expect(world.received.slice(-2)).toMatchObject([
    { action: 'edited', payload: { changes: { body: { from: 'Card' } }, sender: { login: 'wes' } } },
    { action: 'deleted', payload: { sender: { login: 'wes' } } },
  ]);
});

test.each([
  '/',
  '/acme',
  '/ada',
  '/apps/tonic',
  '/acme/shop',
  '/acme/shop/issues',
  '/acme/shop/issues?state=closed',
  '/acme/shop/pulls',
  '/acme/shop/issues/new',
  '/acme/shop/deployments',
  '/acme/shop/deployments/uat',
  '/acme/shop/actions',
  '/acme/shop/commit/main',
  '/acme/shop/blob/main/README.md',
])('%s answers, without scripts and with rules for the browser', async (path) => {
  const headers = headersOf('ada', { accept: 'text/html,*/*' });
  const response = await fetch(world.sandbox.url + path, { headers });
  expect([response.status, response.headers.get('content-type')]).toEqual([200, 'text/html; charset=utf-8']);
  expect(response.headers.get('content-security-policy')).toContain("default-src 'none'");
  expect(await response.text()).not.toMatch(/<script|\son\w+=|\[object/);
});

test.each([
  '/acme/none',
  '/acme/shop/issues/9999',
  '/acme/shop/pull/9999',
  '/acme/shop/runs/1',
  '/acme/shop/commit/none',
  '/acme/shop/actions/none',
  '/%E0%A4%A',
])('%s is nothing, and says so', async (path) => {
  const { status, text } = await visit(path);
  expect(status).toBe(404);
  expect(text).toContain('There is nothing here');
});
