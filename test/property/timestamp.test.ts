import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { readTimestamp } from '../../src/domain/timestamp.ts';

const moment = fc.date({ min: new Date(0), max: new Date('2199-12-31T23:59:59Z'), noInvalidDate: true });
const pad = (part: number) => String(Math.floor(part)).padStart(2, '0');
const whole = (date: Date) => Math.floor(date.getTime() / 1_000) * 1_000;

test('a moment is read as it was written, in any zone', () => {
  fc.assert(
    fc.property(moment, fc.integer({ min: -14 * 60, max: 14 * 60 }), (date, offset) => {
      expect(readTimestamp(date.toISOString())).toBe(whole(date));
      const local = new Date(date.getTime() + offset * 60_000).toISOString().slice(0, 19);
      const zone = `${offset < 0 ? '-' : '+'}${pad(Math.abs(offset) / 60)}:${pad(Math.abs(offset) % 60)}`;
      expect(readTimestamp(local + zone)).toBe(whole(date));
    }),
  );
});

test.each([
  [1_700_000_000, 1_700_000_000_000],
  [1_700_000_000_123, 1_700_000_000_123],
  ['1700000000', 1_700_000_000_000],
  ['2026-11-20 14:00 UTC', Date.UTC(2026, 10, 20, 14)],
  ['2026-02-29T00:00:00Z', Date.UTC(2026, 2, 1)],
])('%s is a moment', (written, atMs) => {
  expect(readTimestamp(written)).toBe(atMs);
});

test.each([
  '2026-11-20T14:00:00',
  '2026-11-20',
  'yesterday',
  '12',
  '2026-13-01T00:00Z',
  '',
  null,
  true,
  -1,
  {},
])('%s is none', (written) => {
  expect(readTimestamp(written)).toBeNull();
});
