import { describe, expect, it } from 'vitest';
import {
  findVoid,
  isSameFix,
  planChanges,
  planFor,
  type ApprovalFacts,
} from '../../../src/domain/approval.ts';
import type { Bug } from '../../../src/domain/bug.ts';
import { targetsOf } from '../../../src/domain/commands/targets.ts';
import type { FixFacts } from '../../../src/domain/fix.ts';
import {
  aBug,
  aComment,
  ADA,
  aFix,
  aLanding,
  aMismatch,
  anApproval,
  anApprovedFix,
  aPolicy,
  at,
  bugAfter,
  MAX,
  NOW_MS,
  outcomeOf,
  say,
  understood,
  WES,
} from '../../support/builders.ts';

const FOUR_EYES = aPolicy({ approvals: { allowAuthor: false, required: { uat: 1, prod: 1 } } });
const TWO = aPolicy({ approvals: { allowAuthor: true, required: { uat: 2, prod: 2 } } });

function prodFix(changes: Partial<FixFacts> = {}): FixFacts {
  return aFix({ base: 'main', ...changes });
}

describe('/approve-prod in Flow 1', () => {
  const bug = aBug({ status: 'deployed_uat' });

  it('binds the approval to the commits that lie on UAT, to the person and to the words', () => {
    const landings = [aLanding(), aLanding({ pull: 35, commits: ['c35a', 'c35b'], patchId: null })];
    const after = bugAfter(say('/approve-prod', { bug: { ...bug, landings } }));
    expect(after.approvals).toEqual([
      {
        action: 'approve_prod',
        environment: 'prod',
        by: ADA,
        given: aComment(1_001),
        writtenAtMs: NOW_MS - 60_000,
        slot: '2026-11-20/T2',
        fixes: [
          { pull: 34, commits: ['c34'], patchId: 'p34', tree: null },
          { pull: 35, commits: ['c35a', 'c35b'], patchId: null, tree: null },
        ],
        plan: { flow: 1, branch: 'main', githubEnvironment: 'production', commandsHash: 'no commands' },
      },
    ]);
  });

  it('names the slot, its date and local time, and the time left', () => {
    expect(say('/approve-prod', { bug })).toMatchObject({
      answer: expect.stringContaining('T2 **Fri 2026-11-20 22:00 (Asia/Taipei)**, in 3 h'),
    });
  });

  it.each([
    ['2026-11-20 21:59:59', '2026-11-20 21:59:59', 'Fri 2026-11-20'],
    ['2026-11-20 21:59:59', '2026-11-20 22:59:00', 'Fri 2026-11-20'],
    ['2026-11-20 22:00:00', '2026-11-20 22:00:00', 'Sat 2026-11-21'],
    ['2026-11-20 22:00:00', '2026-11-20 23:30:00', 'Sat 2026-11-21'],
  ])('written at %s and read at %s counts for T2 of %s', (writtenAt, readAt, day) => {
    const decision = say('/approve-prod', { bug, nowMs: at(readAt) }, { writtenAtMs: at(writtenAt) });
    expect(bugAfter(decision).approvals[0]?.slot).toBe(`${day.slice(4)}/T2`);
    expect(decision).toMatchObject({ answer: expect.stringContaining(`T2 **${day} 22:00 (`) });
  });

  it('does not count when UAT got the fix after the words were written', () => {
    const landings = [aLanding({ atMs: NOW_MS - 30_000 })];
    expect(outcomeOf(say('/approve-prod', { bug: { ...bug, landings } }))).toBe('fix_changed');
  });

  it('does not count when UAT got the fix at the very moment that the words bear, in whole seconds', () => {
    const landings = [aLanding({ atMs: at('2026-11-20 21:00:00') })];
    const wordsOf = (time: string) =>
      outcomeOf(say('/approve-prod', { bug: { ...bug, landings } }, { writtenAtMs: at(time) }));
    expect(wordsOf('2026-11-20 21:00:00')).toBe('fix_changed');
    expect(wordsOf('2026-11-20 21:00:01')).not.toBe('fix_changed');
  });

  it('does not count when UAT got a second fix after the words were written', () => {
    const landings = [aLanding(), aLanding({ pull: 35, atMs: NOW_MS - 30_000 })];
    expect(outcomeOf(say('/approve-prod', { bug: { ...bug, landings } }))).toBe('fix_changed');
  });

  it('is refused while no fix is known on UAT', () => {
    expect(outcomeOf(say('/approve-prod', { bug: { ...bug, landings: [] } }))).toBe('no_fix');
    const onProd = [aLanding({ environment: 'prod' })];
    expect(outcomeOf(say('/approve-prod', { bug: { ...bug, landings: onProd } }))).toBe('no_fix');
  });

  it('is refused before T1 has brought the fix to UAT', () => {
    expect(outcomeOf(say('/approve-prod', { bug: aBug({ status: 'planned' }) }))).toBe('wrong_status');
  });

  it.each(['uat_ahead', 'prod_ahead', 'diverged'] as const)(
    'is refused with the evidence on versions that are %s',
    (state) => {
      const parity = { ...aMismatch(), state };
      const decision = say('/approve-prod', { bug, parity });
      expect(outcomeOf(decision)).toBe('flow_unsafe_now');
      expect(decision).toMatchObject({ message: expect.stringContaining('New checkout page') });
    },
  );

  it('is refused when the versions are not known', () => {
    expect(outcomeOf(say('/approve-prod', { bug, parity: null }))).toBe('version_unknown');
  });

  it('is refused for a bug of UAT alone until the versions are aligned', () => {
    const uatOnly = { ...bug, uatOnly: true };
    expect(outcomeOf(say('/approve-prod', { bug: uatOnly, parity: aMismatch() }))).toBe('uat_only');
    expect(outcomeOf(say('/approve-prod', { bug: uatOnly }))).toBe('allowed');
  });

  it.each(['high', 'critical'] as const)('is refused for severity %s', (severity) => {
    expect(outcomeOf(say('/approve-prod', { bug: { ...bug, severity } }))).toBe('severity_needs_hotfix');
  });
});

function pushedAt(headPushedAtMs: number | null) {
  return { bug: aBug({ status: 'pending_prod', flow: 2 }), fixes: [prodFix({ headPushedAtMs })] };
}

function mergedAt(mergedAtMs: number | null) {
  const fixes = [prodFix({ state: 'merged', headPushedAtMs: null, mergedAtMs })];
  return { bug: aBug({ status: 'pending_prod', flow: 2 }), fixes };
}

describe('/approve-prod in Flow 2', () => {
  const bug = aBug({ status: 'pending_prod', flow: 2 });

  it('signs off the head that there was when it was written, and leaves the bug in the queue', () => {
    const after = bugAfter(say('/approve-prod', { bug, fixes: [prodFix()] }));
    expect(after.status).toBe('pending_prod');
    expect(after.timeline).toEqual(bug.timeline);
    expect(after.approvals).toMatchObject([{ fixes: [{ pull: 34, commits: ['h34'], patchId: 'p34' }] }]);
  });

  it('may come before T1 has queued the bug', () => {
    const planned = aBug({ status: 'planned', flow: 2 });
    expect(bugAfter(say('/approve-prod', { bug: planned, fixes: [prodFix()] })).status).toBe('planned');
  });

  it('is refused when the head was pushed after it was written, in the same second, or nobody knows when', () => {
    const written = NOW_MS - 60_000;
    expect(outcomeOf(say('/approve-prod', pushedAt(written + 1)))).toBe('fix_changed');
    expect(outcomeOf(say('/approve-prod', pushedAt(null)))).toBe('fix_changed');
    expect(outcomeOf(say('/approve-prod', pushedAt(written)))).toBe('fix_changed');
    expect(outcomeOf(say('/approve-prod', pushedAt(written - 1_000)))).toBe('allowed');
  });

  it('is refused when one head of two was pushed after it was written', () => {
    const fixes = [prodFix(), prodFix({ pull: 35, head: 'h35', headPushedAtMs: NOW_MS })];
    const decision = say('/approve-prod', { bug, fixes });
    expect(decision).toMatchObject({ reason: 'fix_changed', message: expect.stringContaining('#35') });
  });

  it('takes a fix that a person has merged as it is', () => {
    expect(outcomeOf(say('/approve-prod', mergedAt(NOW_MS - 61_000)))).toBe('allowed');
  });

  it('is refused when a person merged the fix after it was written: nobody knows with what head', () => {
    expect(outcomeOf(say('/approve-prod', mergedAt(NOW_MS - 59_000)))).toBe('fix_changed');
    expect(outcomeOf(say('/approve-prod', mergedAt(null)))).toBe('fix_changed');
  });

  it('is refused without a pull request against the PROD branch', () => {
    expect(outcomeOf(say('/approve-prod', { bug, fixes: [] }))).toBe('no_fix');
    expect(outcomeOf(say('/approve-prod', { bug, fixes: [aFix()] }))).toBe('no_fix');
    expect(outcomeOf(say('/approve-prod', { bug, fixes: [prodFix({ state: 'closed' })] }))).toBe('no_fix');
  });

  it('does not care for the versions, which Flow 2 is safe on', () => {
    for (const parity of [null, aMismatch()]) {
      expect(outcomeOf(say('/approve-prod', { bug, parity, fixes: [prodFix()] }))).toBe('allowed');
    }
  });

  it.each(['high', 'critical'] as const)('is refused for severity %s', (severity) => {
    const decision = say('/approve-prod', { bug: { ...bug, severity }, fixes: [prodFix()] });
    expect(outcomeOf(decision)).toBe('severity_needs_hotfix');
  });
});

describe('/approve-uat-merge', () => {
  const bug = aBug({ status: 'deployed_prod', flow: 2 });

  it('binds the approval to the commits that lie on PROD and queues the bug', () => {
    const after = bugAfter(say('/approve-uat-merge', { bug }));
    expect(after.status).toBe('pending_uat_merge');
    expect(after.approvals).toMatchObject([
      { action: 'approve_uat_merge', slot: '2026-11-20/T2', fixes: [anApprovedFix()] },
    ]);
  });

  it('keeps the approval for PROD beside it', () => {
    const after = bugAfter(say('/approve-uat-merge', { bug: { ...bug, approvals: [anApproval()] } }));
    expect(after.approvals.map(({ action }) => action)).toEqual(['approve_prod', 'approve_uat_merge']);
  });

  it('is refused in Flow 1, where UAT had the fix first', () => {
    expect(outcomeOf(say('/approve-uat-merge', { bug: aBug({ status: 'deployed_prod' }) }))).toBe(
      'wrong_flow',
    );
  });

  it('is refused when PROD got the fix after it was written', () => {
    const landings = [aLanding({ environment: 'prod', atMs: NOW_MS })];
    expect(outcomeOf(say('/approve-uat-merge', { bug: { ...bug, landings } }))).toBe('fix_changed');
  });

  it('is refused while no fix is known on PROD', () => {
    expect(outcomeOf(say('/approve-uat-merge', { bug: { ...bug, landings: [] } }))).toBe('no_fix');
  });

  it('goes the way of the slots whatever the severity, for the fix is live already', () => {
    expect(outcomeOf(say('/approve-uat-merge', { bug: { ...bug, severity: 'critical' } }))).toBe('allowed');
  });
});

describe('an approval of one’s own fix', () => {
  const own = [aFix({ author: ADA })];
  const others = [aFix({ author: WES })];
  const bug = aBug({ status: 'deployed_uat' });

  it('counts unless the policy wants four eyes', () => {
    expect(outcomeOf(say('/approve-prod', { bug, fixes: own }))).toBe('allowed');
    expect(outcomeOf(say('/approve-prod', { bug, fixes: own, policy: FOUR_EYES }))).toBe('own_fix');
    expect(outcomeOf(say('/approve-prod', { bug, fixes: others, policy: FOUR_EYES }))).toBe('allowed');
  });

  it('is one when any of several fixes is one’s own, or nobody knows whose it is', () => {
    const mixed = [...others, aFix({ pull: 35, author: ADA })];
    const unknown = [aFix({ author: null })];
    expect(outcomeOf(say('/approve-prod', { bug, fixes: mixed, policy: FOUR_EYES }))).toBe('own_fix');
    expect(outcomeOf(say('/approve-prod', { bug, fixes: unknown, policy: FOUR_EYES }))).toBe('own_fix');
  });

  it('is one of whoever wrote, committed or pushed a commit of it too', () => {
    const helped = [aFix({ contributors: [WES, ADA] })];
    const unread = [aFix({ contributors: null })];
    const givenUp = [aFix(), aFix({ pull: 35, author: ADA, state: 'closed' })];
    expect(outcomeOf(say('/approve-prod', { bug, fixes: helped, policy: FOUR_EYES }))).toBe('own_fix');
    expect(outcomeOf(say('/approve-prod', { bug, fixes: unread, policy: FOUR_EYES }))).toBe('own_fix');
    expect(outcomeOf(say('/approve-prod', { bug, fixes: [], policy: FOUR_EYES }))).toBe('own_fix');
    expect(outcomeOf(say('/approve-prod', { bug, fixes: givenUp, policy: FOUR_EYES }))).toBe('allowed');
  });

  it('is told by the account, not by the login', () => {
    const renamed = [aFix({ author: { id: ADA.id, login: 'ada-at-home' } })];
    const namesake = [aFix({ author: { id: 99, login: 'ada' } })];
    expect(outcomeOf(say('/approve-prod', { bug, fixes: renamed, policy: FOUR_EYES }))).toBe('own_fix');
    expect(outcomeOf(say('/approve-prod', { bug, fixes: namesake, policy: FOUR_EYES }))).toBe('allowed');
  });

  it('is refused in Flow 2 and for UAT as well', () => {
    const queued = aBug({ status: 'pending_prod', flow: 2 });
    const live = aBug({ status: 'deployed_prod', flow: 2 });
    const fixes = [prodFix({ author: ADA })];
    expect(outcomeOf(say('/approve-prod', { bug: queued, fixes, policy: FOUR_EYES }))).toBe('own_fix');
    expect(outcomeOf(say('/approve-uat-merge', { bug: live, fixes, policy: FOUR_EYES }))).toBe('own_fix');
  });
});

describe('an approval that is given again', () => {
  const queued = aBug({ status: 'pending_prod' });
  const merging = aBug({ status: 'pending_uat_merge' });
  const hold = { reason: 'approver_lost_role', message: 'gone', slot: '2026-11-19/T2', atMs: 0 } as const;

  it('by the same person for the same fix is there already', () => {
    expect(outcomeOf(say('/approve-prod', { bug: queued }))).toBe('already_queued');
    expect(outcomeOf(say('/approve-uat-merge', { bug: merging }))).toBe('already_queued');
    const head = anApprovedFix({ commits: ['h34'], tree: 't34' });
    const approvals = [anApproval({ fixes: [head], plan: planFor('approve_prod', 2, aPolicy()) })];
    const signed = aBug({ status: 'pending_prod', flow: 2, approvals });
    expect(outcomeOf(say('/approve-prod', { bug: signed, fixes: [prodFix()] }))).toBe('already_queued');
  });

  it('by another admin stands beside the first, so that one is left when the other no longer counts', () => {
    const after = bugAfter(say('/approve-prod', { bug: queued }, { actor: MAX }));
    expect(after.approvals.map(({ by }) => by)).toEqual([ADA, MAX]);
    expect(after).toMatchObject({ status: 'pending_prod', timeline: queued.timeline });
    const both = bugAfter(say('/approve-uat-merge', { bug: merging }, { actor: MAX }));
    expect(both.approvals).toHaveLength(2);
    expect(both.status).toBe('pending_uat_merge');
  });

  it('after the slot held the bug back stands beside the first, which may have come in time', () => {
    const after = bugAfter(say('/approve-prod', { bug: { ...queued, hold } }));
    expect(after.approvals.map(({ given }) => given)).toEqual([aComment(900), aComment(1_001)]);
  });

  it('for a fix that has changed takes the place of the first', () => {
    const changed = { ...queued, landings: [aLanding({ commits: ['c34', 'c34b'], patchId: 'p34b' })] };
    const after = bugAfter(say('/approve-prod', { bug: changed }));
    expect(after.approvals).toMatchObject([{ given: aComment(1_001), fixes: [{ patchId: 'p34b' }] }]);
  });
});

describe('/unapprove', () => {
  it('in Flow 1 takes the approval back and the bug out of the queue', () => {
    const after = bugAfter(say('/unapprove', { bug: aBug({ status: 'pending_prod' }) }));
    expect(after).toMatchObject({ status: 'deployed_uat', approvals: [] });
  });

  const both = [anApproval({ by: MAX }), anApproval({ given: aComment(901) })];
  const ofBoth = aBug({ status: 'pending_prod', approvals: both });

  it('takes one’s own back, and says whose still counts', () => {
    const decision = say('/unapprove', { bug: ofBoth });
    expect(bugAfter(decision)).toMatchObject({ status: 'pending_prod', approvals: [{ by: MAX }] });
    expect(decision).toMatchObject({ answer: expect.stringContaining('That of **max** still counts') });
  });

  it('takes everybody’s back when asked to, and when none is one’s own', () => {
    for (const [words, by] of [
      ['/unapprove all', ADA],
      ['/unapprove', WES],
    ] as const) {
      const after = bugAfter(say(words, { bug: ofBoth }, { actor: by }));
      expect(after).toMatchObject({ status: 'deployed_uat', approvals: [] });
    }
  });

  it('of one of two that are needed takes the bug out of the queue, and the other stays', () => {
    const after = bugAfter(say('/unapprove', { bug: ofBoth, policy: TWO }));
    expect(after).toMatchObject({ status: 'deployed_uat', approvals: [{ by: MAX }] });
  });

  it('takes back the first of two before the second is given', () => {
    const half = aBug({ status: 'deployed_uat', approvals: [anApproval()] });
    expect(bugAfter(say('/unapprove', { bug: half, policy: TWO }))).toEqual({ ...half, approvals: [] });
    const approvals = [anApproval(), anApproval({ action: 'approve_uat_merge' })];
    const live = aBug({ status: 'deployed_prod', flow: 2, approvals });
    expect(bugAfter(say('/unapprove', { bug: live, policy: TWO })).approvals).toEqual([anApproval()]);
  });

  it.each(['planned', 'pending_prod'] as const)(
    'in Flow 2 takes the sign-off back and leaves the bug %s',
    (status) => {
      const bug = aBug({ status, flow: 2, approvals: [anApproval()] });
      expect(bugAfter(say('/unapprove', { bug }))).toEqual({ ...bug, approvals: [] });
    },
  );

  it('takes the approval for UAT back and keeps the one for PROD, which has been used', () => {
    const approvals = [anApproval(), anApproval({ action: 'approve_uat_merge' })];
    const after = bugAfter(say('/unapprove', { bug: aBug({ status: 'pending_uat_merge', approvals }) }));
    expect(after.status).toBe('deployed_prod');
    expect(after.approvals.map(({ action }) => action)).toEqual(['approve_prod']);
  });

  it('is refused when there is none', () => {
    for (const status of ['planned', 'pending_prod'] as const) {
      expect(outcomeOf(say('/unapprove', { bug: aBug({ status, flow: 2, approvals: [] }) }))).toBe(
        'nothing_to_withdraw',
      );
    }
    expect(outcomeOf(say('/unapprove', { bug: aBug({ status: 'planned' }) }))).toBe('nothing_to_withdraw');
  });

  it('is refused when the slot has acted on it', () => {
    for (const flow of [1, 2] as const) {
      const live = aBug({ status: 'deployed_prod', flow, approvals: [anApproval()] });
      expect(outcomeOf(say('/unapprove', { bug: live }))).toBe('nothing_to_withdraw');
    }
    expect(outcomeOf(say('/unapprove', { bug: aBug({ status: 'uat_merged' }) }))).toBe('wrong_status');
  });
});

describe('a batch', () => {
  const bugs = new Map<number, Bug>(
    [
      aBug({ number: 40, status: 'deployed_uat' }),
      aBug({ number: 9, status: 'deployed_uat' }),
      aBug({ number: 1, status: 'submitted' }),
      aBug({ number: 2, status: 'planned' }),
      aBug({ number: 3, status: 'pending_prod' }),
      aBug({ number: 4, status: 'deployed_prod' }),
      aBug({ number: 5, status: 'deployed_prod', flow: 2 }),
      aBug({ number: 6, status: 'pending_prod', flow: 2 }),
      aBug({ number: 7, status: 'pending_prod', flow: 2, approvals: [anApproval()] }),
      aBug({ number: 8, status: 'planned', flow: 2, fixes: [] }),
      aBug({ number: 10, status: 'planned', flow: 2 }),
      aBug({ number: 11, status: 'closed' }),
      aBug({ number: 13, status: 'pending_uat_merge' }),
    ].map((bug) => [bug.number, bug]),
  );
  const of = (body: string) => targetsOf(understood(body), 9, { bugs, policy: aPolicy() });

  it('of all is every bug that waits for the word, in order, and no other', () => {
    expect(of('/approve-prod all')).toEqual([6, 9, 10, 40]);
    expect(of('/approve-uat-merge all')).toEqual([5]);
  });

  it('by number is those numbers, tracked or not', () => {
    expect(of('/approve-prod #40 #999 #9')).toEqual([40, 999, 9]);
  });

  it('without a number is the bug that the comment stands on', () => {
    for (const body of ['/approve-prod', '/approve-uat-merge', '/confirm', '/status'])
      expect(of(body)).toEqual([9]);
  });
});

describe('an approval that is looked at again', () => {
  const approval = anApproval();
  const facts: ApprovalFacts = {
    comment: { bodyHash: 'hash-900', edited: false, authorId: ADA.id },
    stillAdmin: true,
  };
  const comment = { bodyHash: 'hash-900', edited: false, authorId: ADA.id };

  it.each([
    ['nothing has changed', {}, null],
    ['the comment is gone', { comment: null }, 'comment_deleted'],
    ['the comment was edited', { comment: { ...comment, edited: true } }, 'comment_edited'],
    ['the words are others', { comment: { ...comment, bodyHash: 'hash-901' } }, 'comment_edited'],
    ['the comment is somebody else’s', { comment: { ...comment, authorId: WES.id } }, 'comment_edited'],
    ['the person is no admin any more', { stillAdmin: false }, 'approver_lost_role'],
  ] as const)('when %s: %#', (_what, changes, expected) => {
    expect(findVoid(approval, { ...facts, ...changes })).toBe(expected);
  });

  it('that was given by a button has no comment to look at', () => {
    const pressed = anApproval({ given: { kind: 'button', delivery: 'd-1', checkRun: 7 } });
    expect(findVoid(pressed, { comment: null, stillAdmin: true })).toBeNull();
    expect(findVoid(pressed, { comment: null, stillAdmin: false })).toBe('approver_lost_role');
  });
});

describe('the plan of an approval', () => {
  const approved = planFor('approve_prod', 1, aPolicy());

  it('is the way to the environment, and what is run there', () => {
    expect(approved).toEqual({
      flow: 1,
      branch: 'main',
      githubEnvironment: 'production',
      commandsHash: 'no commands',
    });
    expect(planFor('approve_uat_merge', 2, aPolicy())).toMatchObject({ flow: 2, branch: 'uat' });
  });

  it.each([
    [{}, []],
    [{ flow: 2 }, ['the flow']],
    [{ branch: 'release' }, ['the branch']],
    [{ githubEnvironment: 'live' }, ['the GitHub Environment']],
    [{ commandsHash: 'others' }, ['the deploy or verify command']],
    [{ flow: 2, branch: 'release' }, ['the flow', 'the branch']],
  ] as const)('names what became another: %o', (changes, expected) => {
    expect(planChanges(approved, { ...approved, ...changes })).toEqual(expected);
  });
});

describe('isSameFix', () => {
  it.each([
    ['equal commits', anApprovedFix({ patchId: null }), anApprovedFix({ patchId: null }), true],
    [
      'an amended message',
      anApprovedFix({ tree: 't' }),
      anApprovedFix({ commits: ['x', 'y'], tree: 't' }),
      true,
    ],
    ['an equal patch elsewhere', anApprovedFix(), anApprovedFix({ commits: ['x', 'y'] }), false],
    [
      'an equal patch that leads to other files',
      anApprovedFix({ tree: 't' }),
      anApprovedFix({ commits: ['x'], tree: 'u' }),
      false,
    ],
    [
      'equal files by another change, as when the base moved under it',
      anApprovedFix({ tree: 't' }),
      anApprovedFix({ commits: ['x'], patchId: 'q', tree: 't' }),
      false,
    ],
    [
      'other commits without a patch',
      anApprovedFix({ patchId: null }),
      anApprovedFix({ patchId: null, commits: ['x'] }),
      false,
    ],
    ['other commits and patches', anApprovedFix(), anApprovedFix({ commits: ['x'], patchId: 'p' }), false],
    ['another pull request', anApprovedFix(), anApprovedFix({ pull: 35 }), false],
    [
      'a commit more',
      anApprovedFix({ patchId: 'a' }),
      anApprovedFix({ commits: ['c34', 'x'], patchId: 'b' }),
      false,
    ],
    [
      'other order',
      anApprovedFix({ commits: ['a', 'b'], patchId: null }),
      anApprovedFix({ commits: ['b', 'a'], patchId: null }),
      false,
    ],
  ])('tells of %s', (...row) => {
    const [, left, right, expected] = row;
    expect(isSameFix([left], [right])).toBe(expected);
    expect(isSameFix([right], [left])).toBe(expected);
  });

  it('does not care for the order of pull requests', () => {
    const one = anApprovedFix();
    const two = anApprovedFix({ pull: 35, commits: ['c35'], patchId: 'p35' });
    expect(isSameFix([one, two], [two, one])).toBe(true);
  });

  it('takes nothing for the same as nothing', () => {
    expect(isSameFix([], [])).toBe(false);
  });

  it('does not take one pull request twice for two', () => {
    const one = anApprovedFix();
    const two = anApprovedFix({ pull: 35, commits: ['c35'], patchId: 'p35' });
    expect(isSameFix([one, one], [one, two])).toBe(false);
    expect(isSameFix([one, two], [one, one])).toBe(false);
  });
});
