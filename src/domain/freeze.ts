import type { Bug } from './bug.ts';
import type { SlotCalendar, Zone } from './calendar.ts';
import type { FreezeLevel, FreezePolicy, FreezeWindow } from './freeze-policy.ts';
import { lunarNewYear } from './lunar-new-year.ts';
import type { Person } from './person.ts';
import { refuse, type Refusal } from './reason.ts';
import { plain } from './text/markdown.ts';
import { renderLocal } from './text/time.ts';

/** A time in which nothing is deployed, to everything or to some parts. */
export interface Freeze {
  readonly level: FreezeLevel;
  /** Modules and services that it is for, in lower case; none: everything. */
  readonly parts: readonly string[];
  /** Included. */
  readonly fromMs: number;
  /** Excluded; `null`: until somebody lifts it. */
  readonly untilMs: number | null;
  /** Untrusted text. */
  readonly reason: string;
}

/** A freeze that an admin has said by `/freeze`. */
export interface SaidFreeze extends Freeze {
  readonly by: Person;
}

/** The repository variables `DEPLOY_FREEZE…`, as they are; `null` where one is not set. */
export interface FreezeSwitches {
  readonly freeze: string | null;
  readonly modules: string | null;
  readonly until: string | null;
}

/** Nothing is switched. */
export const NO_SWITCHES: FreezeSwitches = { freeze: null, modules: null, until: null };

/** All that freezes come from. */
export interface FreezeFacts {
  readonly said: readonly SaidFreeze[];
  readonly policy: FreezePolicy;
  readonly switches: FreezeSwitches;
  readonly calendar: SlotCalendar;
}

/** Reads a local moment; `null` when it is none. A spring gap leads to the moment as far after it. */
export function parseLocalMoment(text: string, zone: Zone): number | null {
  const [, date, time = '00:00'] =
    /^(\d{4}-\d{2}-\d{2})(?:[T ]([01]\d:[0-5]\d|2[0-3]:[0-5]\d))?$/u.exec(text.trim()) ?? [];
  if (date === undefined || !isDate(date)) return null;
  return zone.toEpochMs(date, time);
}

function isDate(date: string): boolean {
  const [year = 0, month = 0, day = 0] = date.split('-').map(Number);
  return month >= 1 && month <= 12 && day >= 1 && day <= daysIn(year, month);
}

function daysIn(year: number, month: number): number {
  const isLeap = year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
  return [31, isLeap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31][month - 1] ?? 0;
}

/** The freezes that hold at `atMs`, whatever they are for. */
function freezesAt(facts: FreezeFacts, atMs: number): readonly Freeze[] {
  const all = [
    ...facts.said,
    ...facts.policy.windows.flatMap((window) => fromWindow(window, facts.calendar.zone)),
    ...monthEnd(facts, atMs),
    ...lunarFreezes(facts, atMs),
    ...fromSwitches(facts, atMs),
  ];
  return all.filter(({ fromMs, untilMs }) => fromMs <= atMs && (untilMs === null || atMs < untilMs));
}

function fromWindow(window: FreezeWindow, zone: Zone): Freeze[] {
  const { level, parts, reason } = window;
  const fromMs = parseLocalMoment(window.from, zone);
  const untilMs = parseLocalMoment(window.until, zone);
  // The configuration refuses what is no moment.
  return fromMs === null || untilMs === null ? [] : [{ level, parts, reason, fromMs, untilMs }];
}

function monthEnd({ policy, calendar }: FreezeFacts, atMs: number): Freeze[] {
  if (policy.monthEndDays === 0) return [];
  const { zone } = calendar;
  const today = zone.toLocal(atMs).date;
  const next = firstOfNextMonth(today);
  return [
    {
      level: 'suspend',
      parts: [],
      fromMs: zone.toEpochMs(zone.addDays(next, -policy.monthEndDays), '00:00'),
      untilMs: zone.toEpochMs(next, '00:00'),
      reason: 'month end',
    },
  ];
}

function firstOfNextMonth(date: string): string {
  const [year = 0, month = 0] = date.split('-').map(Number);
  const [nextYear, nextMonth] = month === 12 ? [year + 1, 1] : [year, month + 1];
  return `${String(nextYear).padStart(4, '0')}-${String(nextMonth).padStart(2, '0')}-01`;
}

/** The days before a new year may lie in the year before. */
function lunarFreezes(
  { policy: { lunarNewYear: rule }, calendar: { zone } }: FreezeFacts,
  atMs: number,
): Freeze[] {
  if (rule === null) return [];
  const year = Number(zone.toLocal(atMs).date.slice(0, 4));
  return [year, year + 1].flatMap((each) => {
    const day = lunarNewYear(each);
    if (day === null) return [];
    const fromMs = zone.toEpochMs(zone.addDays(day, -rule.daysBefore), '00:00');
    const untilMs = zone.toEpochMs(zone.addDays(day, rule.daysAfter + 1), '00:00');
    return [{ level: rule.level, parts: [], fromMs, untilMs, reason: 'lunar new year' }];
  });
}

/** What cannot be read is frozen: somebody wanted to stop something. */
function fromSwitches({ switches, calendar }: FreezeFacts, atMs: number): Freeze[] {
  const untilMs = readUntil(switches.until, calendar.zone);
  if (untilMs === 'unreadable') {
    return [open('DEPLOY_FREEZE_UNTIL is no date such as 2026-02-05, so everything is frozen')];
  }
  if (untilMs !== null && atMs >= untilMs) return [];
  const parts = partsIn(switches.modules);
  const isOn = readSwitch(switches.freeze);
  if (isOn === 'unreadable')
    return [open('DEPLOY_FREEZE is neither true nor false, so everything is frozen')];
  if (isOn) return [{ ...open('DEPLOY_FREEZE is set'), untilMs }];
  if (parts.length > 0) return [{ ...open('DEPLOY_FREEZE_MODULES is set'), parts, untilMs }];
  // A date alone says that there is a freeze, and for how long.
  return untilMs === null || isOn === false ? [] : [{ ...open('DEPLOY_FREEZE_UNTIL is set'), untilMs }];
}

function open(reason: string): Freeze {
  return { level: 'suspend', parts: [], fromMs: 0, untilMs: null, reason };
}

function readSwitch(text: string | null): boolean | null | 'unreadable' {
  const word = (text ?? '').trim().toLowerCase();
  if (word === '') return null;
  if (['true', '1', 'yes', 'on'].includes(word)) return true;
  return ['false', '0', 'no', 'off'].includes(word) ? false : 'unreadable';
}

function readUntil(text: string | null, zone: Zone): number | null | 'unreadable' {
  if ((text ?? '').trim() === '') return null;
  return parseLocalMoment(text ?? '', zone) ?? 'unreadable';
}

function partsIn(text: string | null): string[] {
  return (text ?? '')
    .split(/[\s,]+/u)
    .filter((part) => part !== '')
    .map((part) => part.toLowerCase());
}

/**
 * What a freeze may be about: something with parts such as a bug by its labels; what has no parts, so that only a freeze
 * of everything covers it; or what may have any part, so that every freeze does.
 */
export type FreezeSubject = Pick<Bug, 'services' | 'modules'> | 'everything' | 'any_part';

/** The strictest freeze that covers a subject at `atMs`; `null` when it may go. */
export function freezeOn(facts: FreezeFacts, subject: FreezeSubject, atMs: number): Freeze | null {
  const covering = freezesAt(facts, atMs).filter((freeze) => covers(freeze, subject));
  return covering.find(({ level }) => level === 'full') ?? covering[0] ?? null;
}

function covers({ parts }: Freeze, subject: FreezeSubject): boolean {
  if (parts.length === 0 || subject === 'any_part') return true;
  if (subject === 'everything') return false;
  return [...subject.services, ...subject.modules].some((part) => parts.includes(part.toLowerCase()));
}

/** Freezes that follow each other without a gap count as one; this many are looked at. */
const LONGEST_CHAIN = 50;

/** When a subject may go again; `null`: nobody knows, somebody has to lift it. */
export function nextOpen(facts: FreezeFacts, subject: FreezeSubject, atMs: number): number | null {
  let at = atMs;
  for (let links = 0; links < LONGEST_CHAIN; links += 1) {
    const freeze = freezeOn(facts, subject, at);
    if (freeze === null) return at;
    if (freeze.untilMs === null) return null;
    at = freeze.untilMs;
  }
  return null;
}

/** Refuses `frozen` for a subject that a freeze covers, with the reason and when it opens; `null` when it may go. */
export function refuseFrozen(facts: FreezeFacts, subject: FreezeSubject, atMs: number): Refusal | null {
  const freeze = freezeOn(facts, subject, atMs);
  if (freeze === null) return null;
  return refuse('frozen', `Frozen: ${describeFreeze(facts, freeze, { subject, atMs })}`);
}

/** A freeze in one line of Markdown: what, why, until when. */
export function describeFreeze(
  facts: FreezeFacts,
  { level, parts, reason }: Freeze,
  { subject, atMs }: { readonly subject: FreezeSubject; readonly atMs: number },
): string {
  const what = parts.length === 0 ? 'everything' : parts.map((part) => plain(part, 60)).join(', ');
  const opensMs = nextOpen(facts, subject, atMs);
  const until =
    opensMs === null
      ? 'an admin lifts it with `/unfreeze`'
      : `it opens ${renderLocal(facts.calendar, opensMs)}`;
  return `${what} (${level}), ${plain(reason, 200)}; ${until}.`;
}
