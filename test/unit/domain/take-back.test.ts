import { expect, test } from 'vitest';
import { takeBack, withLandings } from '../../../src/domain/take-back.ts';
import { aBug, aRelease, NOW_MS } from '../../support/builders.ts';

test('what was taken back before is not forgotten when the fix that took its place is taken back, too', () => {
  const takenBack = {
    release: '2026-11-19-T1-uat',
    environment: 'uat',
    atMs: 0,
    pulls: [33],
    isHeld: false,
  } as const;
  const bug = aBug({ status: 'deployed_uat', takenBack });
  const takesBack = bug.landings.flatMap(({ commits }) => commits);
  const branch = { base: 'b'.repeat(40), commit: 'c'.repeat(40), takesBack };
  const order = {
    issue: 12,
    by: null,
    reason: 'smoke failed',
    to: null,
    undoes: [],
    acceptsDataLoss: false,
    branch,
  };
  const back = takeBack(bug, aRelease({ order }), NOW_MS);
  expect(back.takenBack).toMatchObject({ pulls: [34], isHeld: true });
  expect(back.takenOff).toEqual([33, 34]);
  const [landing] = bug.landings;
  const again = withLandings(back, 'uat', landing === undefined ? [] : [landing]);
  expect([again.takenBack, again.takenOff]).toEqual([null, [33]]);
});
