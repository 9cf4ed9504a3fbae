import { describe, expect, test } from 'vitest';
import { judgeDeployment, type DeploymentFacts, type RunOrigin } from '../../../src/domain/protection.ts';
import { refuse, type ReasonCode } from '../../../src/domain/reason.ts';
import { slotKindOf, slotWorkflow } from '../../../src/domain/own-workflow.ts';
import type { SlotRecord, Stage } from '../../../src/domain/slot.ts';
import { renderVerdict } from '../../../src/domain/text/protection.ts';
import { aCalendar, aPolicy, aRelease, aRun, aStage, at } from '../../support/builders.ts';

const CANDIDATE = 'c'.repeat(40);

const aProdStage = (changes: Partial<Stage> = {}): Stage =>
  aStage({
    environment: 'prod',
    candidate: CANDIDATE,
    bugs: [
      { bug: 12, landings: [] },
      { bug: 15, landings: [] },
    ],
    ...changes,
  });

const aSlot = (changes: Partial<SlotRecord> = {}): SlotRecord => ({
  id: '2026-11-20/T2',
  kind: 'T2',
  state: 'running',
  claim: { runId: 7, attempt: 1, claimedAtMs: at('2026-11-20 22:00:05'), leaseUntilMs: 0 },
  latestStartMs: at('2026-11-20 23:00:00'),
  finishedAtMs: null,
  stages: [aProdStage()],
  outcomes: [],
  reason: null,
  unsafe: null,
  ...changes,
});

/** Run 7 has T2 and asks for PROD a minute after it began. */
function facts(changes: Partial<DeploymentFacts> = {}, slot: SlotRecord | null = aSlot()): DeploymentFacts {
  return {
    run: aRun('T2'),
    githubEnvironment: 'production',
    policy: aPolicy(),
    calendar: aCalendar(),
    slots: new Map(slot === null ? [] : [[slot.id, slot]]),
    releases: new Map(),
    withdrawn: new Map(),
    nowMs: at('2026-11-20 22:01:00'),
    ...changes,
  };
}

function reasonFor(given: DeploymentFacts): string {
  const verdict = judgeDeployment(given);
  return verdict.kind === 'rejected' ? verdict.refusal.reason : verdict.kind;
}

/** The same run as if it came from elsewhere. */
function from(changes: Partial<RunOrigin>): DeploymentFacts {
  const run = aRun('T2');
  return facts({ run: { ...run, origin: run.origin === null ? null : { ...run.origin, ...changes } } });
}

describe('a run that asks to enter an environment', () => {
  test('may when it has the slot and the ledger has a candidate for this environment', () => {
    expect(judgeDeployment(facts())).toEqual({
      kind: 'approved',
      slot: '2026-11-20/T2',
      stage: aProdStage(),
    });
  });

  test('may by the backup schedule too, and whatever the case of the environment’s name', () => {
    expect(reasonFor({ ...from({ event: 'schedule' }), githubEnvironment: 'Production' })).toBe('approved');
  });

  test.each<[string, ReasonCode, DeploymentFacts]>([
    ['that this repository does not have', 'foreign_run', facts({ run: null })],
    ['of another workflow', 'foreign_run', from({ workflowPath: '.github/workflows/evil.yml' })],
    [
      'of a workflow of the same name in another repository',
      'foreign_run',
      from({ workflowPath: 'acme/other/.github/workflows/tonic-t2.yml@main' }),
    ],
    ['that a push has started', 'foreign_run', from({ event: 'push' })],
    ['of a branch that is not the default one', 'foreign_run', from({ isOnDefaultBranch: false })],
    ['for another environment', 'foreign_environment', facts({ githubEnvironment: 'staging' })],
    ['that has nothing for the environment', 'nothing_to_do', facts({ githubEnvironment: 'uat' })],
    ['that starts again without its plan', 'foreign_run', facts({ run: aRun('T2', { attempt: 2 }) })],
    [
      'whose plan is of a later attempt',
      'foreign_run',
      facts({}, aSlot({ claim: { ...aClaim(), attempt: 2 } })),
    ],
    ['after the slot’s end', 'slot_too_late', facts({ nowMs: at('2026-11-21 00:30:00') + 1 })],
    ['for what is deployed', 'slot_done', facts({}, aSlot({ stages: [aProdStage({ state: 'deployed' })] }))],
    ['for what failed', 'slot_done', facts({}, aSlot({ stages: [aProdStage({ state: 'failed' })] }))],
    [
      'whose slot another one has done',
      'foreign_run',
      facts({ run: aRun('T2', { id: 8 }) }, aSlot({ state: 'done' })),
    ],
    [
      'that no slot has, long after the last one',
      'foreign_run',
      facts({ nowMs: at('2026-11-21 12:00:00') }, null),
    ],
  ])('is rejected: a run %s', (_, reason, given) => {
    expect(reasonFor(given)).toBe(reason);
  });

  test('may until the last moment of the slot', () => {
    expect(reasonFor(facts({ nowMs: at('2026-11-21 00:30:00') }))).toBe('approved');
  });

  test('may as a re-run whose plan has looked again', () => {
    const slot = aSlot({ claim: { ...aClaim(), attempt: 2 } });
    expect(reasonFor(facts({ run: aRun('T2', { attempt: 2 }) }, slot))).toBe('approved');
  });

  test('is rejected when a bug of the candidate may not go any more, and told what would be right', () => {
    const withdrawn = new Map([[15, refuse('comment_edited', 'The approving comment was edited.')]]);
    expect(judgeDeployment(facts({ withdrawn }))).toMatchObject({
      kind: 'rejected',
      refusal: { reason: 'comment_edited' },
      again: { slot: '2026-11-20/T2', stage: aProdStage() },
      next: { id: '2026-11-21/T2' },
    });
  });

  test.each([
    ['nobody has claimed', null],
    ['the ledger says another run has', aSlot({ claim: { ...aClaim(), runId: 6 } })],
  ])('waits while %s the slot that is due, as the ledger may be behind', (_, slot) => {
    expect(judgeDeployment(facts({}, slot)).kind).toBe('waiting');
    expect(reasonFor(facts({ nowMs: at('2026-11-21 00:30:00') + 1 }, slot))).toBe('foreign_run');
  });

  test('does not wait for the slot of tonight in a run that was started days ago', () => {
    const startedAtMs = at('2026-11-13 22:00:00');
    expect(reasonFor(facts({ startedAtMs }, null))).toBe('foreign_run');
  });

  test('opens again with the next slot that deploys this environment', () => {
    const given = facts({ githubEnvironment: 'uat', nowMs: at('2026-11-20 22:01:00') });
    expect(judgeDeployment(given)).toMatchObject({ next: { id: '2026-11-21/T1' } });
  });
});

function aClaim() {
  return { runId: 7, attempt: 1, claimedAtMs: at('2026-11-20 22:00:05'), leaseUntilMs: 0 };
}

const render = (given: DeploymentFacts) => renderVerdict(judgeDeployment(given), given);

describe('what is said of a verdict', () => {
  test('names slot, environment, candidate and bugs', () => {
    expect(render(facts())).toBe(
      '✅ **2026-11-20/T2 may go to PROD:** candidate `ccccccc` with #12 and #15.',
    );
  });

  test('names the reason and when it opens again, in local time', () => {
    expect(render(from({ event: 'push' }))).toBe(
      '⛔ **Rejected** (`foreign_run`): A slot is started by hand or by time, not by `push`. It opens again with T2 **Sat 2026-11-21 22:00 (Asia/Taipei)**, in 23 h 59 min.',
    );
  });

  test('says that it is looked at again while it waits', () => {
    expect(render(facts({}, null))).toContain('It is looked at again within minutes.');
  });

  test('stays within what GitHub takes, its end whole', () => {
    const workflowPath = `.github/workflows/${'`x'.repeat(2_000)}.yml`;
    const withdrawn = new Map([[12, refuse('not_approved', 'x'.repeat(2_000))]]);
    for (const given of [from({ workflowPath }), facts({ withdrawn })]) {
      expect(render(given).length).toBeLessThanOrEqual(1_024);
      expect(render(given)).toContain('(Asia/Taipei)');
    }
  });
});

test('a slot’s workflow is known by its whole path, whatever ref comes with it', () => {
  for (const kind of ['T1', 'T2'] as const) {
    expect(slotKindOf(`.github/workflows/${slotWorkflow(kind)}`)).toBe(kind);
    expect(slotKindOf(`.github/workflows/${slotWorkflow(kind)}@refs/heads/main`)).toBe(kind);
    expect(slotKindOf(`.github/${slotWorkflow(kind)}`)).toBeNull();
    expect(slotKindOf(`x/.github/workflows/${slotWorkflow(kind)}`)).toBeNull();
  }
});

describe('the run of a rollback', () => {
  const order = {
    issue: 12,
    by: null,
    reason: 'x',
    to: null,
    undoes: [],
    acceptsDataLoss: false,
    branch: null,
  };
  const rollback = aRelease({
    id: '2026-11-20-rollback-prod-2200',
    kind: 'rollback',
    environment: 'prod',
    slot: null,
    order,
    plannedAtMs: at('2026-11-20 22:00:00'),
    deployer: { runId: 9, attempt: 1, fencingToken: 1 },
  });
  const origin: RunOrigin = {
    event: 'workflow_dispatch',
    workflowPath: '.github/workflows/tonic-rollback.yml',
    isOnDefaultBranch: true,
  };
  const asks = (changes: Partial<DeploymentFacts> = {}, known = rollback) =>
    facts({
      run: { id: 9, attempt: 1, origin },
      releases: new Map([[known.id, known]]),
      ...changes,
    });

  test('may enter the environment that it has in hand, and says where it leads', () => {
    const verdict = judgeDeployment(asks());
    expect(verdict).toEqual({ kind: 'approved', order: rollback });
    expect(renderVerdict(verdict, { calendar: aCalendar(), nowMs: 0 })).toContain(
      'may go to PROD:** back to `ccccccc`',
    );
  });

  test.each<[string, string, DeploymentFacts]>([
    ['for another environment', 'nothing_to_do', asks({ githubEnvironment: 'uat' })],
    ['that starts again without its plan', 'foreign_run', asks({ run: { id: 9, attempt: 2, origin } })],
    ['that has ended', 'slot_done', asks({}, { ...rollback, state: 'live' })],
    ['that was asked for long ago', 'slot_too_late', asks({ nowMs: at('2026-11-20 23:30:01') })],
    ['that nobody has ordered', 'foreign_run', asks({ run: { id: 8, attempt: 1, origin } })],
    [
      'that the ledger does not know yet',
      'waiting',
      asks({ run: { id: 8, attempt: 1, origin } }, { ...rollback, deployer: null }),
    ],
    [
      'that a push has started',
      'foreign_run',
      asks({ run: { id: 9, attempt: 1, origin: { ...origin, event: 'push' } } }),
    ],
  ])('a run %s: %s', (_, outcome, given) => {
    expect(reasonFor(given)).toBe(outcome);
  });
});

describe('the run of a hotfix', () => {
  const hotfix = aRelease({
    id: '2026-11-20-hotfix-12-2200-prod',
    kind: 'hotfix',
    environment: 'prod',
    slot: null,
    hotfix: { operation: '2026-11-20/hotfix-12-2200', bug: 12, fixes: [], stage: null },
    plannedAtMs: at('2026-11-20 22:00:00'),
    deployer: { runId: 9, attempt: 1, fencingToken: 1 },
  });
  const origin: RunOrigin = {
    event: 'workflow_dispatch',
    workflowPath: '.github/workflows/tonic-hotfix.yml',
    isOnDefaultBranch: true,
  };
  const asks = (changes: Partial<DeploymentFacts> = {}, known = hotfix) =>
    facts({ run: { id: 9, attempt: 1, origin }, releases: new Map([[known.id, known]]), ...changes });

  test('may enter PROD with its candidate, whatever the slots do', () => {
    const verdict = judgeDeployment(asks());
    expect(verdict).toEqual({ kind: 'approved', order: hotfix });
    expect(renderVerdict(verdict, { calendar: aCalendar(), nowMs: 0 })).toContain(
      'may go to PROD:** candidate `ccccccc`',
    );
  });

  const gone = new Map([[12, refuse('not_approved', 'The approval is gone.')]]);
  test.each<[string, string, DeploymentFacts]>([
    ['whose bug may not go any more', 'not_approved', asks({ withdrawn: gone })],
    ['for UAT', 'nothing_to_do', asks({ githubEnvironment: 'uat' })],
    ['that has ended', 'slot_done', asks({}, { ...hotfix, state: 'failed' })],
    ['that was asked for long ago', 'slot_too_late', asks({ nowMs: at('2026-11-20 23:30:01') })],
    ['that nobody has ordered', 'foreign_run', asks({ run: { id: 8, attempt: 1, origin } })],
    [
      'that the ledger does not know yet',
      'waiting',
      asks({ run: { id: 8, attempt: 1, origin } }, { ...hotfix, deployer: null }),
    ],
  ])('a run %s: %s', (_, outcome, given) => {
    expect(reasonFor(given)).toBe(outcome);
  });
});
