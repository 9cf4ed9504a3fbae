import { describe, expect, it } from 'vitest';
import { keyOf, planFor, type Approval } from '../../../src/domain/approval.ts';
import type { Bug } from '../../../src/domain/bug.ts';
import type { FixFacts, FixReview } from '../../../src/domain/fix.ts';
import type { Policy } from '../../../src/domain/policy.ts';
import { refuse, type Refusal } from '../../../src/domain/reason.ts';
import {
  countSignOffs,
  neededSignOff,
  refuseUnsigned,
  voidWords,
  type SignOffFacts,
} from '../../../src/domain/sign-off.ts';
import { withdraw } from '../../../src/domain/withdraw.ts';
import {
  aBug,
  aComment,
  ADA,
  aFix,
  anApproval,
  anApprovedFix,
  aPolicy,
  at,
  bugAfter,
  MAX,
  outcomeOf,
  say,
  WES,
} from '../../support/builders.ts';

const needing = (required: number, allowAuthor = true): Policy =>
  aPolicy({ approvals: { allowAuthor, required: { uat: required, prod: required } } });

const T2_MS = at('2026-11-20 22:00:00');

/** A word of somebody for PROD; numbered, so that each stands in a comment of its own. */
function word(by: Approval['by'], changes: Partial<Approval> = {}): Approval {
  return anApproval({ by, given: aComment(900 + by.id), ...changes });
}

function facts(changes: Partial<SignOffFacts> = {}): SignOffFacts {
  return { policy: needing(2), fixes: [aFix()], beforeMs: T2_MS, checked: 'not_yet', ...changes };
}

function judge(bug: Bug, given: SignOffFacts): Refusal | null {
  const needed = neededSignOff(bug, given);
  if (needed === null) throw new Error('nothing is to be signed off');
  return refuseUnsigned(bug, needed, given);
}

function signersOf(bug: Bug, given: SignOffFacts): string[] {
  const needed = neededSignOff(bug, given);
  if (needed === null) throw new Error('nothing is to be signed off');
  return countSignOffs(bug, needed, given).people.map(({ login }) => login);
}

const queued = (...approvals: Approval[]) => aBug({ status: 'pending_prod', approvals });

describe('two of two', () => {
  it('are two different people, not one who says it twice', () => {
    const twice = queued(word(ADA), word(ADA, { given: aComment(950) }));
    expect(judge(twice, facts())).toMatchObject({ reason: 'not_approved' });
    expect(signersOf(twice, facts())).toEqual(['ada']);
    expect(judge(queued(word(ADA), word(MAX)), facts())).toBeNull();
  });

  it('are different accounts, whatever they are called', () => {
    const renamed = queued(word(ADA), word({ ...ADA, login: 'ada-at-home' }, { given: aComment(950) }));
    expect(signersOf(renamed, facts())).toHaveLength(1);
    expect(judge(renamed, facts())).not.toBeNull();
  });

  it('say who is there and who can give the next', () => {
    expect(judge(queued(word(ADA)), facts())?.message).toBe(
      '1 of 2 approvals (**ada**). Next, another of the admins (people with `admin` access): say `/approve-prod`.',
    );
    expect(judge(queued(), facts())?.message).toContain('0 of 2 approvals. Next, one of the admins');
  });

  it('need both words before the cut-off', () => {
    const late = word(MAX, { writtenAtMs: T2_MS, slot: '2026-11-21/T2' });
    expect(judge(queued(word(ADA), late), facts())).toMatchObject({
      reason: 'after_cut_off',
      message: expect.stringContaining('1 of 2 approvals (**ada**)'),
    });
  });

  it('need both words for the same fix and the same plan', () => {
    const other = word(MAX, { fixes: [anApprovedFix({ commits: ['x'] })] });
    expect(judge(queued(word(ADA), other), facts())).toMatchObject({ reason: 'fix_changed' });
    const plan = { ...planFor('approve_prod', 1, aPolicy()), branch: 'release' };
    expect(judge(queued(word(ADA), word(MAX, { plan })), facts())).toMatchObject({
      reason: 'plan_changed',
      message: expect.stringContaining('the branch became another'),
    });
  });

  it('need both words to stand when they are looked at again', () => {
    const bug = queued(word(ADA), word(MAX));
    const gone = refuse('approver_lost_role', 'Max is no admin any more.');
    const checked = new Map<string, Refusal | 'valid'>([
      [keyOf(word(ADA).given), 'valid'],
      [keyOf(word(MAX).given), gone],
    ]);
    expect(judge(bug, facts({ checked }))).toMatchObject({ reason: 'approver_lost_role' });
    expect(judge(bug, facts({ checked, policy: needing(1) }))).toBeNull();
  });

  it('need words that could be looked at', () => {
    expect(judge(queued(word(ADA), word(MAX)), facts({ checked: new Map() }))).toMatchObject({
      reason: 'comment_deleted',
    });
  });

  it('are counted for each environment by its own number', () => {
    const policy = aPolicy({ approvals: { allowAuthor: true, required: { uat: 1, prod: 2 } } });
    const merging = aBug({ status: 'pending_uat_merge' });
    expect(judge(merging, facts({ policy }))).toBeNull();
    expect(judge(queued(word(ADA)), facts({ policy }))).not.toBeNull();
  });
});

describe('a word for one’s own fix', () => {
  it('is looked at again: the policy of today counts, and who pushed since', () => {
    const bug = queued(word(WES));
    expect(judge(bug, facts({ policy: needing(1) }))).toBeNull();
    expect(judge(bug, facts({ policy: needing(1, false) }))).toMatchObject({ reason: 'own_fix' });
    const pushed = [aFix({ contributors: [WES, ADA] })];
    expect(judge(queued(word(ADA)), facts({ policy: needing(1, false), fixes: pushed }))).toMatchObject({
      reason: 'own_fix',
    });
  });
});

const waiting = (...approvals: Approval[]) => aBug({ status: 'pending_prod', flow: 2, approvals });

/** The pull request against PROD, with admins’ reviews of its head. */
function reviewed(...reviews: Partial<FixReview>[]): FixFacts {
  const usual = { id: 77, by: MAX, isAdmin: true, submittedAtMs: at('2026-11-20 11:00:00'), bodyHash: 'h' };
  return aFix({ base: 'main', approvingReviews: reviews.map((review) => ({ ...usual, ...review })) });
}

/** The same, turned to PROD at a time of that day. */
const turned = (local: string) => [{ ...reviewed({}), retargetedAtMs: at(`2026-11-20 ${local}`) }];

describe('in Flow 2', () => {
  const head = anApprovedFix({ commits: ['h34'], tree: 't34' });
  const plan = planFor('approve_prod', 2, aPolicy());
  const said = (by: Approval['by']) => word(by, { fixes: [head], plan });

  it('an admin’s review of the head counts beside a comment', () => {
    expect(judge(waiting(said(ADA)), facts({ fixes: [reviewed({ by: MAX })] }))).toBeNull();
    expect(judge(waiting(), facts({ fixes: [reviewed({ by: MAX }, { by: ADA })] }))).toBeNull();
  });

  it('a review and a comment by the same person are one', () => {
    const refusal = judge(waiting(said(ADA)), facts({ fixes: [reviewed({ by: ADA })] }));
    expect(refusal).toMatchObject({ reason: 'not_approved' });
    expect(refusal?.message).toContain('approve #34 in a review, or say `/approve-prod` here');
  });

  it('a review by somebody who is no admin, or after the cut-off, is none', () => {
    const bug = waiting(said(ADA));
    expect(judge(bug, facts({ fixes: [reviewed({ isAdmin: false })] }))).not.toBeNull();
    expect(judge(bug, facts({ fixes: [reviewed({ submittedAtMs: T2_MS })] }))).not.toBeNull();
  });

  it('a review or a comment from before its pull request was turned to PROD is none: it was of another change', () => {
    const one = { policy: needing(1) };
    expect(judge(waiting(), facts({ ...one, fixes: turned('10:59:59') }))).toBeNull();
    expect(judge(waiting(), facts({ ...one, fixes: turned('11:00:00') }))).toMatchObject({
      reason: 'not_approved',
    });
    const fixes = turned('12:00:00');
    expect(judge(waiting(said(ADA)), facts({ ...one, fixes }))).toMatchObject({ reason: 'fix_changed' });
    const anew = { ...said(ADA), writtenAtMs: at('2026-11-20 12:00:01') };
    expect(judge(waiting(anew), facts({ ...one, fixes }))).toBeNull();
  });

  it('an author’s own review counts only where authors may approve', () => {
    const own = { ...reviewed({ by: ADA }), author: ADA, contributors: [ADA] };
    expect(judge(waiting(), facts({ policy: needing(1), fixes: [own] }))).toBeNull();
    expect(judge(waiting(), facts({ policy: needing(1, false), fixes: [own] }))).not.toBeNull();
  });

  it('each of several pull requests needs its two', () => {
    const one = reviewed({ by: MAX });
    const two = { ...reviewed({ by: ADA }), pull: 35, head: 'h35', patchId: 'p35', tree: 't35' };
    const both = [head, { pull: 35, commits: ['h35'], patchId: 'p35', tree: 't35' }];
    const bug = waiting(word(ADA, { fixes: both, plan }));
    expect(signersOf(bug, facts({ fixes: [one, two] }))).toEqual(['ada']);
    const three = { ...two, approvingReviews: one.approvingReviews };
    expect(judge(bug, facts({ fixes: [one, three] }))).toBeNull();
  });

  it('a later push leaves nothing of either', () => {
    const moved = { ...reviewed(), head: 'h35', patchId: 'p35', tree: 't35', approvingReviews: [] };
    expect(judge(waiting(said(ADA), said(MAX)), facts({ fixes: [moved] }))).toMatchObject({
      reason: 'fix_changed',
    });
  });

  it('nothing is signed off without a pull request', () => {
    expect(judge(waiting(said(ADA), said(MAX)), facts({ fixes: [] }))).not.toBeNull();
  });
});

describe('/approve-prod where two have to', () => {
  const onUat = aBug({ status: 'deployed_uat' });
  const policy = needing(2);
  const first = say('/approve-prod', { bug: onUat, policy });

  it('by the first leaves the bug where it is, and says what is missing', () => {
    expect(bugAfter(first)).toMatchObject({ status: 'deployed_uat', timeline: onUat.timeline });
    expect(first).toMatchObject({
      answer: expect.stringContaining('1 of 2 approvals (**ada**). Next, another of the admins'),
    });
  });

  it('by the first again is told that it takes another', () => {
    const again = say('/approve-prod', { bug: bugAfter(first), policy }, { given: aComment(2_000) });
    expect(again).toMatchObject({
      reason: 'already_queued',
      message: expect.stringContaining('1 of 2 approvals (**ada**)'),
    });
  });

  it('by the second queues it', () => {
    const second = say(
      '/approve-prod',
      { bug: bugAfter(first), policy },
      { actor: MAX, given: aComment(2_000) },
    );
    expect(bugAfter(second)).toMatchObject({
      status: 'pending_prod',
      approvals: [{ by: ADA }, { by: MAX }],
      timeline: [...onUat.timeline, { event: 'approve_prod', by: MAX }],
    });
  });

  it('by an author does not count as one of them in four eyes', () => {
    const own = say(
      '/approve-prod',
      { bug: bugAfter(first), policy: needing(2, false) },
      { actor: WES, given: aComment(2_000) },
    );
    expect(outcomeOf(own)).toBe('own_fix');
  });
});

const isOf = (by: Approval['by']) => (approval: Approval) => approval.by.id === by.id;

describe('approvals that are withdrawn', () => {
  const step = { policy: needing(2), atMs: T2_MS, by: null, note: 'the approval is void' };
  const both = queued(word(ADA), word(MAX));

  it('take the bug back when too few are left, and leave the others', () => {
    const after = withdraw(both, isOf(ADA), step);
    expect(after).toMatchObject({ status: 'deployed_uat', approvals: [{ by: MAX }] });
    expect(after.timeline.at(-1)).toMatchObject({ event: 'withdraw_prod', note: 'the approval is void' });
  });

  it('leave it queued while enough are left', () => {
    expect(withdraw(both, isOf(ADA), { ...step, policy: needing(1) })).toMatchObject({
      status: 'pending_prod',
      approvals: [{ by: MAX }],
      timeline: both.timeline,
    });
  });

  it('change nothing when none is meant', () => {
    expect(withdraw(both, isOf(WES), step)).toBe(both);
  });

  it('leave a bug of Flow 2 in the queue, where it waits for its sign-off', () => {
    const bug = aBug({ status: 'pending_prod', flow: 2, approvals: [word(ADA)] });
    expect(withdraw(bug, isOf(ADA), step)).toEqual({ ...bug, approvals: [] });
  });
});

describe('the words that are gone for good', () => {
  it('are those that have to be given again, not one that is only late or one’s own', () => {
    const late = word(MAX, { writtenAtMs: T2_MS });
    const other = word(ADA, { fixes: [anApprovedFix({ commits: ['x'] })] });
    const bug = queued(late, other, word(WES));
    const given = facts({ policy: needing(1, false) });
    const needed = neededSignOff(bug, given);
    expect(needed === null ? [] : voidWords(bug, needed, given).map(({ approval }) => approval)).toEqual([
      other,
    ]);
  });
});
