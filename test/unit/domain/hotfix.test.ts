import { describe, expect, it, test } from 'vitest';
import type { Bug } from '../../../src/domain/bug.ts';
import { hotfixChecklist } from '../../../src/domain/hotfix-checklist.ts';
import { parseComment } from '../../../src/domain/commands/parse.ts';
import { approvedFixesOn } from '../../../src/domain/fix.ts';
import { queueForUat } from '../../../src/domain/hotfix-uat.ts';
import type { Member } from '../../../src/domain/person.ts';
import type { Hotfix } from '../../../src/domain/hotfix-record.ts';
import {
  isBreached,
  lacksNote,
  peopleToTell,
  priorityOf,
  slaOf,
  startClock,
} from '../../../src/domain/hotfix.ts';
import { emptyLedger, type LedgerState } from '../../../src/domain/ledger.ts';
import { hotfixEvents } from '../../../src/domain/message/hotfix-event.ts';
import type { Release } from '../../../src/domain/release.ts';
import { SEVERITIES } from '../../../src/domain/severity.ts';
import { renderHotfix } from '../../../src/domain/text/hotfix.ts';
import {
  ADA,
  aBug,
  aCalendar,
  aLanding,
  anApproval,
  anApprovedFix,
  aPolicy,
  aRelease,
  aStanding,
  at,
  bugAfter,
  MAX,
  NOW_MS,
  outcomeOf,
  say,
} from '../../support/builders.ts';

const MINUTE_MS = 60_000;
const policy = aPolicy();

function aHotfix(changes: Partial<Hotfix> = {}): Hotfix {
  return { clock: { priority: 'P1', sinceMs: NOW_MS }, order: null, note: null, ...changes };
}

/** A P1 that a hotfix has brought to PROD after some minutes. */
function mended(minutes: number, changes: Partial<Bug> = {}): Bug {
  const step = { from: 'confirmed', to: 'deployed_prod', by: null, slot: null, note: null } as const;
  return aBug({
    status: 'deployed_prod',
    severity: 'critical',
    flow: 2,
    hotfix: aHotfix({ order: { by: ADA, atMs: NOW_MS, told: ['max'] } }),
    timeline: [{ ...step, atMs: NOW_MS + minutes * MINUTE_MS, event: 'deploy_hotfix' }],
    ...changes,
  });
}

describe('how urgent a bug is', () => {
  it('follows from its severity', () => {
    expect(SEVERITIES.map((severity) => priorityOf(severity, policy))).toEqual([null, null, 'P2', 'P1']);
    expect(priorityOf(null, policy)).toBeNull();
  });

  it('is the configuration’s to say, but what waits for slots is no hotfix', () => {
    const own = aPolicy({
      severity: { hotfix: ['medium', 'critical'] },
      hotfix: { ...policy.hotfix, p1: { severities: ['high', 'medium'], slaMinutes: 30 } },
    });
    expect(SEVERITIES.map((severity) => priorityOf(severity, own))).toEqual([null, 'P1', null, 'P2']);
  });
});

describe('the clock of a hotfix', () => {
  const say = (severity: Bug['severity'], hotfix: Hotfix | null, status: Bug['status'] = 'planned') =>
    startClock({ hotfix, status }, { severity, saidAtMs: NOW_MS + MINUTE_MS }, policy);
  const p2 = aHotfix({ clock: { priority: 'P2', sinceMs: NOW_MS } });
  const ordered = aHotfix({ order: { by: ADA, atMs: NOW_MS, told: ['max'] } });

  test.each([
    ['a P1 begins it', say('critical', null), { priority: 'P1', sinceMs: NOW_MS + MINUTE_MS }],
    ['said again it goes on', say('high', p2), p2.clock],
    ['taken off and put on again it goes on', say('high', say(null, p2)), p2.clock],
    [
      'a P2 that becomes a P1 begins anew',
      say('critical', p2),
      { priority: 'P1', sinceMs: NOW_MS + MINUTE_MS },
    ],
    ['a P1 that becomes a P2 wins no time', say('high', aHotfix()), aHotfix().clock],
    ['a severity for slots ends it', say('low', p2), undefined],
    ['what somebody has ordered keeps it', say('low', ordered), ordered.clock],
    ['what is on PROD already begins none', say('critical', null, 'deployed_prod'), undefined],
  ])('%s', (_, hotfix, clock) => {
    expect(hotfix?.clock).toEqual(clock);
  });

  test.each([
    ['high', 239, false],
    ['high', 241, true],
    ['critical', 59, false],
    ['critical', 61, true],
  ] as const)('of %s is over after its minutes: %i', (severity, minutes, isOver) => {
    const sla = slaOf(aBug({ severity, hotfix: aHotfix() }), policy);
    expect(sla === null ? null : isBreached(sla, NOW_MS + minutes * MINUTE_MS)).toBe(isOver);
  });

  it('stops when PROD has the fix, and runs again when that is taken back', () => {
    const inTime = slaOf(mended(35), policy);
    expect(inTime).toMatchObject({ fixedAtMs: NOW_MS + 35 * MINUTE_MS });
    expect(inTime === null || isBreached(inTime, NOW_MS + 9_999 * MINUTE_MS)).toBe(false);
    const [step] = mended(35).timeline;
    if (step === undefined) throw new Error('no step');
    const timeline = [step, { ...step, event: 'roll_back', to: 'confirmed' } as const];
    expect(slaOf(mended(35, { status: 'confirmed', timeline }), policy)).toMatchObject({ fixedAtMs: null });
  });

  it('runs for nobody whose severity slots bring, nor for what slots had brought before it was said', () => {
    expect(slaOf(aBug({ severity: 'medium' }), policy)).toBeNull();
    expect(slaOf(aBug({ severity: 'critical', status: 'deployed_prod', flow: 2 }), policy)).toBeNull();
  });
});

describe('whoever is told of a hotfix', () => {
  const roles = { ...policy.roles, senior: { ...policy.roles.senior, users: ['Eve', 'ada'] } };

  it('is named in the configuration, or has a role by name; the sender and nobody twice', () => {
    expect(
      peopleToTell(aPolicy({ hotfix: { ...policy.hotfix, notify: ['max', 'ADA', 'Max'] } }), ADA),
    ).toEqual(['Max']);
    expect(peopleToTell(aPolicy({ roles, hotfix: { ...policy.hotfix, notify: [] } }), ADA)).toEqual(['Eve']);
    expect(peopleToTell(aPolicy({ hotfix: { ...policy.hotfix, notify: [] } }), ADA)).toEqual([]);
  });
});

describe('the note', () => {
  it('is lacking to what a hotfix brought, and to nothing else', () => {
    const note = { rootCause: 'x', fix: 'y', by: ADA, atMs: NOW_MS };
    expect(lacksNote(mended(35))).toBe(true);
    expect(lacksNote(mended(35, { hotfix: aHotfix({ note }) }))).toBe(false);
    expect(lacksNote(aBug({ severity: 'critical', hotfix: aHotfix() }))).toBe(false);
    expect(lacksNote(aBug())).toBe(false);
  });

  it('is still lacking when the hotfix was taken back', () => {
    const { timeline, ...bug } = mended(35);
    const back = { from: 'deployed_prod', to: 'confirmed', by: ADA, slot: null, note: null } as const;
    const steps = [...timeline, { ...back, atMs: NOW_MS + 60 * MINUTE_MS, event: 'roll_back' } as const];
    expect(lacksNote({ ...bug, timeline: steps })).toBe(true);
  });
});

describe('the end of a hotfix', () => {
  const hotfix = { bug: 7, operation: '2026-11-20/hotfix-7-1900', fixes: [], stage: null };
  const eventsOf = (old: Release['state'], now: Release['state']) => {
    const release = aRelease({ kind: 'hotfix', environment: 'prod', hotfix, state: old });
    const before = { ...emptyLedger(), releases: new Map([[release.id, release]]) };
    const writes = { bugs: [mended(35, { number: 7 })], releases: [{ ...release, state: now }] };
    const commit = { before, writes, calendar: aCalendar(), nowMs: NOW_MS };
    return hotfixEvents(commit).flatMap(({ key }) => (key.includes('ordered') ? [] : [key]));
  };

  it('is told when it is live or has failed, and not again when it is taken back by hand', () => {
    expect(eventsOf('planned', 'live')).toEqual([expect.stringContaining('-done-')]);
    expect(eventsOf('planned', 'failed')).toEqual([expect.stringContaining('-failed-')]);
    expect(eventsOf('planned', 'rolled_back')).toEqual([expect.stringContaining('-failed-')]);
    expect(eventsOf('live', 'rolled_back')).toEqual([]);
  });
});

/** The items that are true. */
function ticked(bug: Bug, ledger: LedgerState = emptyLedger()): string[] {
  const sla = slaOf(bug, policy);
  if (sla === null) throw new Error('no hotfix');
  return [...hotfixChecklist(bug, { sla, ledger })].flatMap(([item, isTrue]) => (isTrue ? [item] : []));
}

describe('the checklist', () => {
  const hotfix = { operation: '2026-11-20/hotfix-12-1900', bug: 12, fixes: [], stage: null };
  const step = { key: 'smoke', startedAtMs: NOW_MS, endedAtMs: NOW_MS, detail: null } as const;
  it('has nothing before `/hotfix`', () => {
    expect(ticked(aBug({ severity: 'high', hotfix: aHotfix() }))).toEqual([]);
  });

  it('is ticked by what the ledger holds', () => {
    const live = aRelease({ kind: 'hotfix', state: 'live', hotfix, steps: [{ ...step, state: 'done' }] });
    const ledger = { ...emptyLedger(), releases: new Map([[live.id, live]]) };
    expect(ticked(mended(35), ledger)).toEqual([
      'severity',
      'told',
      'in_time',
      'smoke',
      'status',
      'stakeholders',
    ]);
    expect(ticked(mended(61))).toEqual(['severity', 'told', 'status', 'stakeholders']);
  });

  it('asks for a review of a P1 only', () => {
    const items = (severity: Bug['severity']) => {
      const bug = mended(35, { severity });
      return renderHotfix({ bug, policy, calendar: aCalendar(), ledger: emptyLedger() }).join('\n');
    };
    expect(items('critical')).toContain('[ ] Incident review scheduled: within 48 h');
    expect(items('high')).not.toContain('Incident review');
    expect(renderHotfix({ bug: aBug(), policy, calendar: aCalendar(), ledger: emptyLedger() })).toEqual([]);
  });

  it('says how long it took, without calling anybody', () => {
    const bug = mended(75, {
      hotfix: aHotfix({ order: { by: ADA, atMs: at('2026-11-20 19:05:00'), told: ['max'] } }),
    });
    const lines = renderHotfix({ bug, policy, calendar: aCalendar(), ledger: emptyLedger() }).join('\n');
    expect(lines).toContain('**Hotfix, P1**: on PROD after 1 h 15 min of 1 h, **late**');
    expect(lines).toContain(
      '[x] Severity confirmed: critical, says **ada**, Fri 2026-11-20 19:05 (Asia/Taipei)',
    );
    expect(lines).toContain('[x] Another member told: **max**');
    expect(lines).not.toContain('@');
  });
});

describe('/incident-note', () => {
  const noted = mended(35);

  test.each([
    ['on one line', '/incident-note root cause: a typo fix: it is mended'],
    ['on several', '/incident-note\nRoot cause: a typo\n\nFix: it\nis mended'],
  ])('takes root cause and fix %s', (_, body) => {
    expect(bugAfter(say(body, { bug: noted })).hotfix?.note).toMatchObject({
      rootCause: 'a typo',
      fix: 'it is mended',
      by: ADA,
    });
  });

  test.each([
    '/incident-note',
    '/incident-note root cause: a typo',
    '/incident-note fix: it root cause: a typo',
  ])('says how it is written: %s', (body) => {
    expect(parseComment(body)).toMatchObject({ kind: 'refused', refusal: { reason: 'bad_arguments' } });
  });

  it('is for hotfixes only', () => {
    expect(outcomeOf(say('/incident-note root cause: x fix: y', { bug: aBug() }))).toBe('not_a_hotfix');
  });
});

describe('the sign-off of a hotfix for UAT', () => {
  const brought = [anApprovedFix()];
  const word = anApproval({ action: 'approve_hotfix', by: ADA, fixes: brought, slot: null });
  const queue = (bug: Partial<Bug>, members: readonly Member[], required = 1) =>
    queueForUat(mended(35, { landings: [aLanding({ environment: 'prod' })], ...bug }), brought, {
      policy: aPolicy({ approvals: { allowAuthor: true, required: { uat: required, prod: 1 } } }),
      calendar: aCalendar(),
      members,
      atMs: NOW_MS,
    });
  const admin = { person: ADA, standing: aStanding('admin') };
  const senior = { person: MAX, standing: aStanding('maintain') };

  it('is that of its admins, for what lies on PROD, and counts for the next T2', () => {
    const after = queue({ approvals: [word, { ...word, by: MAX }] }, [admin, senior]);
    expect(after.status).toBe('pending_uat_merge');
    const given = after.approvals.filter(({ action }) => action === 'approve_uat_merge');
    expect(given).toMatchObject([{ by: ADA, environment: 'uat', slot: '2026-11-20/T2', given: word.given }]);
    expect(given[0]?.fixes).toEqual(approvedFixesOn(after, 'prod'));
  });

  test.each([
    { who: 'a senior person alone', word: { ...word, by: MAX }, members: [senior], required: 1 },
    { who: 'fewer than UAT wants', word, members: [admin], required: 2 },
    {
      who: 'an admin, but for what it was before',
      word: { ...word, fixes: [anApprovedFix({ pull: 99 })] },
      members: [admin],
      required: 1,
    },
  ])('is not that of $who', ({ word: own, members, required }) => {
    expect(queue({ approvals: [own] }, members, required).status).toBe('deployed_prod');
  });

  it('brings back no bug that somebody has ended meanwhile', () => {
    expect(queue({ status: 'closed', approvals: [word] }, [admin]).status).toBe('closed');
  });
});
