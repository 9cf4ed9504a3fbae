import { describe, expect, it } from 'vitest';
import { chooseFlow } from '../../../src/domain/flow.ts';
import { aBug, aMismatch, anApproval, aVerdict, bugAfter, outcomeOf, say } from '../../support/builders.ts';

describe('/confirm', () => {
  it('chooses Flow 1 on aligned versions and keeps the evidence', () => {
    const parity = aVerdict({ equivalent: 3 });
    const after = bugAfter(say('/confirm', { parity }));
    expect(after).toMatchObject({
      status: 'confirmed',
      flow: 1,
      uatOnly: false,
      foundIn: null,
      parity,
      flowReason: 'UAT and PROD are on the same version',
    });
  });

  it.each(['uat_ahead', 'prod_ahead', 'diverged'] as const)(
    'chooses Flow 2 on versions that are %s',
    (state) => {
      const after = bugAfter(say('/confirm', { parity: { ...aMismatch(), state } }));
      expect(after).toMatchObject({ status: 'confirmed', flow: 2, foundIn: 'prod', uatOnly: false });
    },
  );

  it('asks whether PROD has it too when the bug was found on UAT while the versions differ', () => {
    const decision = say('/confirm', { bug: aBug({ foundIn: 'uat' }), parity: aMismatch() });
    expect(bugAfter(decision)).toMatchObject({ flow: 1, uatOnly: true, foundIn: 'uat' });
    expect(decision).toMatchObject({ answer: expect.stringContaining('Does PROD have this bug too?') });
  });

  it('shows the evidence: both commits and each commit that counts', () => {
    const parity = aMismatch();
    const decision = say('/confirm', { parity });
    for (const shown of [parity.uat.commit, parity.prod.commit, 'e'.repeat(40), 'New checkout page']) {
      expect(decision).toMatchObject({ answer: expect.stringContaining(shown) });
    }
  });

  it('names the next T1, or the hotfix path for a severity that no slot takes', () => {
    expect(say('/confirm')).toMatchObject({
      answer: expect.stringContaining('T1 **Fri 2026-11-20 20:00 (Asia/Taipei)**'),
    });
    const severe = say('/confirm', { bug: aBug({ severity: 'critical' }) });
    expect(severe).toMatchObject({ answer: expect.stringContaining('the hotfix path') });
    expect(severe).toMatchObject({ answer: expect.not.stringContaining('Next: T1') });
  });

  it('is refused when the versions are not known', () => {
    expect(outcomeOf(say('/confirm', { parity: null }))).toBe('version_unknown');
    expect(outcomeOf(say('/confirm flow2', { parity: null }))).toBe('version_unknown');
  });
});

describe('/confirm flow1', () => {
  it.each(['uat_ahead', 'prod_ahead', 'diverged'] as const)(
    'is refused with the evidence on versions that are %s',
    (state) => {
      const decision = say('/confirm flow1', { parity: { ...aMismatch(), state } });
      expect(decision).toMatchObject({
        reason: 'versions_differ',
        message: expect.stringContaining('New checkout page'),
      });
    },
  );

  it('is refused on mismatched versions wherever the bug was found', () => {
    for (const foundIn of ['uat', 'prod', null] as const) {
      expect(outcomeOf(say('/confirm flow1', { bug: aBug({ foundIn }), parity: aMismatch() }))).toBe(
        'versions_differ',
      );
    }
  });

  it('is what aligned versions give anyway', () => {
    expect(bugAfter(say('/confirm flow1')).flow).toBe(1);
  });
});

describe('/confirm flow2', () => {
  it('may be said on whatever versions', () => {
    for (const parity of [aVerdict(), aMismatch()]) {
      expect(bugAfter(say('/confirm flow2', { parity }))).toMatchObject({
        flow: 2,
        flowReason: 'an admin chose it',
        foundIn: 'prod',
      });
    }
  });

  it('keeps where the bug was found', () => {
    expect(bugAfter(say('/confirm flow2', { bug: aBug({ foundIn: 'uat' }) })).foundIn).toBe('uat');
  });

  it.each(['confirmed', 'planned'] as const)(
    'changes the flow of a bug that is %s, which is confirmed anew',
    (status) => {
      const bug = aBug({ status, uatOnly: true, foundIn: 'uat' });
      expect(bugAfter(say('/confirm flow2', { bug }))).toMatchObject({
        status: 'confirmed',
        flow: 2,
        uatOnly: false,
      });
    },
  );

  it('is refused when the bug goes Flow 2 already', () => {
    expect(outcomeOf(say('/confirm flow2', { bug: aBug({ status: 'planned', flow: 2 }) }))).toBe(
      'wrong_status',
    );
  });

  it.each(['deployed_uat', 'pending_prod'] as const)(
    'takes a Flow 1 bug that is %s out of its flow, and its approval with it',
    (status) => {
      const bug = aBug({ status, flow: 1, approvals: [anApproval()] });
      expect(say('/confirm flow2', { bug })).toMatchObject({
        kind: 'allowed',
        bug: { status: 'confirmed', flow: 2, approvals: [] },
      });
      expect(outcomeOf(say('/confirm', { bug }))).toBe('wrong_status');
    },
  );

  it.each(['deployed_prod', 'closed', 'rejected'] as const)('is refused for a bug that is %s', (status) => {
    expect(outcomeOf(say('/confirm flow2', { bug: aBug({ status }) }))).toBe('wrong_status');
  });
});

describe('a bug that is confirmed already', () => {
  it('needs the flow to be named', () => {
    expect(outcomeOf(say('/confirm', { bug: aBug({ status: 'confirmed' }) }))).toBe('wrong_status');
    expect(outcomeOf(say('/confirm flow1', { bug: aBug({ status: 'confirmed' }) }))).toBe('wrong_status');
  });

  it('may go back to Flow 1 on aligned versions only', () => {
    const bug = aBug({ status: 'planned', flow: 2 });
    expect(bugAfter(say('/confirm flow1', { bug })).flow).toBe(1);
    expect(outcomeOf(say('/confirm flow1', { bug, parity: aMismatch() }))).toBe('versions_differ');
  });

  it('stays in Flow 2 once it is queued', () => {
    const bug = aBug({ status: 'pending_prod', flow: 2 });
    for (const body of ['/confirm', '/confirm flow1', '/confirm flow2']) {
      expect(outcomeOf(say(body, { bug }))).toBe('wrong_status');
    }
  });

  it('loses the sign-off that was for the other flow', () => {
    const bug = aBug({ status: 'planned', flow: 2, approvals: [anApproval()] });
    const after = bugAfter(say('/confirm flow1', { bug }));
    expect(after.approvals).toEqual([]);
    expect(outcomeOf(say('/unapprove', { bug: { ...after, status: 'planned' } }))).toBe(
      'nothing_to_withdraw',
    );
  });
});

describe('chooseFlow', () => {
  it.each([
    ['aligned', null, null, 1, false],
    ['aligned', 'uat', null, 1, false],
    ['aligned', 'prod', null, 1, false],
    ['aligned', 'prod', 1, 1, false],
    ['aligned', 'prod', 2, 2, false],
    ['uat_ahead', null, null, 2, false],
    ['uat_ahead', 'prod', null, 2, false],
    ['uat_ahead', 'uat', null, 1, true],
    ['uat_ahead', 'uat', 2, 2, false],
    ['prod_ahead', 'uat', null, 1, true],
    ['prod_ahead', 'prod', null, 2, false],
    ['diverged', 'prod', null, 2, false],
  ] as const)('on %s versions, found in %s, asked for %s: Flow %i', (...row) => {
    const [state, foundIn, asked, flow, uatOnly] = row;
    expect(chooseFlow({ ...aMismatch(), state }, foundIn, asked)).toMatchObject({
      kind: 'flow',
      flow,
      uatOnly,
    });
  });
});
