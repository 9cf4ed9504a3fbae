import { describe, expect, it } from 'vitest';
import { allow } from '../../../src/domain/decision.ts';
import type { Bug } from '../../../src/domain/bug.ts';
import { approveProd } from '../../../src/domain/commands/approve-prod.ts';
import { refuse } from '../../../src/domain/reason.ts';
import { STATUSES } from '../../../src/domain/status.ts';
import { lockAfterRollback, NO_LOCKS } from '../../../src/domain/lock.ts';
import { CARD_MARKER, renderCard } from '../../../src/domain/text/card.ts';
import { renderBatchAnswer } from '../../../src/domain/text/answer.ts';
import { renderDuration, renderLocal, renderSlot } from '../../../src/domain/text/time.ts';
import { nextSlot } from '../../../src/domain/calendar.ts';
import {
  aBug,
  aCalendar,
  ADA,
  aLanding,
  anApproval,
  aPolicy,
  MAX,
  aMismatch,
  at,
  bugAfter,
  noFreezes,
  NOW_MS,
  say,
  someFacts,
} from '../../support/builders.ts';

function card(changes: Partial<Bug>): string {
  return renderCard(someFacts({ bug: aBug(changes) }));
}

const DRIFTED = {
  reason: 'flow_unsafe_now',
  message: 'Flow 1 is not safe any more',
  slot: '2026-11-19/T2',
  atMs: NOW_MS,
} as const;

function nextOf(changes: Partial<Bug>): string {
  return /^\| \*\*Next\*\* \| (.*) \|$/mu.exec(card(changes))?.[1] ?? '';
}

describe('the status card', () => {
  it.each(STATUSES.map(({ name, meaning }) => ({ name, meaning })))(
    'shows that a bug is $name',
    ({ name, meaning }) => {
      const shown = card({ status: name });
      expect(shown.startsWith(CARD_MARKER)).toBe(true);
      expect(shown).toContain(`\`${name}\``);
      expect(shown).toContain(meaning);
    },
  );

  it.each([
    [
      'deployed_uat',
      1,
      0,
      '0 of 2 approvals: one of the admins (people with `admin` access) says `/approve-prod`; then T2',
    ],
    [
      'deployed_uat',
      1,
      1,
      '1 of 2 approvals (**ada**): another of the admins (people with `admin` access) says `/approve-prod`; then T2',
    ],
    ['pending_prod', 1, 2, 'T2 **Fri 2026-11-20 22:00 (Asia/Taipei)**'],
    [
      'pending_prod',
      2,
      1,
      '1 of 2 approvals (**ada**): another of the admins (people with `admin` access) says `/approve-prod` or approves the pull request in a review; then T2',
    ],
    [
      'deployed_prod',
      2,
      0,
      '0 of 2 approvals: one of the admins (people with `admin` access) says `/approve-uat-merge`',
    ],
  ] as const)('where two approve says for %s in Flow %s with %s of them: %s', (...row) => {
    const [status, flow, count, next] = row;
    const approvals = [anApproval(), anApproval({ by: MAX })].slice(0, count);
    const policy = aPolicy({ approvals: { allowAuthor: true, required: { uat: 2, prod: 2 } } });
    const shown = renderCard(someFacts({ bug: aBug({ status, flow, approvals }), policy }));
    expect(shown).toContain(`| **Next** | ${next}`);
  });

  it.each([
    [
      'submitted',
      1,
      'An admin says `/confirm` or `/reject <reason>`; then T1 **Fri 2026-11-20 20:00 (Asia/Taipei)**',
    ],
    ['confirmed', 1, 'T1 **Fri 2026-11-20 20:00 (Asia/Taipei)**'],
    ['analyzing', 1, 'T1 **Fri 2026-11-20 20:00 (Asia/Taipei)**'],
    ['planned', 2, 'T1 **Fri 2026-11-20 20:00 (Asia/Taipei)**'],
    ['deployed_uat', 1, 'An admin says `/approve-prod`; then T2 **Fri 2026-11-20 22:00 (Asia/Taipei)**'],
    ['pending_prod', 1, 'T2 **Fri 2026-11-20 22:00 (Asia/Taipei)**'],
    ['pending_prod', 2, 'an admin’s sign-off, then T2 **Fri 2026-11-20 22:00 (Asia/Taipei)**'],
    ['deployed_prod', 1, 'nothing: its way is over'],
    ['deployed_prod', 2, 'an admin says `/approve-uat-merge`'],
    ['pending_uat_merge', 2, 'T2 **Fri 2026-11-20 22:00 (Asia/Taipei)**'],
    ['uat_merged', 2, 'nothing: its way is over'],
    ['closed', 1, 'nothing: its way is over'],
    ['rejected', null, 'nothing: its way is over'],
  ] as const)('says what is next for a bug that is %s in Flow %s', (status, flow, next) => {
    expect(nextOf({ status, flow }).slice(0, next.length)).toBe(next);
  });

  it.each([
    [
      'deployed_uat',
      { uatOnly: true },
      'it travels to PROD with the next release; once the versions are the same, an admin says `/approve-prod`; then T2',
    ],
    [
      'deployed_uat',
      { hold: DRIFTED },
      'an admin says `/confirm flow2` if PROD has the bug, or the versions',
    ],
    [
      'pending_prod',
      { hold: DRIFTED },
      'an admin says `/confirm flow2` if PROD has the bug, or the versions',
    ],
    ['planned', { uatOnly: true }, 'T1 '],
  ] as const)('asks for no approval that would be refused while the versions differ: %s %j', (...row) => {
    const [status, changes, next] = row;
    expect(nextOf({ status, flow: 1, ...changes }).slice(0, next.length)).toBe(next);
  });

  it('names the slot that brings the bug just now, and the one after it once that has held the bug back', () => {
    const slot = '2026-11-20/T1';
    const atMs = aCalendar().zone.toEpochMs('2026-11-20', '20:05');
    const planned = {
      atMs,
      event: 'record_plan',
      from: 'analyzing',
      to: 'planned',
      by: null,
      slot,
      note: null,
    } as const;
    const bug = aBug({ status: 'planned', flow: 1, timeline: [planned] });
    const held = { ...bug, hold: { reason: 'deploy_failed', message: 'no', slot, atMs } as const };
    const next = (each: Bug) =>
      renderCard(someFacts({ bug: each, nowMs: atMs })).match(/Next\*\* \| (T1 .+?) \|/u)?.[1];
    expect([bug, held].map(next)).toEqual([
      'T1 **Fri 2026-11-20 20:00 (Asia/Taipei)**',
      'T1 **Sat 2026-11-21 20:00 (Asia/Taipei)**',
    ]);
  });

  it('says whose word a fix waits for that was taken off', () => {
    const takenBack = {
      release: '2026-11-19-T2-prod',
      environment: 'prod',
      atMs: 0,
      pulls: [34],
      isHeld: true,
    } as const;
    const bug = { status: 'confirmed', flow: 2, takenBack } as const;
    expect(nextOf(bug)).toMatch(/^an admin says `\/confirm`, or somebody links a better fix; then T1 /u);
    expect(nextOf({ ...bug, takenBack: { ...takenBack, isHeld: false } })).toMatch(/^T1 /u);
  });

  it('speaks of the hotfix path up to PROD and not from there on', () => {
    expect(nextOf({ status: 'planned', severity: 'high' })).toContain('the hotfix path');
    expect(nextOf({ status: 'deployed_prod', flow: 2, severity: 'high' })).toContain('/approve-uat-merge');
    expect(nextOf({ status: 'pending_uat_merge', severity: 'critical' })).toContain('T2');
  });

  it('shows what holds the bug back, each line of it in the quote', () => {
    const hold = { reason: 'conflict', message: 'one\n\ntwo', slot: null, atMs: 0 } as const;
    expect(card({ hold })).toContain('> **Held back:** one\n> \n> two');
  });

  it('shows each fix with where it lies', () => {
    const shown = card({ status: 'deployed_uat', landings: [aLanding({ commits: ['0123456789'] })] });
    expect(shown).toContain('| **Fix** | #34 · UAT `0123456` |');
    expect(card({ fixes: [] })).toContain('`Fixes #12`');
  });

  it('tells who did what, the last twenty steps', () => {
    const step = { atMs: NOW_MS, event: 'confirm', from: 'submitted', to: 'confirmed', slot: null } as const;
    const timeline = [
      ...Array.from({ length: 25 }, () => ({ ...step, by: ADA, note: 'Flow 1' })),
      { ...step, by: null, slot: '2026-11-20/T1' as const, note: null },
    ];
    const shown = card({ timeline });
    expect(shown.match(/^- /gmu)).toHaveLength(21);
    expect(shown).toContain('6 earlier steps');
    expect(shown).toContain('Fri 2026-11-20 19:00 (Asia/Taipei): `confirmed` by **ada** (Flow 1)');
    expect(shown).toContain('`confirmed` by 2026-11-20/T1');
  });

  it('keeps its table whole, whatever people wrote', () => {
    const rejected = bugAfter(say('/reject a | b @wes <!-- --> `c`', { parity: aMismatch() }));
    for (const line of renderCard(someFacts({ bug: rejected })).split('\n')) {
      if (line.startsWith('|'))
        expect(line.replaceAll('\\|', '')).toMatch(/^\|[^|]*\|[^|]*\|(?:[^|]*\|[^|]*\|)?$/u);
    }
  });

  it('shows the freeze that covers the bug and the locks that somebody has to lift, until its way is over', () => {
    const freezes = noFreezes({ switches: { freeze: 'true', modules: null, until: '2026-11-23' } });
    const reason = 'health | failed';
    const locks = new Map([
      ['prod', lockAfterRollback(NO_LOCKS, { operation: '2026-11-19-T2-prod', reason, nowMs: NOW_MS })],
    ] as const);
    const shown = renderCard(someFacts({ bug: aBug({ status: 'planned' }), freezes, locks }));
    expect(shown).toContain('| **Frozen** | everything (suspend), DEPLOY');
    expect(shown).toContain('it opens Mon 2026-11-23 00:00');
    expect(shown).toContain('| **Locked** | PROD is locked since');
    expect(shown).toContain('health &#124; failed');
    const over = renderCard(someFacts({ bug: aBug({ status: 'closed' }), freezes, locks }));
    expect(over).not.toMatch(/Frozen|Locked/u);
  });

  it('is the same for the same facts', () => {
    expect(card({ status: 'planned' })).toBe(card({ status: 'planned' }));
  });
});

describe('the answer to a command', () => {
  const asked = { actor: ADA, command: approveProd, issue: 12 };
  const no = refuse('wrong_status', 'No.\nReally.');

  it('for the bug it stands on is the words as they are', () => {
    const answer = renderBatchAnswer(asked, [{ number: 12, decision: allow(aBug(), 'Done.') }]);
    expect(answer).toBe('**ada**: `/approve-prod`\n\n✅ Done.');
  });

  it('for several is a list with each bug’s number', () => {
    const answer = renderBatchAnswer(asked, [
      { number: 12, decision: allow(aBug(), 'Done.') },
      { number: 15, decision: no },
    ]);
    expect(answer).toBe('**ada**: `/approve-prod`\n\n- ✅ #12: Done.\n- ❌ #15: No.\n  Really.');
  });

  it('for one elsewhere names it, and for none says so', () => {
    expect(renderBatchAnswer(asked, [{ number: 15, decision: no }])).toContain('#15');
    expect(renderBatchAnswer(asked, [])).toContain('no bug');
  });
});

describe('times', () => {
  it.each([
    [0, 'less than a minute'],
    [59_999, 'less than a minute'],
    [60_000, '1 min'],
    [60_001, '2 min'],
    [3_600_000, '1 h'],
    [4_800_000, '1 h 20 min'],
    [86_400_000, '1 d'],
    [90_060_000, '1 d 1 h 1 min'],
  ])('%i ms are %s', (ms, words) => {
    expect(renderDuration(ms)).toBe(words);
  });

  it('are local and name their zone', () => {
    expect(renderLocal(aCalendar(), at('2026-11-22 00:05:59'))).toBe('Sun 2026-11-22 00:05 (Asia/Taipei)');
  });

  it('of a slot say how long it is until then', () => {
    const slot = nextSlot(aCalendar(), 'T2', NOW_MS);
    expect(renderSlot(aCalendar(), slot, NOW_MS)).toBe('**Fri 2026-11-20 22:00 (Asia/Taipei)**, in 3 h');
    expect(renderSlot(aCalendar(), slot, slot.startsAtMs)).toContain('it has begun');
  });
});
