import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isSameFix, keyOf, type Approval } from '../../../src/domain/approval.ts';
import type { Bug, Landing } from '../../../src/domain/bug.ts';
import { dueSlot, nextSlot, type Slot, type SlotKind } from '../../../src/domain/calendar.ts';
import { COMMANDS } from '../../../src/domain/commands/index.ts';
import { decide } from '../../../src/domain/decide.ts';
import { move, type BugFacts } from '../../../src/domain/decision.ts';
import { approvedFixesOn, approvedHeads, fixesFor, type FixFacts } from '../../../src/domain/fix.ts';
import { decideLabel } from '../../../src/domain/label-change.ts';
import { labelChange, wantedLabels } from '../../../src/domain/label.ts';
import { hasRole, type Person, type Standing } from '../../../src/domain/person.ts';
import type { EnvironmentName } from '../../../src/domain/policy.ts';
import type { Refusal } from '../../../src/domain/reason.ts';
import {
  chooseForProd,
  chooseForT1,
  chooseForUatMerge,
  type SlotFacts,
} from '../../../src/domain/slot-choice.ts';
import { isHotfixSeverity } from '../../../src/domain/severity.ts';
import { isFinal, STATUSES, TRANSITIONS, type BugEvent, type Status } from '../../../src/domain/status.ts';
import { renderCard } from '../../../src/domain/text/card.ts';
import {
  noFreezes,
  someFacts,
  aBug,
  aCalendar,
  aComment,
  ADA,
  aFix,
  aPolicy,
  aStanding,
  aVerdict,
  MAX,
  NOW_MS,
  REA,
  TIA,
  understood,
  WES,
} from '../../support/builders.ts';

/** The sandbox of the property: one bug, the people around it, and what the environments look like. */
interface World {
  bug: Bug;
  nowMs: number;
  nextCommentId: number;
  parity: BugFacts['parity'];
  fixes: FixFacts[];
  labels: string[];
  readonly standings: Map<number, Standing>;
  /** Approvals that stopped counting: the comment was edited or deleted. */
  readonly voided: Set<string>;
}

const POLICY = aPolicy();
const CALENDAR = aCalendar();
const PEOPLE: readonly Person[] = [ADA, MAX, WES, REA, TIA];

function newWorld(): World {
  return {
    bug: aBug({
      severity: 'low',
      fixes: [34, 35].map((pull) => ({ pull, source: 'pull_text', linkedAtMs: NOW_MS })),
    }),
    nowMs: NOW_MS,
    nextCommentId: 1,
    parity: aVerdict(),
    fixes: [aFix({ author: WES }), aFix({ pull: 35, base: 'main', head: 'h35', patchId: 'p34' })],
    labels: ['bug', 'status:submitted'],
    standings: new Map([
      [ADA.id, aStanding('admin')],
      [MAX.id, aStanding('admin')],
      [WES.id, aStanding('write')],
      [REA.id, aStanding('read')],
      [TIA.id, aStanding('triage')],
    ]),
    voided: new Set(),
  };
}

function standingOf(world: World, person: Person): Standing {
  return world.standings.get(person.id) ?? aStanding('none');
}

/** Made once: it is asked for a hundred thousand times. */
const FACTS = someFacts();

function factsOf(world: World): BugFacts {
  const { bug, nowMs, parity, fixes } = world;
  return { ...FACTS, bug, policy: POLICY, calendar: CALENDAR, nowMs, parity, fixes };
}

type Step = fc.Command<Record<string, never>, World>;

/** A step with all invariants checked around it. */
function step(name: string, act: (world: World) => void): Step {
  return {
    check: () => true,
    toString: () => name,
    run: (_model, world) => {
      const before = world.bug;
      act(world);
      checkMoves(world, before);
      checkState(world);
    },
  };
}

function checkMoves(world: World, before: Bug): void {
  const { bug } = world;
  const steps = bug.timeline.slice(before.timeline.length);
  expect(bug.timeline.slice(0, before.timeline.length)).toEqual(before.timeline);
  if (bug.status !== before.status) expect(steps.length).toBeGreaterThan(0);
  let status: Status = before.status;
  for (const each of steps) {
    expect(each.from).toBe(status);
    const isWay = TRANSITIONS.some(
      (row) =>
        row.event === each.event &&
        row.from.includes(status) &&
        row.to === each.to &&
        (row.flow === null || row.flow === before.flow),
    );
    expect(isWay, `${each.event} from ${status} to ${each.to} in Flow ${before.flow}`).toBe(true);
    if (isFinal(status, before.flow)) expect(each.event).toBe('close');
    if (each.by !== null) checkRole(world, each.by, each.event);
    status = each.to;
  }
  expect(bug.status).toBe(status);
}

/** Moves by people ask for an admin, but for `/plan` and for a severity that becomes high. */
function checkRole(world: World, person: Person, event: BugEvent | 'report'): void {
  const role = event === 'start_analysis' ? 'responder' : event === 'withdraw_prod' ? 'triage' : 'admin';
  expect(hasRole({ person, standing: standingOf(world, person) }, role, POLICY.roles)).toBe(true);
}

function checkState(world: World): void {
  const { bug } = world;
  const actions = bug.approvals.map(({ action }) => action);
  const shown = wantedLabels(bug, POLICY);
  expect(STATUSES.map(({ name }) => name)).toContain(bug.status);
  expect(shown.filter((label) => label.startsWith('status:'))).toEqual([`status:${bug.status}`]);
  expect(labelChange(bug, shown, POLICY)).toEqual({ add: [], remove: [] });
  if (bug.status === 'pending_prod' && bug.flow === 1) expect(actions).toContain('approve_prod');
  if (bug.status === 'pending_uat_merge') expect(actions).toContain('approve_uat_merge');
  if (bug.status === 'pending_prod') {
    expect(
      isHotfixSeverity(bug.severity, POLICY.severity.hotfix),
      'no hotfix severity waits in the queue',
    ).toBe(false);
  }
  if (bug.flow === null) expect(['submitted', 'rejected', 'closed']).toContain(bug.status);
  expect(renderCard(factsOf(world))).toContain(`\`${bug.status}\``);
}

const SAYINGS = [
  ...COMMANDS.flatMap(({ examples }) => examples),
  '/confirm flow1',
  '/severity high',
  '/severity low',
  '/fix #34',
  '/fix #35',
  '/approve-prod',
  '/approve-uat-merge',
  '/unapprove',
];

function saying(by: Person, body: string): Step {
  return step(`${by.login} says ${body}`, (world) => {
    // Nobody has seen what came in this very second.
    world.nowMs += 1_000;
    const { command, prepared } = understood(body);
    const before = world.bug;
    const commentId = world.nextCommentId;
    world.nextCommentId += 1;
    const standing = standingOf(world, by);
    const given = aComment(commentId);
    const call = { actor: by, standing, given, writtenAtMs: world.nowMs };
    const decision = decide({ command, prepared }, call, factsOf(world));
    const may = hasRole({ person: by, standing }, command.role, POLICY.roles);
    expect(decision.kind === 'refused' && decision.reason === 'not_allowed').toBe(!may);
    if (decision.kind === 'allowed') world.bug = decision.bug;
    else expect(decision.message).not.toBe('');
    for (const added of world.bug.approvals.filter((each) => !before.approvals.includes(each))) {
      expect(added).toMatchObject({ by, given });
      expect(standing.permission).toBe('admin');
      expect(added.fixes.length).toBeGreaterThan(0);
    }
  });
}

const LABELS = [
  'severity:low',
  'severity:high',
  'severity:critical',
  'severity:nonsense',
  'found-in:uat',
  'found-in:prod',
  'service:api',
  'module:pay',
  'status:pending_prod',
  'status:deployed_prod',
  'flow:1',
  'flow:2',
  'bug',
  'help wanted',
];

function labelling(by: Person, label: string, action: 'labeled' | 'unlabeled'): Step {
  return step(`${by.login} ${action} ${label}`, (world) => {
    const before = world.bug;
    const rest = world.labels.filter((each) => each !== label);
    world.labels = action === 'labeled' ? [...rest, label] : rest;
    const standing = standingOf(world, by);
    const context = { present: world.labels, policy: POLICY, nowMs: world.nowMs };
    const decision = decideLabel(before, { action, label, by, standing, atMs: world.nowMs }, context);
    if (decision.kind === 'recorded') world.bug = decision.bug;
    if (decision.kind === 'recorded')
      expect(hasRole({ person: by, standing }, 'triage', POLICY.roles)).toBe(true);
    // A label alone brings nothing forward.
    if (world.bug.status !== before.status) expect(world.bug.timeline.at(-1)?.event).toBe('withdraw_prod');
    const { add, remove } = labelChange(world.bug, world.labels, POLICY);
    world.labels = [...world.labels.filter((each) => !remove.includes(each)), ...add];
    expect(labelChange(world.bug, world.labels, POLICY)).toEqual({ add: [], remove: [] });
    expect(world.labels.filter((each) => each.startsWith('status:'))).toEqual([`status:${world.bug.status}`]);
  });
}

function passing(minutes: number): Step {
  return step(`${minutes} min pass`, (world) => void (world.nowMs += minutes * 60_000));
}

function drifting(state: 'aligned' | 'uat_ahead' | 'diverged' | null): Step {
  return step(
    `the versions are ${state}`,
    (world) => void (world.parity = state === null ? null : aVerdict({ state })),
  );
}

function pushing(index: number): Step {
  return step(`a push to fix ${index}`, (world) => {
    world.fixes = world.fixes.map((fix, at) =>
      at === index && fix.state === 'open'
        ? {
            ...fix,
            head: `h${world.nowMs}`,
            headPushedAtMs: world.nowMs,
            patchId: `p${world.nowMs}`,
            tree: `t${world.nowMs}`,
            approvingReviews: fix.approvingReviews.map((review) => ({
              ...review,
              submittedAtMs: world.nowMs,
            })),
          }
        : fix,
    );
  });
}

function demoting(person: Person, permission: 'admin' | 'write' | 'read'): Step {
  return step(
    `${person.login} gets ${permission}`,
    (world) => void world.standings.set(person.id, aStanding(permission)),
  );
}

function voiding(): Step {
  return step('the newest approving comment is edited', (world) => {
    const newest = world.bug.approvals.at(-1);
    if (newest !== undefined) world.voided.add(keyOf(newest.given));
  });
}

/** Whether an approval counts, as a slot finds out by reading the comment and the role again. */
function isLive(world: World, approval: Approval): boolean {
  const standing = standingOf(world, approval.by);
  return (
    !world.voided.has(keyOf(approval.given)) &&
    hasRole({ person: approval.by, standing }, 'admin', POLICY.roles)
  );
}

function slotFacts(world: World, slot: Slot): SlotFacts {
  const live = world.bug.approvals.filter((approval) => isLive(world, approval));
  return {
    policy: POLICY,
    slot,
    parity: world.parity,
    fixes: world.fixes,
    others: [],
    takenOffFor: [],
    goingBack: null,
    approvals: new Map(live.map(({ given }) => [keyOf(given), 'valid'] as const)),
    freezes: noFreezes(),
    nowMs: world.nowMs,
  };
}

function land(
  world: World,
  slot: Slot,
  target: { environment: EnvironmentName; event: BugEvent; fixes: readonly FixFacts[] },
): void {
  const { environment, event, fixes } = target;
  const { bug } = world;
  const from = environment === 'uat' ? 'prod' : 'uat';
  const copies = bug.landings.filter((landing) => landing.environment === from);
  const landings: Landing[] =
    fixes.length > 0
      ? fixes.map(({ pull, head, patchId }) => ({
          environment,
          pull,
          head,
          commits: [head],
          patchId,
          slot: slot.id,
          atMs: world.nowMs,
        }))
      : copies.map((copy) => ({ ...copy, environment, slot: slot.id, atMs: world.nowMs }));
  expect(landings.length, `${event} brings something`).toBeGreaterThan(0);
  const moved = move(bug, event, { atMs: world.nowMs, by: null, slot: slot.id });
  world.bug = { ...moved, landings: [...bug.landings, ...landings] };
}

function runT1(world: World, slot: Slot): void {
  const by = { atMs: world.nowMs, by: null, slot: slot.id };
  if (world.bug.status === 'confirmed') world.bug = move(world.bug, 'start_analysis', by);
  if (world.bug.status === 'analyzing') world.bug = move(world.bug, 'record_plan', by);
  if (world.bug.status !== 'planned') return;
  const choice = chooseForT1(world.bug, slotFacts(world, slot));
  if (choice.kind === 'queue') world.bug = move(world.bug, 'queue_for_prod', by);
  if (choice.kind === 'take')
    land(world, slot, { environment: 'uat', event: 'deploy_uat', fixes: choice.fixes });
  if (choice.kind === 'refused') hold(world, slot, choice);
}

function runT2(world: World, slot: Slot): void {
  const { bug } = world;
  if (bug.status === 'pending_uat_merge') {
    const choice = chooseForUatMerge(bug, slotFacts(world, slot));
    if (choice.kind === 'take') land(world, slot, { environment: 'uat', event: 'merge_uat', fixes: [] });
    if (choice.kind === 'refused') hold(world, slot, choice);
    return;
  }
  if (bug.status !== 'pending_prod') return;
  const choice = chooseForProd(bug, slotFacts(world, slot));
  if (choice.kind === 'refused') hold(world, slot, choice);
  if (choice.kind !== 'take') return;
  expectSignOff(world, slot);
  land(world, slot, { environment: 'prod', event: 'deploy_prod', fixes: choice.fixes });
}

/** The first invariant of the product: nothing reaches PROD without an admin's word for exactly that change. */
function expectSignOff(world: World, slot: Slot): void {
  const { bug } = world;
  const bound =
    bug.flow === 1 ? approvedFixesOn(bug, 'uat') : approvedHeads(fixesFor(world.fixes, 'prod', POLICY));
  const signed = bug.approvals.filter(
    (approval) =>
      approval.action === 'approve_prod' &&
      approval.writtenAtMs < slot.startsAtMs &&
      isLive(world, approval) &&
      isSameFix(approval.fixes, bound),
  );
  expect(signed, 'an admin signed exactly this off in time').not.toEqual([]);
}

function hold(world: World, slot: Slot, { reason, message }: Refusal): void {
  world.bug = { ...world.bug, hold: { reason, message, slot: slot.id, atMs: world.nowMs } };
}

function slotEvent(kind: SlotKind): Step {
  return step(`${kind} comes`, (world) => {
    const slot = nextSlot(CALENDAR, kind, world.nowMs);
    world.nowMs = slot.startsAtMs + 5_000;
    runSlot(world, slot);
  });
}

/** A slot that is late, or runs again after a failure: words may have been said since it began. */
function lateSlot(kind: SlotKind): Step {
  return step(`${kind} runs late`, (world) => {
    const slot = dueSlot(CALENDAR, kind, world.nowMs);
    if (slot !== null) runSlot(world, slot);
  });
}

function runSlot(world: World, slot: Slot): void {
  if (slot.kind === 'T1') runT1(world, slot);
  else runT2(world, slot);
}

/** What brings a bug on in each status, by people or by a slot; without it few lives get far. */
function helping(by: Person, confirmation: string): Step {
  return step(`${by.login} or a slot brings it on`, (world) => {
    const { status, flow, approvals } = world.bug;
    if (status === 'submitted') run(saying(by, confirmation), world);
    else if (status === 'deployed_uat') run(saying(by, '/approve-prod'), world);
    else if (status === 'deployed_prod') run(saying(by, '/approve-uat-merge'), world);
    else if (status === 'pending_prod' && flow === 2 && approvals.length === 0) {
      run(saying(by, '/approve-prod'), world);
    } else run(slotEvent(status.startsWith('pending') ? 'T2' : 'T1'), world);
  });
}

function run(each: Step, world: World): void {
  each.run({}, world);
}

const person = fc.constantFrom(...PEOPLE);
const admin = fc.constantFrom(ADA, MAX);
const anySaying = fc.constantFrom(...SAYINGS);
const slotKind = fc.constantFrom('T1' as const, 'T2' as const);
const change = fc.constantFrom('labeled' as const, 'unlabeled' as const);
const permission = fc.constantFrom('admin' as const, 'write' as const, 'read' as const);
const versions = fc.constantFrom(
  'aligned' as const,
  'aligned' as const,
  'uat_ahead' as const,
  'diverged' as const,
  null,
);
const help = fc.tuple(admin, fc.constantFrom('/confirm', '/confirm flow2')).map((given) => helping(...given));

const steps = [
  help,
  help,
  help,
  fc.tuple(admin, anySaying).map(([by, body]) => saying(by, body)),
  fc.tuple(person, anySaying).map(([by, body]) => saying(by, body)),
  fc.tuple(person, fc.constantFrom(...LABELS), change).map((given) => labelling(...given)),
  fc.constantFrom(1, 30, 121, 1_440).map(passing),
  slotKind.map(slotEvent),
  slotKind.map(lateSlot),
  slotKind.map(lateSlot),
  versions.map(drifting),
  fc.constantFrom(0, 1).map(pushing),
  fc.tuple(person, permission).map((given) => demoting(...given)),
  fc.constant(voiding()),
];

describe('the life of a bug', () => {
  it('keeps every rule, whoever says what and whenever the slots come', () => {
    fc.assert(
      fc.property(fc.commands(steps, { maxCommands: 60, size: '+1' }), (commands) => {
        fc.modelRun(() => ({ model: {}, real: newWorld() }), commands);
      }),
      { numRuns: 600 },
    );
  });

  it('can reach every status by steps of this kind', () => {
    const [t1, t2] = [slotEvent('T1'), slotEvent('T2')];
    const lives: Step[][] = [
      [saying(ADA, '/confirm'), saying(ADA, '/plan'), t1, saying(ADA, '/approve-prod'), t2],
      [
        saying(ADA, '/confirm flow2'),
        t1,
        saying(ADA, '/approve-prod'),
        t2,
        saying(ADA, '/approve-uat-merge'),
        t2,
      ],
      [saying(ADA, '/reject as designed')],
      [saying(ADA, '/close enough')],
    ];
    const seen = new Set<Status>();
    for (const life of lives) {
      const world = newWorld();
      for (const each of life) run(each, world);
      for (const { to } of world.bug.timeline) seen.add(to);
    }
    expect([...seen].toSorted()).toEqual(STATUSES.map(({ name }) => name).toSorted());
  });
});
