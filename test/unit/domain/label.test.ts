import { describe, expect, it } from 'vitest';
import type { Bug } from '../../../src/domain/bug.ts';
import { decideLabel, type LabelDecision } from '../../../src/domain/label-change.ts';
import { isOurs, labelChange, labelValues, wantedLabels } from '../../../src/domain/label.ts';
import { changeSeverity } from '../../../src/domain/severity-change.ts';
import { isHotfixSeverity, parseSeverity, SEVERITIES } from '../../../src/domain/severity.ts';
import { STATUSES, waitsForProd } from '../../../src/domain/status.ts';
import { aBug, ADA, anApproval, aPolicy, aStanding, NOW_MS, TIA } from '../../support/builders.ts';

const POLICY = aPolicy();

function decided(
  change: string,
  given: {
    readonly bug?: Bug;
    readonly present?: string[];
    readonly permission?: Parameters<typeof aStanding>[0];
  } = {},
): LabelDecision {
  const { bug = aBug(), present = [], permission = 'triage' } = given;
  const action = change.startsWith('-') ? 'unlabeled' : 'labeled';
  const by = { label: change.slice(1), by: TIA, standing: aStanding(permission), atMs: NOW_MS };
  return decideLabel(bug, { action, ...by }, { present, policy: POLICY, nowMs: NOW_MS });
}

function kindOf(decision: LabelDecision): string {
  return decision.kind === 'refused' ? decision.reason : decision.kind;
}

function recorded(decision: LabelDecision): Bug {
  if (decision.kind !== 'recorded') throw new Error(kindOf(decision));
  return decision.bug;
}

describe('the labels that the ledger wants', () => {
  it.each(STATUSES.map(({ name }) => name))('have exactly one status on a bug that is %s', (status) => {
    const labels = wantedLabels(aBug({ status }), POLICY);
    expect(labels.filter((label) => label.startsWith('status:'))).toEqual([`status:${status}`]);
    expect(labels).toContain('bug');
    expect(new Set(labels).size).toBe(labels.length);
  });

  it('show severity, place and flow once they are known', () => {
    const known = aBug({ status: 'planned', severity: 'low', foundIn: 'prod', flow: 2 });
    expect(wantedLabels(known, POLICY)).toEqual([
      'bug',
      'status:planned',
      'severity:low',
      'found-in:prod',
      'flow:2',
    ]);
    expect(wantedLabels(aBug({ severity: null }), POLICY)).toEqual(['bug', 'status:submitted']);
  });

  it('take the bug label from the configuration', () => {
    expect(wantedLabels(aBug(), aPolicy({ bugLabel: 'type: bug' }))).toContain('type: bug');
  });
});

describe('a change of labels', () => {
  const bug = aBug({ status: 'planned', foundIn: 'uat' });

  it('adds what is missing and takes off what is wrong, and nothing else', () => {
    const present = [
      'bug',
      'status:submitted',
      'status:nonsense',
      'severity:high',
      'service:api',
      'help wanted',
      'Flow:2',
    ];
    expect(labelChange(bug, present, POLICY)).toEqual({
      add: ['status:planned', 'severity:medium', 'found-in:uat', 'flow:1'],
      remove: ['status:submitted', 'status:nonsense', 'severity:high', 'Flow:2'],
    });
  });

  it('is none when the issue shows the ledger, in whatever case', () => {
    const present = wantedLabels(bug, POLICY).map((label) => label.toUpperCase());
    expect(labelChange(bug, present, POLICY)).toEqual({ add: [], remove: [] });
  });

  it('leaves a plain label alone that only sounds like one of ours', () => {
    const present = [...wantedLabels(bug, POLICY), 'severity', 'status', 'flow-control', 'statuses:many'];
    expect(labelChange(bug, present, POLICY)).toEqual({ add: [], remove: [] });
    expect(isOurs('status', POLICY)).toBe(false);
  });
});

describe('a label of ours that a person changes', () => {
  it.each([
    '+status:pending_prod',
    '-status:submitted',
    '+STATUS:closed',
    '+status:nonsense',
    '+flow:1',
    '-flow:2',
    '-bug',
    '+BUG',
  ])('%s is put back, by whomever', (change) => {
    for (const permission of ['none', 'write', 'admin'] as const) {
      const decision = decided(change, { permission });
      expect(kindOf(decision)).toBe('label_not_yours');
      expect(decision).toMatchObject({ message: expect.stringContaining('`/') });
    }
  });

  it.each([
    '+help wanted',
    '-duplicate',
    '+severity',
    '-service',
    '+module',
    '+status',
    '+flow',
    '+kind:severity:low',
    '+',
  ])('%s is none of ours', (change) => {
    expect(kindOf(decided(change, { permission: 'none' }))).toBe('ignored');
  });

  it.each(['+severity:high', '-severity:medium', '+found-in:uat', '+service:api', '-module:pay'])(
    '%s is refused to somebody without triage access',
    (change) => {
      for (const permission of ['none', 'read'] as const) {
        expect(kindOf(decided(change, { permission, present: ['service:api'] }))).toBe('not_allowed');
      }
    },
  );

  it('names a label of strangers harmlessly', () => {
    const decision = decided('+severity:`@wes`');
    expect(decision).toMatchObject({
      reason: 'bad_arguments',
      message: expect.stringContaining('`` `@wes` ``'),
    });
  });
});

describe('a severity label', () => {
  it('is the maintainers’ word', () => {
    expect(recorded(decided('+severity:low')).severity).toBe('low');
    expect(recorded(decided('+Severity:HIGH')).severity).toBe('high');
  });

  it('that the bug has already is nothing new', () => {
    expect(kindOf(decided('+severity:medium'))).toBe('ignored');
    expect(kindOf(decided('-severity:low'))).toBe('ignored');
  });

  it('is kept once there is one', () => {
    expect(kindOf(decided('-severity:medium'))).toBe('label_not_yours');
  });

  it('that does not exist is refused, and may be taken off', () => {
    expect(kindOf(decided('+severity:urgent'))).toBe('bad_arguments');
    expect(kindOf(decided('+severity:'))).toBe('bad_arguments');
    expect(kindOf(decided('-severity:urgent'))).toBe('ignored');
    expect(kindOf(decided('-severity:urgent', { bug: aBug({ severity: null }) }))).toBe('ignored');
  });

  it('takes a queued bug out of the queue and its approval with it when it becomes high', () => {
    const decision = decided('+severity:high', { bug: aBug({ status: 'pending_prod' }) });
    expect(recorded(decision)).toMatchObject({ status: 'deployed_uat', severity: 'high', approvals: [] });
    expect(decision).toMatchObject({ message: expect.stringContaining('left the queue') });
  });

  it('says nothing where the bug stays where it is', () => {
    expect(decided('+severity:high', { bug: aBug({ status: 'deployed_uat' }) })).toMatchObject({
      message: null,
    });
    expect(decided('+severity:low', { bug: aBug({ status: 'pending_prod' }) })).toMatchObject({
      message: null,
      bug: { status: 'pending_prod', approvals: [{}] },
    });
  });
});

describe('a found-in label', () => {
  it('is the maintainers’ word', () => {
    expect(recorded(decided('+found-in:uat')).foundIn).toBe('uat');
    expect(recorded(decided('+found-in:prod', { bug: aBug({ foundIn: 'uat' }) })).foundIn).toBe('prod');
  });

  it('may be taken off before the bug is confirmed, and not after', () => {
    expect(recorded(decided('-found-in:uat', { bug: aBug({ foundIn: 'uat' }) })).foundIn).toBeNull();
    const confirmed = aBug({ status: 'confirmed', foundIn: 'uat' });
    expect(kindOf(decided('-found-in:uat', { bug: confirmed }))).toBe('label_not_yours');
  });

  it('that shows nothing new is ignored', () => {
    const bug = aBug({ foundIn: 'uat' });
    expect(kindOf(decided('+found-in:uat', { bug }))).toBe('ignored');
    expect(kindOf(decided('-found-in:prod', { bug }))).toBe('ignored');
  });

  it('that does not exist is refused, and may be taken off', () => {
    expect(kindOf(decided('+found-in:staging'))).toBe('bad_arguments');
    expect(kindOf(decided('-found-in:staging'))).toBe('ignored');
    expect(kindOf(decided('-found-in:staging', { bug: aBug({ status: 'planned' }) }))).toBe('ignored');
  });

  it('asks for Flow 2 when a bug of UAT alone is on PROD too', () => {
    const bug = aBug({ status: 'planned', foundIn: 'uat', uatOnly: true });
    expect(decided('+found-in:prod', { bug })).toMatchObject({
      message: expect.stringContaining('/confirm flow2'),
    });
  });
});

describe('service and module labels', () => {
  it('are taken over as they stand on the issue', () => {
    const present = ['service:api', 'Service:Web', 'module:pay', 'bug'];
    expect(recorded(decided('+service:api', { present }))).toMatchObject({
      services: ['api', 'Web'],
      modules: ['pay'],
    });
  });

  it('are taken over when one is taken off', () => {
    const bug = aBug({ services: ['api', 'web'] });
    expect(recorded(decided('-service:api', { bug, present: ['service:web'] })).services).toEqual(['web']);
  });

  it('are nothing new when the ledger has them', () => {
    const bug = aBug({ services: ['web', 'api'] });
    expect(kindOf(decided('+service:api', { bug, present: ['service:api', 'service:web'] }))).toBe('ignored');
  });

  it('are read by their prefix', () => {
    expect(labelValues(['module:a', 'MODULE:b', 'modules:c', 'module'], 'module')).toEqual(['a', 'b']);
  });
});

describe('a severity', () => {
  it('is read without case and without guessing', () => {
    expect(parseSeverity('CRITICAL')).toBe('critical');
    for (const word of ['', 'med', 'p1', 'low ', 'critical!', 'toString'])
      expect(parseSeverity(word)).toBeNull();
  });

  it('is a hotfix where the policy says so, and never when it is open', () => {
    expect(SEVERITIES.filter((each) => isHotfixSeverity(each, ['high', 'critical']))).toEqual([
      'high',
      'critical',
    ]);
    expect(isHotfixSeverity(null, SEVERITIES)).toBe(false);
  });

  const change = { policy: POLICY, nowMs: NOW_MS, by: ADA, saidAtMs: NOW_MS };

  it('of a hotfix takes a queued bug of Flow 2 back to its plan', () => {
    const bug = aBug({ status: 'pending_prod', flow: 2, approvals: [anApproval()] });
    const { bug: after } = changeSeverity(bug, 'critical', change);
    expect(after).toMatchObject({ status: 'planned', approvals: [], severity: 'critical' });
    expect(after.timeline.at(-1)).toMatchObject({
      event: 'withdraw_prod',
      by: ADA,
      note: 'severity became critical',
    });
  });

  it('drops the approval for PROD only', () => {
    const approvals = [anApproval(), anApproval({ action: 'approve_uat_merge' })];
    const { bug: after } = changeSeverity(aBug({ status: 'pending_prod', approvals }), 'high', change);
    expect(after.approvals.map(({ action }) => action)).toEqual(['approve_uat_merge']);
  });

  it.each(STATUSES.map(({ name }) => name).filter((name) => name !== 'pending_prod'))(
    'of a hotfix leaves a bug that is %s where it is',
    (status) => {
      const bug = aBug({ status });
      const clock = { priority: 'P1', sinceMs: NOW_MS };
      expect(changeSeverity(bug, 'critical', change).bug).toEqual({
        ...bug,
        severity: 'critical',
        saidAtMs: { severity: NOW_MS, foundIn: null },
        hotfix: waitsForProd(status) ? { clock, order: null, note: null } : null,
      });
    },
  );

  it('follows the policy, not the word', () => {
    const policy = aPolicy({ severity: { hotfix: ['medium', 'high', 'critical'] } });
    const bug = aBug({ status: 'pending_prod', severity: 'low' });
    expect(changeSeverity(bug, 'medium', { ...change, policy }).bug.status).toBe('deployed_uat');
    expect(changeSeverity(bug, 'medium', change).bug.status).toBe('pending_prod');
  });

  it('speaks of the hotfix path only while the bug is to be brought to PROD', () => {
    expect(changeSeverity(aBug({ status: 'planned' }), 'high', change).message).toContain('hotfix path');
    for (const status of ['deployed_prod', 'pending_uat_merge', 'uat_merged', 'closed'] as const) {
      expect(changeSeverity(aBug({ status }), 'high', change).message, status).toBe('Severity: **high**.');
    }
  });
});
