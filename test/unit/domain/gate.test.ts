import { describe, expect, it } from 'vitest';
import type { Bug } from '../../../src/domain/bug.ts';
import { nextSlot } from '../../../src/domain/calendar.ts';
import type { FreezeFacts } from '../../../src/domain/freeze.ts';
import type { FixFacts } from '../../../src/domain/fix.ts';
import { judgeGate, type GateFacts } from '../../../src/domain/gate.ts';
import type { StatementKind } from '../../../src/domain/migration-statement.ts';
import { judgeMigrations, noMigrations } from '../../../src/domain/migration.ts';
import type { EnvironmentName, Policy } from '../../../src/domain/policy.ts';
import type { SlotFacts } from '../../../src/domain/slot-choice.ts';
import type { Status } from '../../../src/domain/status.ts';
import {
  describeGate,
  describeLanded,
  describeSuperseded,
  describeTrouble,
  GATE_BUTTONS,
  type GateWords,
} from '../../../src/domain/text/gate.ts';
import {
  aBug,
  aCalendar,
  ADA,
  aFix,
  aLanding,
  aMismatch,
  anApproval,
  anApprovedFix,
  aPolicy,
  at,
  aVerdict,
  MAX,
  noFreezes,
  NOW_MS,
  WES,
} from '../../support/builders.ts';

const REVIEW = { id: 77, by: MAX, isAdmin: false, submittedAtMs: at('2026-11-20 11:00:00'), bodyHash: 'h' };
const toProd = (changes: Partial<FixFacts> = {}) => aFix({ base: 'main', ...changes });

interface Case {
  readonly pull?: FixFacts;
  readonly bugs?: readonly Bug[];
  readonly named?: readonly Bug[];
  readonly policy?: Policy;
  readonly parity?: SlotFacts['parity'];
  readonly release?: GateFacts['release'];
  readonly freezes?: FreezeFacts;
  /** What its migration does, which travels with code; it declares nothing. */
  readonly migration?: readonly StatementKind[];
  /** Other pull requests of the bugs. */
  readonly others?: readonly FixFacts[];
}

function facts(given: Case): GateFacts {
  const { pull = aFix(), policy = aPolicy(), parity = aVerdict(), others = [] } = given;
  const environment: EnvironmentName = pull.base === policy.environments.prod.branch ? 'prod' : 'uat';
  return {
    pull,
    environment,
    queuedAs: null,
    policy,
    calendar: aCalendar(),
    nowMs: NOW_MS,
    named: given.named ?? [],
    freezes: given.freezes ?? noFreezes(),
    migrations: reportOn(given.migration),
    release: given.release ?? { approvals: [], checked: new Map() },
    bugs: (given.bugs ?? []).map((bug) => ({
      bug,
      slot: {
        policy,
        parity,
        slot: nextSlot(aCalendar(), 'T2', NOW_MS),
        fixes: [pull, ...others],
        others: [],
        takenOffFor: [],
        goingBack: null,
        freezes: given.freezes ?? noFreezes(),
        nowMs: NOW_MS,
        approvals: new Map(bug.approvals.map(({ given: { kind } }) => [`${kind}-900`, 'valid'] as const)),
      },
    })),
  };
}

function reportOn(kinds: Case['migration']): GateFacts['migrations'] {
  if (kinds === undefined) return noMigrations();
  const path = 'db/migrations/007_cart.sql';
  const statements = kinds.map((kind, index) => ({ kind, line: index + 3, locks: kind === 'create_index' }));
  const read = { path, readBy: 'postgresql', intent: null, statements } as const;
  return judgeMigrations([path, 'src/cart.ts'], [read], new Map());
}

/** The reasons that keep it out, `open` when there are none. */
function judge(given: Case): string {
  const reasons = judgeGate(facts(given)).map(({ refusal }) => refusal.reason);
  return reasons.length === 0 ? 'open' : reasons.join(' ');
}

const words = (given: Case): GateWords => describeGate(facts(given), judgeGate(facts(given)));

const flow1 = (status: Status, changes: Partial<Bug> = {}) => aBug({ status, flow: 1, ...changes });
const flow2 = (status: Status, changes: Partial<Bug> = {}) => aBug({ status, flow: 2, ...changes });
/** Ada’s word for the head of #34. */
const signed = anApproval({ fixes: [anApprovedFix({ commits: ['h34'] })] });
const forPlan = { ...signed, plan: { ...signed.plan, flow: 2 as const } };

describe('a fix for UAT of a bug in Flow 1', () => {
  it.each<[string, Case, string]>([
    ['of a planned bug may be merged when it is reviewed and green', { bugs: [flow1('planned')] }, 'open'],
    ['of a reported one waits', { bugs: [aBug()] }, 'wrong_status'],
    ['of a confirmed one waits for its plan', { bugs: [flow1('confirmed')] }, 'wrong_status'],
    ['of one that is being analysed waits', { bugs: [flow1('analyzing')] }, 'wrong_status'],
    ['of one that is on UAT comes too late', { bugs: [flow1('deployed_uat')] }, 'wrong_status'],
    ['of one that is queued for PROD comes too late', { bugs: [flow1('pending_prod')] }, 'wrong_status'],
    ['of one that is done comes too late', { bugs: [flow1('deployed_prod')] }, 'wrong_status'],
    ['of a rejected one never', { bugs: [aBug({ status: 'rejected', flow: null })] }, 'wrong_status'],
    ['of a closed one never', { bugs: [flow1('closed')] }, 'wrong_status'],
    ['without severity waits', { bugs: [flow1('planned', { severity: null })] }, 'severity_missing'],
    [
      'of high severity goes another way',
      { bugs: [flow1('planned', { severity: 'high' })] },
      'severity_needs_hotfix',
    ],
    [
      'on versions that differ by now waits',
      { bugs: [flow1('planned')], parity: aMismatch() },
      'flow_unsafe_now',
    ],
    [
      'found on UAT alone may be merged on versions that differ',
      { bugs: [flow1('planned', { uatOnly: true })], parity: aMismatch() },
      'open',
    ],
    ['on versions that nobody knows waits', { bugs: [flow1('planned')], parity: null }, 'version_unknown'],
    ['that is a draft waits', { bugs: [flow1('planned')], pull: aFix({ isDraft: true }) }, 'fix_is_draft'],
    [
      'without a review waits',
      { bugs: [flow1('planned')], pull: aFix({ approvingReviews: [] }) },
      'fix_not_reviewed',
    ],
    ['with red checks waits', { bugs: [flow1('planned')], pull: aFix({ checks: 'red' }) }, 'fix_not_green'],
    ['that was closed is out', { bugs: [flow1('planned')], pull: aFix({ state: 'closed' }) }, 'fix_closed'],
    [
      'waits for the other pull request of the bug',
      { bugs: [flow1('planned')], others: [aFix({ pull: 35, approvingReviews: [] })] },
      'fix_not_reviewed',
    ],
    [
      'from a fork is judged like any other',
      { bugs: [flow1('planned')], pull: aFix({ isFromFork: true }) },
      'open',
    ],
    [
      'from a fork waits like any other',
      { bugs: [aBug()], pull: aFix({ isFromFork: true, headBranch: 'uat' }) },
      'wrong_status',
    ],
  ])('%s', (_, given, expected) => expect(judge(given)).toBe(expected));
});

describe('the wrong branch', () => {
  it.each<[string, Case, string]>([
    ['Flow 1 against PROD', { bugs: [flow1('planned')], pull: toProd() }, 'wrong_flow'],
    [
      'Flow 1 against PROD, also when it is approved',
      { bugs: [flow1('pending_prod')], pull: toProd() },
      'wrong_flow',
    ],
    ['Flow 2 against UAT', { bugs: [flow2('planned')] }, 'wrong_flow'],
    ['Flow 2 against UAT, queued', { bugs: [flow2('pending_prod')] }, 'wrong_flow'],
    [
      'Flow 2 against UAT before its merge back is approved',
      { bugs: [flow2('deployed_prod')] },
      'not_approved',
    ],
  ])('%s', (_, given, expected) => expect(judge(given)).toBe(expected));

  it('is UAT no more once the merge back of a Flow 2 fix is approved', () => {
    expect(judge({ bugs: [aBug({ status: 'pending_uat_merge' })] })).toBe('open');
    const draft = aFix({ isDraft: true });
    expect(judge({ bugs: [aBug({ status: 'pending_uat_merge' })], pull: draft })).toBe('fix_is_draft');
  });
});

describe('a fix for PROD of a bug in Flow 2', () => {
  const pull = toProd();
  const byAdmin = toProd({ approvingReviews: [{ ...REVIEW, by: ADA, isAdmin: true }] });
  it.each<[string, Case, string]>([
    ['needs the word of an admin', { bugs: [flow2('pending_prod')], pull }, 'not_approved'],
    ['may be merged with it', { bugs: [flow2('pending_prod', { approvals: [forPlan] })], pull }, 'open'],
    [
      'may be merged before it is queued',
      { bugs: [flow2('planned', { approvals: [forPlan] })], pull },
      'open',
    ],
    [
      'may be merged with an admin’s review of the head',
      { bugs: [flow2('pending_prod')], pull: byAdmin },
      'open',
    ],
    [
      'is another one after a push',
      {
        bugs: [flow2('pending_prod', { approvals: [forPlan] })],
        pull: toProd({ head: 'h34b', patchId: 'x' }),
      },
      'fix_changed',
    ],
    [
      'needs two where two are asked for',
      {
        bugs: [flow2('pending_prod', { approvals: [forPlan] })],
        pull,
        policy: aPolicy({ approvals: { allowAuthor: true, required: { uat: 1, prod: 2 } } }),
      },
      'not_approved',
    ],
    [
      'of high severity goes another way',
      { bugs: [flow2('pending_prod', { severity: 'critical' })], pull },
      'severity_needs_hotfix',
    ],
    ['waits for its plan', { bugs: [flow2('confirmed')], pull }, 'wrong_status'],
    ['comes too late for one that is on PROD', { bugs: [flow2('deployed_prod')], pull }, 'wrong_status'],
    [
      'needs green checks beside the word',
      { bugs: [flow2('pending_prod', { approvals: [forPlan] })], pull: toProd({ checks: 'pending' }) },
      'fix_not_green',
    ],
  ])('%s', (_, given, expected) => expect(judge(given)).toBe(expected));
});

describe('the pull request of a conflict', () => {
  const conflict = { pull: 34, environment: 'uat', files: ['src/vat.js'], commits: ['c34'] } as const;
  const settled = (changes: Partial<Bug> = {}) => aBug({ status: 'pending_uat_merge', conflict, ...changes });
  const pull = aFix({ headBranch: 'tonic/uat-merge/12-c34' });

  it('may be merged while the bug waits for it, approved', () => {
    expect(judge({ bugs: [settled()], pull })).toBe('open');
    expect(judge({ bugs: [settled({ approvals: [] })], pull })).toBe('not_approved');
    expect(judge({ bugs: [settled({ status: 'deployed_prod', flow: 2, approvals: [] })], pull })).toBe(
      'not_approved',
    );
    expect(judge({ bugs: [settled()], pull: { ...pull, isDraft: true } })).toBe('fix_is_draft');
  });

  it('may not be merged into PROD once somebody has turned it there: its word is for UAT', () => {
    expect(judge({ bugs: [settled()], pull: { ...pull, base: 'main' } })).toBe('wrong_status');
  });

  it('bears a remark on each file that conflicts', () => {
    const { remarks } = words({ bugs: [settled()], pull });
    expect(remarks.map(({ path }) => path)).toEqual(['src/vat.js']);
    expect(words({ bugs: [settled()], pull: aFix({ pull: 40 }) }).remarks).toEqual([]);
  });
});

const relaxed = (uat: boolean, prod: boolean) => aPolicy({ gates: { requireBug: { uat, prod } } });

describe('a pull request without a bug', () => {
  it.each<[string, Case, string]>([
    ['may go to UAT', {}, 'open'],
    ['may not go to UAT where a bug is required', { policy: relaxed(true, true) }, 'no_bug'],
    ['may not go to PROD', { pull: toProd() }, 'no_bug'],
    [
      'needs a sign-off for PROD where no bug is required',
      { pull: toProd(), policy: relaxed(false, false) },
      'not_approved',
    ],
    ['that was closed is out', { pull: aFix({ state: 'closed' }) }, 'fix_closed'],
    ['that names a bug which is over belongs to it', { named: [flow1('closed')] }, 'wrong_status'],
    ['that names a bug without being linked says so', { named: [flow1('planned')] }, 'no_fix'],
    [
      'that names a bug gets no sign-off of its own',
      { pull: toProd(), named: [flow1('planned')], policy: relaxed(false, false) },
      'no_fix',
    ],
  ])('%s', (_, given, expected) => expect(judge(given)).toBe(expected));
});

describe('a release', () => {
  const pull = aFix({
    pull: 40,
    base: 'main',
    headBranch: 'uat',
    head: 'u1',
    patchId: null,
    approvingReviews: [],
  });
  const word = anApproval({
    action: 'approve_release',
    slot: null,
    fixes: [{ pull: 40, commits: ['u1'], patchId: null, tree: null }],
    plan: { ...signed.plan, flow: null },
  });
  const valid = { approvals: [word], checked: new Map([['comment-900', 'valid'] as const]) };

  it.each<[string, Case, string]>([
    ['needs the word of an admin', { pull }, 'not_approved'],
    ['may be merged with it, without reviews', { pull, release: valid }, 'open'],
    ['is another one after a push', { pull: { ...pull, head: 'u2' }, release: valid }, 'fix_changed'],
    [
      'needs its word still to be there',
      { pull, release: { ...valid, checked: new Map() } },
      'comment_deleted',
    ],
    ['with red checks waits', { pull: { ...pull, checks: 'red' }, release: valid }, 'fix_not_green'],
    [
      'from a branch of that name in a fork is no release',
      { pull: { ...pull, isFromFork: true }, release: valid },
      'no_bug',
    ],
    [
      'is judged as one, whichever bugs its text names',
      { pull, release: valid, bugs: [flow1('submitted')] },
      'open',
    ],
    [
      'needs two where two are asked for',
      {
        pull,
        release: valid,
        policy: aPolicy({ approvals: { allowAuthor: true, required: { uat: 1, prod: 2 } } }),
      },
      'not_approved',
    ],
    [
      'is not signed off by who wrote it where four eyes are wanted',
      {
        pull: { ...pull, author: ADA },
        release: valid,
        policy: aPolicy({ approvals: { allowAuthor: false, required: { uat: 1, prod: 1 } } }),
      },
      'own_fix',
    ],
  ])('%s', (_, given, expected) => expect(judge(given)).toBe(expected));
});

it('several bugs have to allow it, all of them', () => {
  const planned = flow1('planned');
  expect(judge({ bugs: [planned, { ...planned, number: 13 }] })).toBe('open');
  expect(judge({ bugs: [planned, aBug({ number: 13 }), flow1('closed', { number: 14 })] })).toBe(
    'wrong_status wrong_status',
  );
});

describe('the words', () => {
  it.each<[string, Case, string]>([
    ['open', { bugs: [flow1('planned')] }, 'May be merged; T1 Fri 11-20 20:00 does it by itself'],
    [
      'who confirms',
      { bugs: [aBug()] },
      '#12 is not confirmed: an admin says /confirm; then T1 Fri 11-20 20:00',
    ],
    [
      'what plans it',
      { bugs: [flow1('confirmed')] },
      '#12 has no plan yet: T1 makes one; then T1 Fri 11-20 20:00',
    ],
    [
      'reviews',
      { bugs: [flow1('planned')], pull: aFix({ approvingReviews: [] }) },
      '#34 has 0 of 1 approving reviews of its current head; then T1 Fri 11-20 20:00',
    ],
    [
      'who signs off',
      { bugs: [flow2('pending_prod')], pull: toProd() },
      '#12 waits for the word of an admin (0 of 1); then T2 Fri 11-20 22:00',
    ],
    [
      'a void approval',
      { bugs: [flow2('pending_prod', { approvals: [forPlan] })], pull: toProd({ head: 'x', patchId: 'x' }) },
      'The approval of #12 does not count any more: an admin gives it again; then T2 Fri 11-20 22:00',
    ],
    ['the branch', { bugs: [flow1('planned')], pull: toProd() }, '#12 goes Flow 1: open it against uat'],
    [
      'the hotfix path',
      { bugs: [flow1('planned', { severity: 'critical' })] },
      '#12 is critical: no slot, an admin says /hotfix',
    ],
    ['no bug', { pull: toProd() }, 'No bug is linked: write “Fixes #…” into the text'],
    ['an end', { bugs: [flow1('closed')] }, '#12 is closed: another fix is another bug'],
    [
      'a release',
      { pull: aFix({ pull: 40, base: 'main', headBranch: 'uat' }) },
      '#40 waits for the word of an admin with /approve-release (0 of 1)',
    ],
  ])('one line says %s', (_, given, line) => expect(words(given).line).toBe(line));

  it('tell who, when, and everything that is missing', () => {
    const { details } = words({
      bugs: [flow1('planned'), aBug({ number: 13 })],
      pull: aFix({ isDraft: true }),
    });
    expect(details).toContain('#12: #34 is a draft');
    expect(details).toContain('#13: #13: Reported, awaiting review. An admin has to say `/confirm`.');
    expect(details).toMatch(/Who can give it:\*\* the author of the pull request and admins/u);
    expect(details).toContain('2026-11-20/T1, Fri 2026-11-20 20:00 (Asia/Taipei)');
    expect(details).toContain('**max** in a review, Fri 2026-11-20 11:00');
  });

  it('offer the buttons that help', () => {
    expect(words({ bugs: [flow1('planned')] }).buttons).toEqual(['recheck']);
    expect(words({ bugs: [flow2('pending_prod')], pull: toProd() }).buttons).toEqual([
      'approve_prod',
      'recheck',
    ]);
    expect(words({ bugs: [flow2('deployed_prod')] }).buttons).toEqual(['approve_uat_merge', 'recheck']);
    expect(words({ bugs: [flow2('pending_prod', { severity: 'high' })], pull: toProd() }).buttons).toEqual([
      'recheck',
    ]);
  });
});

const WHEN = { calendar: aCalendar(), nowMs: NOW_MS };

describe('once it is on its branch', () => {
  it.each<[Bug, EnvironmentName, Partial<GateWords>]>([
    [
      flow1('deployed_uat'),
      'uat',
      { line: 'On UAT; an admin’s word for PROD counts for T2 Fri 11-20 22:00', buttons: ['approve_prod'] },
    ],
    [flow1('pending_prod'), 'uat', { line: 'On UAT; T2 Fri 11-20 22:00 brings it to PROD', buttons: [] }],
    [flow1('deployed_prod'), 'uat', { line: 'On UAT and PROD', buttons: [] }],
    [
      flow2('deployed_prod'),
      'prod',
      {
        line: 'On PROD; an admin’s word for UAT counts for T2 Fri 11-20 22:00',
        buttons: ['approve_uat_merge'],
      },
    ],
    [
      aBug({ status: 'pending_uat_merge' }),
      'prod',
      { line: 'On PROD; T2 Fri 11-20 22:00 brings it to UAT', buttons: [] },
    ],
    [aBug({ status: 'uat_merged' }), 'prod', { line: 'On UAT and PROD', buttons: [] }],
    [
      flow1('pending_prod', { landings: [aLanding(), aLanding({ environment: 'prod' })] }),
      'uat',
      { line: 'On UAT; T2 Fri 11-20 22:00 brings it to PROD', buttons: [] },
    ],
    [
      flow2('pending_prod'),
      'prod',
      { line: 'On PROD’s branch, not live; T2 Fri 11-20 22:00 brings it to PROD', buttons: [] },
    ],
    [
      flow2('pending_uat_merge'),
      'uat',
      { line: 'On UAT’s branch, not live; T2 Fri 11-20 22:00 brings it to UAT', buttons: [] },
    ],
    [flow2('confirmed', { landings: [aLanding()] }), 'uat', { line: 'On UAT; its bug is confirmed' }],
  ])('it says what comes next', (bug, environment, said) => {
    expect(describeLanded(bug, aLanding({ environment }), WHEN)).toMatchObject({ isOpen: true, ...said });
  });
});

describe('GitHub’s limits', () => {
  it('hold for the buttons', () => {
    for (const [identifier, { label, description }] of Object.entries(GATE_BUTTONS)) {
      expect(identifier.length).toBeLessThanOrEqual(20);
      expect(label.length).toBeLessThanOrEqual(20);
      expect(description.length).toBeLessThanOrEqual(40);
    }
  });

  it('hold for every line, with the longest numbers, names and branches', () => {
    const number = 999_999_999;
    const long = 'b'.repeat(255);
    const environments = aPolicy().environments;
    const policy = aPolicy({
      environments: { ...environments, uat: { ...environments.uat, branch: long } },
      approvals: { allowAuthor: false, required: { uat: 6, prod: 6 } },
      fixes: { requiredReviews: 10, requireGreen: true },
    });
    const statuses: Status[] = [
      'submitted',
      'confirmed',
      'planned',
      'deployed_uat',
      'pending_prod',
      'deployed_prod',
      'pending_uat_merge',
      'uat_merged',
      'closed',
      'rejected',
    ];
    const pulls = [
      aFix({ pull: number, base: long }),
      toProd({ pull: number, author: WES }),
      toProd({ pull: number, headBranch: long }),
      aFix({ pull: number, base: long, isDraft: true }),
      aFix({ pull: number, base: long, changesRequested: true }),
      aFix({ pull: number, base: long, approvingReviews: [] }),
      aFix({ pull: number, base: long, state: 'closed' }),
    ];
    const said: GateWords[] = [describeTrouble('x'.repeat(300), ''), describeSuperseded(number, 'prod')];
    const bugs = statuses.flatMap((status) =>
      ([1, 2] as const).flatMap((flow) =>
        (['critical', 'low', null] as const).map((severity) => aBug({ number, status, flow, severity })),
      ),
    );
    for (const bug of bugs) {
      said.push(describeLanded(bug, aLanding(), WHEN));
      for (const pull of pulls) {
        said.push(words({ pull, named: [bug], policy }));
        const parities = [null, aMismatch(), aVerdict()];
        said.push(...parities.map((parity) => words({ pull, bugs: [bug], policy, parity })));
      }
    }
    for (const { line, buttons } of said) {
      expect(line.length).toBeLessThanOrEqual(100);
      expect(line).not.toMatch(/undefined|null|NaN/u);
      expect(buttons.length).toBeLessThanOrEqual(3);
    }
    // Cut at the end is only what was too long for us from the start.
    expect(said.slice(1).filter(({ line }) => line.endsWith('…'))).toEqual([]);
  });
});

describe('a migration', () => {
  const planned = [flow1('planned')];
  const remarks = (kinds: readonly StatementKind[]) =>
    words({ bugs: planned, migration: kinds }).remarks.map(({ line, level }) => `${line} ${level}`);

  it('that takes something away beside code shuts the gate, with its line', () => {
    expect(judge({ bugs: planned, migration: ['add_column', 'drop_column'] })).toBe('migration_unsafe');
    const said = words({ bugs: planned, migration: ['add_column', 'drop_column'] });
    expect(said.line).toBe('A migration may not go like this: 007_cart.sql, line 4');
    expect(said.details).toContain('**Who can give it:** the author of the pull request.');
    expect(said.remarks).toEqual([
      {
        path: 'db/migrations/007_cart.sql',
        line: 4,
        level: 'failure',
        title: 'May not be deployed like this',
        message: expect.stringContaining(
          'drops a column with its values, and travels with code (`src/cart.ts`)',
        ),
      },
    ]);
  });

  it('comes after what people have not said yet', () => {
    const bugs = [flow1('confirmed')];
    expect(judge({ bugs, migration: ['drop_table'] })).toBe('wrong_status migration_unsafe');
  });

  it('shuts releases and pull requests without a bug, too', () => {
    expect(judge({ migration: ['truncate'] })).toBe('migration_unsafe');
    const pull = toProd({ headBranch: 'uat' });
    expect(judge({ pull, migration: ['truncate'] })).toBe('not_approved migration_unsafe');
  });

  it('that only adds or fills in is told of, by its class and the way back', () => {
    expect(judge({ bugs: planned, migration: ['add_column'] })).toBe('open');
    expect(remarks(['add_column'])).toEqual(['3 notice']);
    expect(words({ bugs: planned, migration: ['add_column', 'update'] }).remarks).toMatchObject([
      { line: 4, title: 'Migration: backfill', message: expect.stringContaining('only forward') },
    ]);
    expect(remarks(['nothing'])).toEqual([]);
  });

  it('that blocks a table warns; what shuts the gate stands first', () => {
    expect(remarks(['create_index'])).toEqual(['3 warning']);
    expect(remarks(['create_index', 'drop_column'])).toEqual(['4 failure', '3 warning']);
  });

  it('with more to say than anybody reads is told of by the worst, and how much is not shown', () => {
    const drops = Array.from({ length: 220 }, () => 'drop_column' as const);
    const said = words({ bugs: planned, migration: ['create_index', ...drops] });
    expect(said.remarks.map(({ level }) => level)).toEqual(drops.slice(0, 200).map(() => 'failure'));
    expect(said.details).toContain('The worst 200 of 221 remarks stand at their lines; 21 are not shown.');
    expect(words({ bugs: planned, migration: drops.slice(0, 200) }).details).not.toContain('not shown');
  });

  it('that cannot be read shuts it and says how it can', () => {
    const said = words({ bugs: planned, migration: ['unreadable'] });
    expect(said.isOpen).toBe(false);
    expect(said.remarks[0]?.message).toContain('Bring it as text, in files below 1 MB.');
  });
});

describe('a freeze', () => {
  const until = at('2026-11-23 00:00:00');
  const frozen = (parts: readonly string[]) =>
    noFreezes({
      said: [{ level: 'suspend', parts, fromMs: NOW_MS, untilMs: until, reason: 'audit', by: ADA }],
    });
  const release = toProd({ headBranch: 'uat', isFromFork: false });
  const free = aPolicy({ gates: { requireBug: { uat: false, prod: false } } });

  it('closes a release, also where only some part is frozen: nobody has said which it brings', () => {
    expect(judge({ pull: release, freezes: frozen([]) })).toBe('frozen not_approved');
    expect(judge({ pull: release, freezes: frozen(['billing']) })).toBe('frozen not_approved');
    expect(judge({ pull: release })).toBe('not_approved');
  });

  it('of everything closes a pull request without a bug, one of a part does not', () => {
    expect(judge({ freezes: frozen([]) })).toBe('frozen');
    expect(judge({ freezes: frozen(['billing']) })).toBe('open');
    expect(judge({ pull: toProd(), policy: free, freezes: frozen([]) })).toBe('frozen not_approved');
  });

  it('says when it opens, and names no slot before', () => {
    const line = 'A freeze holds it until Mon 11-23 00:00';
    expect(words({ freezes: frozen([]) }).line).toBe(line);
    expect(words({ bugs: [flow1('planned')], freezes: frozen([]) }).line).toBe(line);
    const open = noFreezes({ switches: { freeze: 'true', modules: null, until: null } });
    expect(words({ freezes: open }).line).toBe('A freeze holds it until an admin says /unfreeze');
  });
});
