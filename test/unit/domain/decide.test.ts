import { describe, expect, it } from 'vitest';
import { COMMANDS } from '../../../src/domain/commands/index.ts';
import type { Bug } from '../../../src/domain/bug.ts';
import { hasRole } from '../../../src/domain/person.ts';
import { STATUSES, statusAfter, type Status } from '../../../src/domain/status.ts';
import {
  aBug,
  aComment,
  aFix,
  aPolicy,
  aStanding,
  ADA,
  at,
  bugAfter,
  NOW_MS,
  outcomeOf,
  say,
  WES,
} from '../../support/builders.ts';

const NAMES: readonly Status[] = STATUSES.map(({ name }) => name);
const PERMISSIONS = ['none', 'read', 'triage', 'write', 'maintain', 'admin'] as const;

/** One way to say each command that is right in its grammar. */
const SAYINGS: Readonly<Record<string, string>> = Object.fromEntries(
  COMMANDS.map((command) => [command.name, command.examples[0] ?? '']),
);

const BEFORE_DEPLOY: readonly Status[] = ['submitted', 'confirmed', 'analyzing', 'planned'];

/** Where each command of an admin changes a usual bug of Flow 1, or of Flow 2 where only that has the status. */
const CHANGES: Readonly<Record<string, readonly Status[]>> = {
  confirm: ['submitted'],
  reject: BEFORE_DEPLOY,
  severity: NAMES,
  plan: ['confirmed', 'planned'],
  'plan-slot': NAMES,
  fix: NAMES.filter((status) => !['uat_merged', 'closed', 'rejected'].includes(status)),
  'approve-prod': ['deployed_uat'],
  'approve-uat-merge': [],
  'approve-release': [],
  unapprove: ['pending_prod', 'pending_uat_merge'],
  close: NAMES.filter((status) => status !== 'closed' && status !== 'rejected'),
  lock: NAMES,
  unlock: [],
  oncall: NAMES,
  retry: [],
  status: NAMES,
  help: NAMES,
};

it('a command that comes at the wrong time is told what comes next instead', () => {
  expect(say('/hotfix', { bug: aBug({ status: 'deployed_prod', flow: 2 }) })).toMatchObject({
    message: expect.stringMatching(
      /this one is `deployed_prod`\. Next: An admin says `\/approve-uat-merge`\.$/u,
    ),
  });
});

describe('every command, in every status, by an admin', () => {
  for (const command of COMMANDS) {
    it.each(NAMES)(`/${command.name} on a bug that is %s`, (status) => {
      const decision = say(SAYINGS[command.name] ?? '', { bug: aBug({ status }) });
      const isAllowed = CHANGES[command.name]?.includes(status) === true;
      expect(decision.kind === 'allowed', outcomeOf(decision)).toBe(isAllowed);
      if (command.from !== 'any' && !command.from.includes(status)) {
        expect(outcomeOf(decision)).toBe('wrong_status');
      }
    });
  }
});

describe('every command, by every access', () => {
  for (const command of COMMANDS) {
    it.each(PERMISSIONS)(`/${command.name} by somebody with %s access`, (permission) => {
      const standing = aStanding(permission);
      const may = hasRole({ person: WES, standing }, command.role, aPolicy().roles);
      for (const status of NAMES) {
        const decision = say(
          SAYINGS[command.name] ?? '',
          { bug: aBug({ status }) },
          { actor: WES, standing },
        );
        expect(outcomeOf(decision) === 'not_allowed', `${status}: ${outcomeOf(decision)}`).toBe(!may);
      }
    });

    it(`/${command.name} by a bot is ${command.role === 'anyone' ? 'answered' : 'refused'}`, () => {
      const decision = say(
        SAYINGS[command.name] ?? '',
        {},
        { standing: aStanding('admin', { isBot: true }) },
      );
      expect(outcomeOf(decision) === 'not_allowed').toBe(command.role !== 'anyone');
    });
  }

  it('is refused with the name of who may, and with the word that nothing was changed', () => {
    const decision = say('/approve-prod', {}, { standing: aStanding('write') });
    expect(decision).toMatchObject({
      reason: 'not_allowed',
      message: '`/approve-prod` is for admins (people with `admin` access). Nothing was changed.',
    });
  });

  it('asks for the roles of the product', () => {
    expect(Object.fromEntries(COMMANDS.map(({ name, role }) => [name, role]))).toEqual({
      confirm: 'admin',
      reject: 'admin',
      severity: 'triage',
      plan: 'responder',
      'plan-slot': 'write',
      fix: 'write',
      'approve-prod': 'admin',
      'approve-uat-merge': 'admin',
      'approve-release': 'admin',
      unapprove: 'admin',
      hotfix: 'admin',
      'approve-hotfix': 'senior',
      'incident-note': 'responder',
      freeze: 'admin',
      unfreeze: 'admin',
      lock: 'write',
      unlock: 'write',
      rollback: 'admin',
      oncall: 'responder',
      close: 'admin',
      retry: 'admin',
      status: 'anyone',
      help: 'anyone',
    });
  });
});

describe('a refusal', () => {
  const handled = {
    key: 'comment-1001',
    command: 'confirm',
    by: ADA,
    writtenAtMs: NOW_MS,
    outcome: 'done',
    reason: null,
  } as const;

  it('comes for the role first, then for a comment that counted, then for the status', () => {
    const bug = aBug({ status: 'closed', commands: [handled] });
    expect(outcomeOf(say('/confirm', { bug }, { standing: aStanding('read') }))).toBe('not_allowed');
    expect(outcomeOf(say('/confirm', { bug }))).toBe('already_handled');
    expect(outcomeOf(say('/confirm', { bug }, { given: aComment(1_002) }))).toBe('wrong_status');
  });

  it('meets every command of a comment that counted before', () => {
    for (const saying of Object.values(SAYINGS)) {
      expect(outcomeOf(say(saying, { bug: aBug({ commands: [handled] }) })), saying).toBe('already_handled');
    }
  });

  it('for the status says where the command fits and what comes next', () => {
    const decision = say('/reject no', { bug: aBug({ status: 'deployed_uat' }) });
    expect(decision).toMatchObject({
      message: expect.stringMatching(
        /`submitted`, `confirmed`, `analyzing` or `planned`.*`deployed_uat`.*`\/approve-prod`/u,
      ),
    });
    const over = say('/plan', { bug: aBug({ status: 'deployed_prod' }) });
    expect(over).toMatchObject({ message: expect.stringContaining('Its way is over') });
  });
});

describe('an allowed command', () => {
  const MOVING: readonly (readonly [string, Partial<Bug>, Status])[] = [
    ['/confirm', {}, 'confirmed'],
    ['/reject as designed', { status: 'planned' }, 'rejected'],
    ['/plan', { status: 'confirmed' }, 'analyzing'],
    ['/approve-prod', { status: 'deployed_uat' }, 'pending_prod'],
    ['/approve-uat-merge', { status: 'deployed_prod', flow: 2 }, 'pending_uat_merge'],
    ['/unapprove', { status: 'pending_prod' }, 'deployed_uat'],
    ['/unapprove', { status: 'pending_uat_merge' }, 'deployed_prod'],
    ['/severity high', { status: 'pending_prod' }, 'deployed_uat'],
    ['/close done elsewhere', { status: 'deployed_uat' }, 'closed'],
  ];

  it.each(MOVING)('%s on %j leads to %s, with one step more in the timeline', (saying, changes, to) => {
    const bug = aBug(changes);
    const after = bugAfter(say(saying, { bug }));
    expect(after.status).toBe(to);
    expect(after.timeline).toHaveLength(bug.timeline.length + 1);
    const step = after.timeline.at(-1);
    expect(step).toMatchObject({ from: bug.status, to, by: ADA, slot: null, atMs: NOW_MS });
    if (step === undefined || step.event === 'report') throw new Error('no step');
    expect(statusAfter(step.event, bug.status, bug.flow)).toBe(to);
  });

  it.each(MOVING)('%s on %j lifts what held the bug back', (saying, changes) => {
    const hold = { reason: 'no_fix', message: 'no fix', slot: null, atMs: 0 } as const;
    expect(bugAfter(say(saying, { bug: aBug({ ...changes, hold }) })).hold).toBeNull();
  });

  it('leaves the bug that it was given as it was', () => {
    const bug = aBug({ status: 'deployed_uat' });
    const before = structuredClone(bug);
    say('/approve-prod', { bug });
    say('/close enough', { bug });
    expect(bug).toEqual(before);
  });

  it.each(['/status', '/help'])('%s changes nothing at all', (saying) => {
    const bug = aBug({ status: 'planned' });
    expect(bugAfter(say(saying, { bug }))).toBe(bug);
  });
});

describe('/reject and /close', () => {
  it('keep the reason, harmless, and close the issue', () => {
    const rejected = say('/reject ask @wes <b>now</b>');
    expect(rejected).toMatchObject({
      followUps: [{ kind: 'close_issue', issue: 12, as: 'not_planned' }],
    });
    expect(bugAfter(rejected).timeline.at(-1)?.note).toBe('ask @\u200Bwes &#60;b&#62;now&#60;/b&#62;');
    const closed = say('/close solved by #15');
    expect(closed).toMatchObject({ followUps: [{ kind: 'close_issue', issue: 12, as: 'completed' }] });
  });

  it('warn when the fix stays on one side only', () => {
    expect(say('/close enough', { bug: aBug({ status: 'deployed_uat' }) })).toMatchObject({
      answer: expect.stringContaining('is on UAT and not on PROD'),
    });
    expect(say('/close enough', { bug: aBug({ status: 'deployed_prod', flow: 2 }) })).toMatchObject({
      answer: expect.stringContaining('is on PROD and not on UAT'),
    });
    expect(say('/close enough', { bug: aBug({ status: 'deployed_prod', flow: 1 }) })).toMatchObject({
      answer: 'Closed: enough',
    });
    expect(say('/close enough')).toMatchObject({ answer: 'Closed: enough' });
  });
});

describe('/plan', () => {
  it('asks for the analysis of the bug', () => {
    expect(say('/plan', { bug: aBug({ status: 'confirmed' }) })).toMatchObject({
      followUps: [{ kind: 'analyze', issue: 12 }],
    });
  });
});

describe('/retry', () => {
  const hold = { reason: 'conflict', message: 'conflict', slot: '2026-11-19/T2', atMs: 0 } as const;
  const failed = {
    id: '2026-11-20/T2',
    kind: 'T2',
    state: 'failed',
    latestStartMs: at('2026-11-20 23:00:00'),
    stages: [],
  } as const;

  it('is refused when nothing failed', () => {
    expect(outcomeOf(say('/retry', { bug: aBug({ status: 'pending_prod' }) }))).toBe('nothing_to_retry');
  });

  it('is refused when the bug’s way is over', () => {
    for (const status of ['closed', 'rejected', 'uat_merged', 'deployed_prod'] as const) {
      expect(outcomeOf(say('/retry', { bug: aBug({ status, hold }), slots: [failed] })), status).toBe(
        'wrong_status',
      );
    }
  });

  it('lifts the hold and moves nothing', () => {
    const bug = aBug({ status: 'pending_prod', hold });
    const decision = say('/retry', { bug });
    expect(bugAfter(decision)).toEqual({ ...bug, hold: null });
    expect(decision).toMatchObject({ followUps: [] });
  });

  it('runs a failed slot again up to its latest start, and not a moment later', () => {
    const bug = aBug({ status: 'pending_prod', hold });
    const dispatched = [{ kind: 'dispatch_slot', slot: '2026-11-20/T2' }];
    const { latestStartMs } = failed;
    expect(say('/retry', { bug, slots: [failed], nowMs: latestStartMs })).toMatchObject({
      followUps: dispatched,
    });
    expect(say('/retry', { bug, slots: [failed], nowMs: latestStartMs + 1 })).toMatchObject({
      followUps: [],
    });
  });

  it.each(['running', 'done', 'skipped'] as const)('does not run a slot again that is %s', (state) => {
    const bug = aBug({ status: 'pending_prod', hold });
    expect(say('/retry', { bug, slots: [{ ...failed, state }] })).toMatchObject({ followUps: [] });
  });
});

describe('/fix', () => {
  const other = { pull: 35, base: 'uat', state: 'open' } as const;
  const bug = aBug({ status: 'planned' });
  const withPull = (changes: object) => ({
    bug,
    fixes: [{ ...aFix(), ...other, ...changes }],
  });

  it('links the pull request, by command, when it was said', () => {
    const after = bugAfter(say('/fix #35', withPull({})));
    expect(after.fixes.at(-1)).toEqual({ pull: 35, source: 'command', linkedAtMs: NOW_MS - 60_000 });
    expect(after).toMatchObject({ status: 'planned', timeline: bug.timeline });
  });

  it('says so when it is linked already, and changes nothing', () => {
    expect(bugAfter(say('/fix #34', { bug, fixes: [aFix()] }))).toBe(bug);
  });

  it('is refused for what is no pull request, goes elsewhere or was given up', () => {
    expect(outcomeOf(say('/fix #99', { bug }))).toBe('fix_not_found');
    expect(outcomeOf(say('/fix #35', withPull({ base: 'develop' })))).toBe('fix_wrong_branch');
    expect(outcomeOf(say('/fix #35', withPull({ state: 'closed' })))).toBe('fix_closed');
  });

  it('names a branch of strangers harmlessly', () => {
    const decision = say('/fix #35', withPull({ base: '`@wes`' }));
    expect(decision).toMatchObject({ message: expect.stringContaining('`` `@wes` ``') });
  });

  it('warns when the flow begins with the other branch', () => {
    expect(say('/fix #35', withPull({ base: 'main' }))).toMatchObject({
      answer: expect.stringContaining('begins with `uat`'),
    });
    expect(say('/fix #35', withPull({}))).toMatchObject({ answer: 'Linked #35.' });
    expect(say('/fix #35', { ...withPull({ base: 'main' }), bug: aBug() })).toMatchObject({
      answer: 'Linked #35.',
    });
  });
});
