import { describe, expect, it } from 'vitest';
import { systemClock } from '../../../src/adapters/clock/system-clock.ts';
import { createZone } from '../../../src/adapters/clock/zone.ts';

function at(iso: string): number {
  return Date.parse(iso);
}

describe('a time zone', () => {
  it.each(['Mars/Olympus', '', 'Europe/Berlin ', '+08:00', '-05:00', 'UTC+2', '2026-11-20T00:00[UTC]'])(
    'that is not known is refused: %j',
    (name) => {
      expect(() => createZone(name)).toThrow(`"${name}" is no time zone that is known here`);
    },
  );

  it('is known under its canonical spelling', () => {
    expect(createZone('asia/taipei').name).toBe('Asia/Taipei');
  });

  it('tells date, time and weekday of a moment', () => {
    expect(createZone('Asia/Taipei').toLocal(at('2026-11-20T16:30:59.999Z'))).toEqual({
      date: '2026-11-21',
      time: '00:30',
      weekday: 6,
    });
    expect(createZone('America/New_York').toLocal(at('2026-11-20T03:05:00Z'))).toEqual({
      date: '2026-11-19',
      time: '22:05',
      weekday: 4,
    });
  });

  it.each([
    {
      name: 'Europe/Berlin',
      local: '2026-03-28 22:00',
      iso: '2026-03-28T21:00:00Z',
      why: 'the night before summer time',
    },
    {
      name: 'Europe/Berlin',
      local: '2026-03-29 22:00',
      iso: '2026-03-29T20:00:00Z',
      why: 'the first night of summer time',
    },
    {
      name: 'Europe/Berlin',
      local: '2026-03-29 02:30',
      iso: '2026-03-29T01:30:00Z',
      why: 'a time in the gap: as far after it',
    },
    {
      name: 'Europe/Berlin',
      local: '2026-10-25 02:30',
      iso: '2026-10-25T00:30:00Z',
      why: 'a time that comes twice: the first',
    },
    {
      name: 'Europe/Berlin',
      local: '2026-10-25 22:00',
      iso: '2026-10-25T21:00:00Z',
      why: 'the first night of winter time',
    },
    {
      name: 'America/New_York',
      local: '2026-03-08 02:15',
      iso: '2026-03-08T07:15:00Z',
      why: 'a gap in New York',
    },
    {
      name: 'Australia/Lord_Howe',
      local: '2026-10-04 02:15',
      iso: '2026-10-03T15:45:00Z',
      why: 'a gap of half an hour',
    },
    {
      name: 'Australia/Lord_Howe',
      local: '2026-04-05 01:45',
      iso: '2026-04-04T14:45:00Z',
      why: 'half an hour that comes twice',
    },
    {
      name: 'America/Nuuk',
      local: '2026-03-28 23:30',
      iso: '2026-03-29T01:30:00Z',
      why: 'a gap that ends at midnight: the next day',
    },
    {
      name: 'Asia/Taipei',
      local: '2026-03-29 22:00',
      iso: '2026-03-29T14:00:00Z',
      why: 'no summer time at all',
    },
  ])('$name: $local is $iso ($why)', ({ name, local, iso }) => {
    const [date = '', time = ''] = local.split(' ');
    expect(createZone(name).toEpochMs(date, time)).toBe(at(iso));
  });

  it('counts days over months, leap years and clock changes', () => {
    const zone = createZone('Europe/Berlin');
    expect(zone.addDays('2028-02-28', 1)).toBe('2028-02-29');
    expect(zone.addDays('2026-12-31', 1)).toBe('2027-01-01');
    expect(zone.addDays('2026-03-29', -1)).toBe('2026-03-28');
    expect(zone.weekdayOf('2026-11-20')).toBe(5);
    expect(zone.weekdayOf('2026-11-22')).toBe(7);
  });
});

it('the system clock is as far ahead as it is told', () => {
  const apart = systemClock(3_600_000).nowMs() - systemClock().nowMs();
  expect(Math.abs(apart - 3_600_000)).toBeLessThan(1_000);
});
