import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { START_MS, startWorld, type SandboxWorld } from '../../support/sandbox-world.ts';

let world: SandboxWorld;
const shop = { owner: 'acme', repo: 'shop' };

beforeAll(async () => {
  world = await startWorld();
});
afterAll(() => world.close());
beforeEach(async () => {
  await world.sandbox.idle();
  world.received.length = 0;
});

const open = async (title = 'Cart is empty'): Promise<number> =>
  (await world.as('rea').rest.issues.create({ ...shop, title })).data.number;

test('anybody who can see a public repository opens an issue, but labels need triage', async () => {
  const { data } = await world
    .as('out')
    .rest.issues.create({ ...shop, title: 'Help', body: 'It broke', labels: ['bug'] });
  expect(data).toMatchObject({ state: 'open', body: 'It broke', labels: [], user: { login: 'out' } });
  await world.sandbox.idle();
  expect(world.received.map((one) => `${one.event}.${one.action}`)).toEqual(['issues.opened']);
});

test('an issue names the App that opened it', async () => {
  const { data } = await world.asApp().rest.issues.create({ ...shop, title: 'By the App', labels: ['auto'] });
  expect(data.performed_via_github_app?.slug).toBe('tonic');
  expect(data.user).toMatchObject({ login: 'tonic[bot]', type: 'Bot' });
});

test('nobody opens an issue without a title or with a body of more than 65,536 characters', async () => {
  const rea = world.as('rea').rest.issues;
  await expect(rea.create({ ...shop, title: ' ' })).rejects.toMatchObject({ status: 422 });
  await expect(rea.create({ ...shop, title: 'Long', body: 'x'.repeat(65_537) })).rejects.toMatchObject({
    status: 422,
  });
  const { data } = await rea.create({ ...shop, title: 'Emoji', body: '🐞'.repeat(65_536) });
  expect(data.body).toHaveLength(131_072);
});

test('an issue is closed for a reason and opened again, by its author or with triage, and each is told once', async () => {
  const issue_number = await open();
  await expect(
    world.as('out').rest.issues.update({ ...shop, issue_number, state: 'closed' }),
  ).rejects.toMatchObject({
    status: 403,
  });
  const { data: closed } = await world
    .as('tia')
    .rest.issues.update({ ...shop, issue_number, state: 'closed', state_reason: 'not_planned' });
  expect(closed).toMatchObject({ state: 'closed', state_reason: 'not_planned', closed_by: { login: 'tia' } });
  await world.as('tia').rest.issues.update({ ...shop, issue_number, state: 'closed' });
  const { data: reopened } = await world
    .as('rea')
    .rest.issues.update({ ...shop, issue_number, state: 'open' });
  expect(reopened).toMatchObject({ state: 'open', state_reason: 'reopened', closed_at: null });
  await world.sandbox.idle();
  expect(world.received.map((one) => [one.action, one.payload.sender.login])).toEqual([
    ['opened', 'rea'],
    ['closed', 'tia'],
    ['reopened', 'rea'],
  ]);
});

test('an edit tells what title and body were before, and a rename is in the events', async () => {
  const issue_number = await open('Old');
  await world.as('rea').rest.issues.update({ ...shop, issue_number, title: 'New', body: 'Text' });
  await world.sandbox.idle();
  expect(world.received.at(-1)).toMatchObject({
    action: 'edited',
    payload: { changes: { title: { from: 'Old' }, body: { from: '' } } },
  });
  const { data } = await world.as('out').rest.issues.listEvents({ ...shop, issue_number });
  expect(data).toMatchObject([{ event: 'renamed', rename: { from: 'Old', to: 'New' } }]);
});

test('lists filter by state, labels, since and creator, and come in pages', async () => {
  const { clock } = world.sandbox;
  const rea = world.as('rea').rest.issues;
  const first = await open('first');
  clock.set(START_MS + 3_600_000);
  const second = await open('second');
  await world.as('wes').rest.issues.addLabels({ ...shop, issue_number: second, labels: ['listed', 'other'] });
  await world.as('wes').rest.issues.addLabels({ ...shop, issue_number: first, labels: ['listed'] });
  const numbers = async (query: object): Promise<number[]> =>
    (await rea.listForRepo({ ...shop, ...query })).data.map((issue) => issue.number);
  expect(await numbers({ labels: 'LISTED', sort: 'created', direction: 'asc' })).toEqual([first, second]);
  expect(await numbers({ labels: 'listed,other' })).toEqual([second]);
  clock.set(START_MS + 7_200_000);
  await rea.createComment({ ...shop, issue_number: first, body: 'Still there' });
  expect(await numbers({ since: '2026-11-20T21:00:00Z' })).toEqual([first]);
  expect(await numbers({ state: 'closed' })).toEqual([]);
  expect(await numbers({ creator: 'ada' })).toEqual([]);
  const page = await rea.listForRepo({ ...shop, per_page: 1, labels: 'listed' });
  expect(page.headers.link).toContain('rel="next"');
  const all = await world
    .as('rea')
    .paginate('GET /repos/{owner}/{repo}/issues', { ...shop, per_page: 1, labels: 'listed' });
  expect(all).toHaveLength(2);
});

test('people are assigned with triage; who cannot be is passed over', async () => {
  const issue_number = await open();
  const { data } = await world
    .as('tia')
    .rest.issues.addAssignees({ ...shop, issue_number, assignees: ['wes', 'out', 'nobody'] });
  expect(data.assignees?.map((one) => one.login)).toEqual(['wes']);
  await world.sandbox.idle();
  expect(world.received.at(-1)).toMatchObject({
    event: 'issues',
    action: 'assigned',
    payload: { assignee: { login: 'wes' } },
  });
});

test('the timeline has comments, labels, states and references in the order they came', async () => {
  const issue_number = await open('Timeline');
  await world.as('wes').rest.issues.addLabels({ ...shop, issue_number, labels: ['seen'] });
  await world.as('rea').rest.issues.createComment({ ...shop, issue_number, body: 'Hello' });
  const { data: other } = await world
    .as('wes')
    .rest.issues.create({ ...shop, title: 'Other', body: `Like #${issue_number}, not \`x#1\`` });
  await world.as('wes').rest.issues.update({ ...shop, issue_number, state: 'closed' });
  const { data } = await world.as('rea').rest.issues.listEventsForTimeline({ ...shop, issue_number });
  expect(data.map((entry) => entry.event)).toEqual(['labeled', 'commented', 'cross-referenced', 'closed']);
  expect(data[1]).toMatchObject({ actor: { login: 'rea' }, body: 'Hello' });
  expect(data[2]).toMatchObject({ source: { issue: { number: other.number } } });
});

test('a private repository is unknown to those without a role', async () => {
  const hidden = await startWorld({ private: true });
  try {
    await expect(hidden.as('out').rest.issues.listForRepo(shop)).rejects.toMatchObject({ status: 404 });
    await expect(hidden.as('out').rest.issues.create({ ...shop, title: 'x' })).rejects.toMatchObject({
      status: 404,
    });
    expect((await hidden.as('rea').rest.issues.listForRepo(shop)).data).toEqual([]);
  } finally {
    await hidden.close();
  }
});
