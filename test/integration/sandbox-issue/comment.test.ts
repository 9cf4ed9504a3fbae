import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { START_MS, startWorld, type SandboxWorld } from '../../support/sandbox-world.ts';

let world: SandboxWorld;
const shop = { owner: 'acme', repo: 'shop' };
let issue_number: number;

beforeAll(async () => {
  world = await startWorld();
});
afterAll(() => world.close());
beforeEach(async () => {
  issue_number = (await world.as('rea').rest.issues.create({ ...shop, title: 'Talk' })).data.number;
  await world.sandbox.idle();
  world.received.length = 0;
});

const say = async (login: string, body: string): Promise<number> =>
  (await world.as(login).rest.issues.createComment({ ...shop, issue_number, body })).data.id;

test('everybody who reads may comment; the App that comments is named', async () => {
  await say('out', 'Me too');
  const { data } = await world.asApp().rest.issues.createComment({ ...shop, issue_number, body: 'Card' });
  expect(data).toMatchObject({
    user: { login: 'tonic[bot]', type: 'Bot' },
    performed_via_github_app: { slug: 'tonic' },
  });
  await world.sandbox.idle();
  expect(world.received.map((one) => [one.event, one.action, one.payload.sender.login])).toEqual([
    ['issue_comment', 'created', 'out'],
    ['issue_comment', 'created', 'tonic[bot]'],
  ]);
});

test('a comment of 65,536 characters is kept, a longer or blank one is 422', async () => {
  await say('rea', 'x'.repeat(65_536));
  await expect(say('rea', 'x'.repeat(65_537))).rejects.toMatchObject({ status: 422 });
  await expect(say('rea', ' \n')).rejects.toMatchObject({ status: 422 });
});

test('one edits one’s own comments; write edits anybody’s, also the App’s, and the sender is the editor', async () => {
  const comment_id = await say('rea', 'first');
  await expect(
    world.as('tia').rest.issues.updateComment({ ...shop, comment_id, body: 'mine now' }),
  ).rejects.toMatchObject({ status: 403 });
  world.sandbox.clock.set(START_MS + 1_000);
  const { data } = await world.as('rea').rest.issues.updateComment({ ...shop, comment_id, body: 'second' });
  expect(Date.parse(data.updated_at)).toBeGreaterThan(Date.parse(data.created_at));
  const card = (await world.asApp().rest.issues.createComment({ ...shop, issue_number, body: 'Card' })).data;
  await world.as('wes').rest.issues.updateComment({ ...shop, comment_id: card.id, body: 'Forged' });
  await world.sandbox.idle();
  const edits = world.received.filter((one) => one.action === 'edited');
  expect(edits.map((one) => [one.payload['changes'], one.payload.sender.login])).toEqual([
    [{ body: { from: 'first' } }, 'rea'],
    [{ body: { from: 'Card' } }, 'wes'],
  ]);
});

test('an edited comment keeps every version with its editor, for GraphQL', async () => {
  const { data } = await world.asApp().rest.issues.createComment({ ...shop, issue_number, body: 'Card' });
  const document = `query($id: ID!) { node(id: $id) { ... on IssueComment { editor { login }
    userContentEdits(first: 5) { nodes { diff editor { login } } } } } }`;
  const versions = async () => world.as('rea').graphql(document, { id: data.node_id });
  expect(await versions()).toEqual({ node: { editor: null, userContentEdits: { nodes: [] } } });
  await world.as('wes').rest.issues.updateComment({ ...shop, comment_id: data.id, body: 'Forged' });
  await world.asApp().rest.issues.updateComment({ ...shop, comment_id: data.id, body: 'Card' });
  expect(await versions()).toEqual({
    node: {
      editor: { login: 'tonic' },
      userContentEdits: {
        nodes: [
          { diff: 'Card', editor: { login: 'tonic' } },
          { diff: 'Forged', editor: { login: 'wes' } },
          { diff: 'Card', editor: { login: 'tonic' } },
        ],
      },
    },
  });
});

test('a deleted comment is gone and told with its deleter', async () => {
  const comment_id = await say('rea', 'gone soon');
  await expect(world.as('tia').rest.issues.deleteComment({ ...shop, comment_id })).rejects.toMatchObject({
    status: 403,
  });
  await world.as('wes').rest.issues.deleteComment({ ...shop, comment_id });
  await expect(world.as('rea').rest.issues.getComment({ ...shop, comment_id })).rejects.toMatchObject({
    status: 404,
  });
  await world.sandbox.idle();
  expect(world.received.at(-1)).toMatchObject({
    event: 'issue_comment',
    action: 'deleted',
    payload: { comment: { id: comment_id, body: 'gone soon' }, sender: { login: 'wes' } },
  });
});

test('all comments of a repository can be asked for since a time', async () => {
  world.sandbox.clock.set(START_MS + 10_000_000);
  const id = await say('rea', 'late');
  const since = new Date(START_MS + 10_000_000).toISOString();
  const { data } = await world.as('rea').rest.issues.listCommentsForRepo({ ...shop, since });
  expect(data.map((comment) => comment.id)).toEqual([id]);
});

test('one comment of an issue is pinned; pinning another takes the pin over', async () => {
  const bot = world.asApp();
  const [one, two] = [await say('rea', 'one'), await say('rea', 'two')];
  const PIN = 'PUT /repos/{owner}/{repo}/issues/comments/{comment_id}/pin';
  await expect(world.as('rea').request(PIN, { ...shop, comment_id: one })).rejects.toMatchObject({
    status: 403,
  });
  await bot.request(PIN, { ...shop, comment_id: one });
  await bot.request(PIN, { ...shop, comment_id: two });
  const { data } = await bot.rest.issues.get({ ...shop, issue_number });
  expect(Reflect.get(data, 'pinned_comment')).toMatchObject({
    id: two,
    pin: { pinned_by: { login: 'tonic[bot]' } },
  });
  await bot.request('DELETE /repos/{owner}/{repo}/issues/comments/{comment_id}/pin', {
    ...shop,
    comment_id: two,
  });
  const { data: after } = await bot.rest.issues.get({ ...shop, issue_number });
  expect(Reflect.get(after, 'pinned_comment')).toBeNull();
});

test('a reaction counts once a person, and only its giver takes it back', async () => {
  const comment_id = await say('rea', 'react');
  const first = await world
    .as('rea')
    .rest.reactions.createForIssueComment({ ...shop, comment_id, content: 'rocket' });
  const again = await world
    .as('rea')
    .rest.reactions.createForIssueComment({ ...shop, comment_id, content: 'rocket' });
  await world.asApp().rest.reactions.createForIssueComment({ ...shop, comment_id, content: 'eyes' });
  expect([first.status, again.status, again.data.id]).toEqual([201, 200, first.data.id]);
  const { data } = await world.as('rea').rest.issues.getComment({ ...shop, comment_id });
  expect(data.reactions).toMatchObject({ total_count: 2, rocket: 1, eyes: 1, '+1': 0 });
  const reaction_id = first.data.id;
  await expect(
    world.as('ada').rest.reactions.deleteForIssueComment({ ...shop, comment_id, reaction_id }),
  ).rejects.toMatchObject({ status: 403 });
  await world.as('rea').rest.reactions.deleteForIssueComment({ ...shop, comment_id, reaction_id });
});
