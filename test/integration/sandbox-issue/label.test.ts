import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { startWorld, type SandboxWorld } from '../../support/sandbox-world.ts';

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

test('a label is one label however its name is written', async () => {
  const wes = world.as('wes').rest.issues;
  await wes.createLabel({ ...shop, name: 'status:planned', color: 'AABBCC' });
  expect((await wes.getLabel({ ...shop, name: 'STATUS:Planned' })).data.color).toBe('aabbcc');
  await expect(wes.createLabel({ ...shop, name: 'Status:Planned', color: 'ffffff' })).rejects.toMatchObject({
    status: 422,
    response: { data: { errors: [{ resource: 'Label', code: 'already_exists', field: 'name' }] } },
  });
});

test('a name of 50 characters is a label, one of 51 is refused, and so are 101 characters of description', async () => {
  const wes = world.as('wes').rest.issues;
  await wes.createLabel({ ...shop, name: 'é'.repeat(50) });
  await expect(wes.createLabel({ ...shop, name: 'x'.repeat(51) })).rejects.toMatchObject({ status: 422 });
  await expect(wes.createLabel({ ...shop, name: 'ok', description: 'x'.repeat(101) })).rejects.toMatchObject({
    status: 422,
  });
  await expect(wes.createLabel({ ...shop, name: 'ok', color: '#fff' })).rejects.toMatchObject({
    status: 422,
  });
});

test('renaming a label keeps it on its issues and tells what it was called', async () => {
  const wes = world.as('wes').rest.issues;
  const issue_number = await open();
  await wes.addLabels({ ...shop, issue_number, labels: ['old name'] });
  await wes.updateLabel({ ...shop, name: 'old name', new_name: 'new name' });
  const { data } = await wes.listLabelsOnIssue({ ...shop, issue_number });
  expect(data.map((label) => label.name)).toEqual(['new name']);
  await world.sandbox.idle();
  expect(world.received.at(-1)).toMatchObject({
    event: 'label',
    action: 'edited',
    payload: { changes: { name: { from: 'old name' } } },
  });
});

test('a person with triage labels, one with read may not, and neither makes new labels', async () => {
  const issue_number = await open();
  await world.as('wes').rest.issues.createLabel({ ...shop, name: 'known' });
  await world.as('tia').rest.issues.addLabels({ ...shop, issue_number, labels: ['known'] });
  await expect(
    world.as('rea').rest.issues.addLabels({ ...shop, issue_number, labels: ['known'] }),
  ).rejects.toMatchObject({ status: 403 });
  await expect(
    world.as('tia').rest.issues.addLabels({ ...shop, issue_number, labels: ['unknown'] }),
  ).rejects.toMatchObject({ status: 422 });
  await expect(world.as('tia').rest.issues.createLabel({ ...shop, name: 'own' })).rejects.toMatchObject({
    status: 403,
  });
});

test('each label that comes or goes is one webhook from whoever did it, and one that was there already is none', async () => {
  const issue_number = await open();
  await world.as('tia').rest.issues.addLabels({ ...shop, issue_number, labels: ['known'] });
  await world.asApp().rest.issues.addLabels({ ...shop, issue_number, labels: ['KNOWN', 'by-app'] });
  await world.as('wes').rest.issues.removeLabel({ ...shop, issue_number, name: 'Known' });
  await world.sandbox.idle();
  const told = world.received
    .filter(({ event, action }) => event === 'issues' && action !== 'opened')
    .map(({ action, payload }) => [
      action,
      Reflect.get(Object(payload['label']), 'name'),
      payload.sender.login,
    ]);
  expect(told).toEqual([
    ['labeled', 'known', 'tia'],
    ['labeled', 'by-app', 'tonic[bot]'],
    ['unlabeled', 'known', 'wes'],
  ]);
});

test('setting labels takes off what is not among them and adds the rest', async () => {
  const issue_number = await open();
  const wes = world.as('wes').rest.issues;
  await wes.addLabels({ ...shop, issue_number, labels: ['a', 'b'] });
  const { data } = await wes.setLabels({ ...shop, issue_number, labels: ['b', 'c'] });
  expect(data.map((label) => label.name)).toEqual(['b', 'c']);
  const { data: events } = await wes.listEvents({ ...shop, issue_number });
  expect(
    events.map((event) => [event.event, 'label' in event && event.label.name, event.actor.login]),
  ).toEqual([
    ['labeled', 'a', 'wes'],
    ['labeled', 'b', 'wes'],
    ['unlabeled', 'a', 'wes'],
    ['labeled', 'c', 'wes'],
  ]);
});

test('an App without issues: write cannot label, and pull_requests: write does not help on an issue', async () => {
  const issue_number = await open();
  for (const permissions of [{ issues: 'read' as const }, { pull_requests: 'write' as const }]) {
    await expect(
      world.asApp(permissions).rest.issues.addLabels({ ...shop, issue_number, labels: ['known'] }),
    ).rejects.toMatchObject({ status: 403, message: /not accessible by integration/ });
  }
});

test('taking off a label that the issue has not is 404', async () => {
  const issue_number = await open();
  await expect(
    world.as('wes').rest.issues.removeLabel({ ...shop, issue_number, name: 'known' }),
  ).rejects.toMatchObject({ status: 404, message: /Label does not exist/ });
});
