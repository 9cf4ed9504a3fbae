import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Place } from './place/place.ts';
import { PLACES } from './place/places.ts';

const ALERT = {
  key: 'deployment-71',
  title: 'Somebody deployed to prod by hand',
  body: 'It was **max**.',
  label: 'tonic:alert',
  assignees: [],
};

describe.each(PLACES)('alerts in %s', (_, open) => {
  let place: Place;
  beforeEach(async () => {
    place = await open();
    await place.ports.issues.syncLabels([{ name: ALERT.label, color: 'b60205', description: 'Alert' }]);
  });
  afterEach(() => place.close());

  test('an alert is an issue with its label and its invisible mark', async () => {
    const issue = await place.ports.alerts.open(ALERT);
    expect(await place.see(issue)).toMatchObject({
      title: ALERT.title,
      body: `${ALERT.body}\n\n<!-- tonic:alert-${ALERT.key} -->`,
      author: place.bot().login,
      state: 'open',
      labels: ['tonic:alert'],
      assignees: [],
    });
  });

  test('it is opened once a key, by whichever process, also after it was closed', async () => {
    const issue = await place.ports.alerts.open(ALERT);
    expect(await place.ports.alerts.open(ALERT)).toBe(issue);
    await place.ports.issues.apply([{ issue, state: { to: 'closed', as: 'completed' } }]);
    expect(await place.anotherProcess().alerts.open({ ...ALERT, title: 'Again' })).toBe(issue);
    expect(await place.ports.alerts.open({ ...ALERT, key: 'deployment-72' })).not.toBe(issue);
  });

  test('a mark that a person wrote stands for nothing', async () => {
    const body = `<!-- tonic:alert-${ALERT.key} -->`;
    const issue = await place.openIssue({ by: 'wes', body });
    await place.label(issue, ALERT.label);
    expect(await place.ports.alerts.open(ALERT)).not.toBe(issue);
  });

  test('it is assigned to those who can be', async () => {
    const issue = await place.ports.alerts.open({ ...ALERT, assignees: ['ada', 'nobody-here', 'max'] });
    expect([...(await place.see(issue)).assignees].toSorted()).toEqual(['ada', 'max']);
  });
});
