import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Place } from './place/place.ts';
import { PLACES } from './place/places.ts';

describe.each(PLACES)('the members of %s', (_, open) => {
  let place: Place;
  beforeEach(async () => {
    place = await open();
  });
  afterEach(() => place.close());

  test.each([
    ['ada', 'admin'],
    ['max', 'maintain'],
    ['wes', 'write'],
    ['tia', 'triage'],
    ['rea', 'read'],
  ])('%s has the role %s', async (login, permission) => {
    expect(await place.ports.members.standing(place.person(login), [])).toEqual({
      permission,
      isBot: false,
      teams: [],
    });
  });

  test('a role that was taken away is gone at once', async () => {
    const { members } = place.ports;
    expect((await members.standing(place.person('ada'), [])).permission).toBe('admin');
    place.takeRole('ada');
    expect((await members.standing(place.person('ada'), [])).permission).not.toBe('admin');
  });

  test('somebody who took over a login has nothing of it', async () => {
    const { id, login } = place.person('ada');
    expect((await place.ports.members.standing({ id: id + 4711, login }, [])).permission).toBe('none');
  });

  test('nor is in the teams of whoever has the login now', async () => {
    const { id, login } = place.person('ada');
    place.joinTeam('ada', 'acme/admins');
    const { members } = place.ports;
    expect((await members.standing({ id, login }, ['acme/admins'])).teams).toEqual(['acme/admins']);
    expect((await members.standing({ id: id + 4711, login }, ['acme/admins'])).teams).toEqual([]);
  });

  test('somebody whom GitHub does not know has no role', async () => {
    expect(await place.ports.members.standing({ id: 4711, login: 'nobody-here' }, [])).toMatchObject({
      permission: 'none',
    });
  });

  test('a bot is a bot', async () => {
    expect((await place.ports.members.standing(place.bot(), [])).isBot).toBe(true);
  });

  test('of the teams that were asked for, those with the person come, in lower case', async () => {
    place.joinTeam('wes', 'acme/seniors');
    place.joinTeam('ada', 'acme/admins');
    const { teams } = await place.ports.members.standing(place.person('wes'), [
      'acme/Seniors',
      'acme/admins',
      'acme/nowhere',
    ]);
    expect(teams).toEqual(['acme/seniors']);
  });
});
