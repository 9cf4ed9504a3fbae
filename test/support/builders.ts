import { planFor, type Approval, type ApprovedFix, type Given } from '../../src/domain/approval.ts';
import { NO_SWITCHES, type FreezeFacts } from '../../src/domain/freeze.ts';
import type { DeployRequest } from '../../src/ports/deployer.ts';
import type { Release, ReleasedService } from '../../src/domain/release.ts';
import type { Stage } from '../../src/domain/slot.ts';
import type { ServicePolicy } from '../../src/domain/service.ts';
import { newBug, type Bug, type Landing } from '../../src/domain/bug.ts';
import type { SlotCalendar, SlotKind, Zone } from '../../src/domain/calendar.ts';
import type { Understood } from '../../src/domain/commands/define.ts';
import { parseComment } from '../../src/domain/commands/parse.ts';
import { decide } from '../../src/domain/decide.ts';
import type { BugFacts, Call, Decision } from '../../src/domain/decision.ts';
import type { FixFacts } from '../../src/domain/fix.ts';
import type { OrderKind } from '../../src/domain/own-workflow.ts';
import type { ComparedCommit, Flow, ParityFacts, ParityVerdict } from '../../src/domain/flow.ts';
import type { Person, Standing } from '../../src/domain/person.ts';
import type { Policy, RepositoryPermission, SlotPolicy, Weekday } from '../../src/domain/policy.ts';
import type { RunFacts } from '../../src/domain/protection.ts';
import type { Status } from '../../src/domain/status.ts';
import type { SmokeStep } from '../../src/domain/smoke.ts';
import type { WatchLimit, WatchPolicy } from '../../src/domain/watch.ts';

const MINUTE_MS = 60_000;
const DAY_MS = 1_440 * MINUTE_MS;
const EVERY_DAY: readonly Weekday[] = [1, 2, 3, 4, 5, 6, 7];

/** A moment by the clock of the tests, `Asia/Taipei`: `at('2026-11-20 21:59:59')`. */
export function at(local: string): number {
  return Date.parse(`${local.replace(' ', 'T')}+08:00`);
}

/** A Friday, an hour before T1. */
export const NOW_MS = at('2026-11-20 19:00:00');

export const ADA: Person = { id: 1, login: 'ada' };
export const MAX: Person = { id: 2, login: 'max' };
export const WES: Person = { id: 3, login: 'wes' };
export const REA: Person = { id: 4, login: 'rea' };
export const TIA: Person = { id: 5, login: 'tia' };

/** What somebody with a permission may do, when no list or team names them. */
export function aStanding(
  permission: RepositoryPermission | 'none',
  changes: Partial<Standing> = {},
): Standing {
  return { permission, teams: [], isBot: false, ...changes };
}

const ADMIN: Standing = aStanding('admin');

/** A zone that never changes its clock: local time is UTC and eight hours, as in `Asia/Taipei`. */
function aZone(): Zone {
  const offsetMs = 8 * 60 * MINUTE_MS;
  return {
    name: 'Asia/Taipei',
    toLocal: (atMs) => ({
      date: dateAt(atMs + offsetMs),
      time: new Date(atMs + offsetMs).toISOString().slice(11, 16),
      weekday: weekdayAt(atMs + offsetMs),
    }),
    toEpochMs: (date, time) => Date.parse(`${date}T${time}:00Z`) - offsetMs,
    addDays: (date, days) => dateAt(Date.parse(`${date}T00:00:00Z`) + days * DAY_MS),
    weekdayOf: (date) => weekdayAt(Date.parse(`${date}T00:00:00Z`)),
  };
}

function weekdayAt(localMs: number): Weekday {
  // 1970-01-01 was a Thursday.
  const isoDay = ((Math.floor(localMs / DAY_MS) + 3) % 7) + 1;
  const weekday = EVERY_DAY.find((each) => each === isoDay);
  if (weekday === undefined) throw new RangeError(`${localMs} lies before 1970`);
  return weekday;
}

function dateAt(localMs: number): string {
  return new Date(localMs).toISOString().slice(0, 10);
}

/** T1 at 20:00 and T2 at 22:00, every day. */
export function aCalendar(changes: Partial<SlotPolicy> = {}): SlotCalendar {
  return { zone: aZone(), slots: { ...aPolicy().slots, ...changes } };
}

/** The defaults of the product, with branches `uat` and `main`. */
export function aPolicy(changes: Partial<Policy> = {}): Policy {
  const environment = {
    versionFrom: 'deployments',
    versionFile: null,
    deploy: null,
    verify: null,
    commandsHash: 'no commands',
    rollout: {
      strategy: 'auto',
      canaryPercents: [10, 50, 100],
      infrastructurePaths: ['Dockerfile*', '/infra/'],
    },
    checklist: null,
    watch: null,
    smoke: null,
  } as const;
  const nobodyElse = { users: [], teams: [] };
  return {
    bugLabel: 'bug',
    environments: {
      uat: { ...environment, branch: 'uat', githubEnvironment: 'uat' },
      prod: { ...environment, branch: 'main', githubEnvironment: 'production' },
    },
    services: [],
    migrations: { paths: ['**/migrations/'], dialect: 'auto' },
    freeze: { windows: [], monthEndDays: 0, lunarNewYear: null, publicHolidays: [] },
    notify: { channels: [], digestAt: null, templates: {} },
    slots: {
      timeZone: 'Asia/Taipei',
      t1: '20:00',
      t2: '22:00',
      weekdays: EVERY_DAY,
      latestStartMinutes: 60,
      checksTimeoutMinutes: 30,
    },
    severity: { hotfix: ['high', 'critical'] },
    hotfix: {
      p1: { severities: ['critical'], slaMinutes: 60 },
      p2: { slaMinutes: 240 },
      notify: ['max'],
    },
    roles: {
      admin: { permission: 'admin', ...nobodyElse },
      senior: { permission: 'maintain', ...nobodyElse },
      responder: { permission: 'write', ...nobodyElse },
    },
    approvals: { allowAuthor: true, required: { uat: 1, prod: 1 } },
    gates: { requireBug: { uat: false, prod: true } },
    fixes: { requiredReviews: 1, requireGreen: true },
    ...changes,
  };
}

/** A workflow run as a slot, a rollback or a hotfix is run by. */
export function aRun(kind: SlotKind | OrderKind, changes: Partial<RunFacts> = {}): RunFacts {
  const workflowPath = `.github/workflows/tonic-${kind.toLowerCase()}.yml`;
  const origin = { event: 'workflow_dispatch', workflowPath, isOnDefaultBranch: true };
  return { id: 7, attempt: 1, origin, ...changes };
}

/** Bug 12, with what its status takes for granted: a flow once confirmed, landings once deployed. */
export function aBug(changes: Partial<Bug> = {}): Bug {
  const report = newBug({ number: 12, reportedBy: REA, reportedAtMs: NOW_MS - DAY_MS });
  const status = changes.status ?? 'submitted';
  const flow = 'flow' in changes ? (changes.flow ?? null) : usualFlow(status);
  return {
    ...report,
    severity: 'medium',
    flow,
    flowReason: flow === null ? null : 'UAT and PROD are on the same version',
    parity: flow === null ? null : aVerdict(),
    fixes: [{ pull: 34, source: 'pull_text', linkedAtMs: NOW_MS - DAY_MS }],
    landings: usualLandings(status, flow),
    approvals: usualApprovals(status, flow),
    ...changes,
  };
}

function usualFlow(status: Status): Flow | null {
  if (status === 'submitted' || status === 'rejected') return null;
  return status === 'pending_uat_merge' || status === 'uat_merged' ? 2 : 1;
}

function usualLandings(status: Status, flow: Flow | null): Landing[] {
  const isOnProd = ['deployed_prod', 'pending_uat_merge', 'uat_merged'].includes(status);
  const isOnUat = status === 'uat_merged' || (flow === 1 && (isOnProd || isAfterUat(status)));
  return [
    ...(isOnUat ? [aLanding({ environment: 'uat' })] : []),
    ...(isOnProd ? [aLanding({ environment: 'prod' })] : []),
  ];
}

function isAfterUat(status: Status): boolean {
  return status === 'deployed_uat' || status === 'pending_prod';
}

function usualApprovals(status: Status, flow: Flow | null): Approval[] {
  if (status === 'pending_prod' && flow === 1) return [anApproval()];
  return status === 'pending_uat_merge' ? [anApproval({ action: 'approve_uat_merge' })] : [];
}

/** Pull request #34 as commit `c34`, on UAT since yesterday's T1. */
export function aLanding(changes: Partial<Landing> = {}): Landing {
  return {
    environment: 'uat',
    pull: 34,
    head: 'h34',
    commits: ['c34'],
    patchId: 'p34',
    slot: '2026-11-19/T1',
    atMs: at('2026-11-19 20:05:00'),
    ...changes,
  };
}

/** What an approval of #34 as it lies on UAT is bound to. */
export function anApprovedFix(changes: Partial<ApprovedFix> = {}): ApprovedFix {
  return { pull: 34, commits: ['c34'], patchId: 'p34', tree: null, ...changes };
}

/** Words in a comment on bug 12. */
export function aComment(id: number): Given {
  return { kind: 'comment', issue: 12, id, bodyHash: `hash-${id}` };
}

/** Ada's word for PROD, given this morning. */
export function anApproval(changes: Partial<Approval> = {}): Approval {
  const { action = 'approve_prod' } = changes;
  return {
    action,
    environment: action === 'approve_uat_merge' ? 'uat' : 'prod',
    by: ADA,
    given: aComment(900),
    writtenAtMs: at('2026-11-20 09:00:00'),
    slot: '2026-11-20/T2',
    fixes: [anApprovedFix()],
    // Only Flow 2 goes back to UAT.
    plan: planFor(action, action === 'approve_uat_merge' ? 2 : 1, aPolicy()),
    ...changes,
  };
}

/** Pull request #34 by Wes against UAT: open, reviewed, green. */
export function aFix(changes: Partial<FixFacts> = {}): FixFacts {
  return {
    pull: 34,
    state: 'open',
    isDraft: false,
    base: 'uat',
    headBranch: 'fix/it',
    isFromFork: false,
    head: 'h34',
    headPushedAtMs: at('2026-11-20 10:00:00'),
    retargetedAtMs: null,
    author: WES,
    contributors: [WES],
    approvingReviews: [
      { id: 77, by: MAX, isAdmin: false, submittedAtMs: at('2026-11-20 11:00:00'), bodyHash: 'hash-77' },
    ],
    changesRequested: false,
    checks: 'green',
    mergeCommit: null,
    mergedAtMs: null,
    commits: ['h34'],
    patchId: 'p34',
    tree: 't34',
    mentions: [12],
    updatedAtMs: at('2026-11-20 11:00:00'),
    ...changes,
  };
}

/** UAT and PROD on the same version. */
export function aVerdict(changes: Partial<ParityVerdict> = {}): ParityVerdict {
  return {
    state: 'aligned',
    uat: { commit: 'a'.repeat(40), version: null, source: 'deployments', by: null },
    prod: { commit: 'b'.repeat(40), version: null, source: 'deployments', by: null },
    uatOnly: [],
    prodOnly: [],
    equivalent: 0,
    inFlight: 0,
    takenAtMs: NOW_MS,
    ...changes,
  };
}

/** UAT one commit ahead of PROD. */
export function aMismatch(): ParityVerdict {
  return aVerdict({
    state: 'uat_ahead',
    uatOnly: [{ oid: 'e'.repeat(40), title: 'New checkout page' }],
  });
}

/** A commit whose name and patch id are made of one word: equal words are equal changes. */
export function aCommit(oid: string, changes: Partial<ComparedCommit> = {}): ComparedCommit {
  return { oid, title: `Commit ${oid}`, patchId: `patch-${oid}`, inner: [], ...changes };
}

/** Two environments without a difference. */
export function someParityFacts(changes: Partial<ParityFacts> = {}): ParityFacts {
  const { uat, prod } = aVerdict();
  return {
    uat,
    prod,
    sameTree: false,
    uatOnly: [],
    prodOnly: [],
    inFlight: new Set(),
    takenBack: [],
    nowMs: NOW_MS,
    ...changes,
  };
}

/** Ada, an admin, in a comment of a minute ago. */
function aCall(changes: Partial<Call> = {}): Call {
  return {
    actor: ADA,
    standing: ADMIN,
    given: aComment(1_001),
    writtenAtMs: NOW_MS - MINUTE_MS,
    ...changes,
  };
}

/** Bug 12 with aligned versions and its fix #34, on Friday at 19:00. */
export function someFacts(changes: Partial<BugFacts> = {}): BugFacts {
  return {
    bug: aBug(),
    words: [],
    policy: aPolicy(),
    calendar: aCalendar(),
    nowMs: NOW_MS,
    parity: aVerdict(),
    fixes: [aFix()],
    signers: [],
    freezes: noFreezes(),
    locks: new Map(),
    endedRuns: new Set(),
    slots: [],
    environments: new Map(),
    releases: new Map(),
    ...changes,
  };
}

/** Nothing is frozen. */
export function noFreezes(changes: Partial<FreezeFacts> = {}): FreezeFacts {
  const { freeze: policy } = aPolicy();
  return { said: [], policy, switches: NO_SWITCHES, calendar: aCalendar(), ...changes };
}

/** The command of a comment; throws when it has none that is understood. */
export function understood(body: string): Understood {
  const parsed = parseComment(body);
  if (parsed.kind !== 'command') throw new Error(`${body} is ${parsed.kind}`);
  return parsed;
}

/** What becomes of a comment on a bug. */
export function say(body: string, facts: Partial<BugFacts> = {}, call: Partial<Call> = {}): Decision {
  return decide(understood(body), aCall(call), someFacts(facts));
}

/** The bug that a decision leads to; throws on a refusal. */
export function bugAfter(decision: Decision): Bug {
  if (decision.kind === 'refused') throw new Error(`refused: ${decision.reason}: ${decision.message}`);
  return decision.bug;
}

/** `allowed`, or the reason of the refusal. */
export function outcomeOf(decision: Decision): string {
  return decision.kind === 'allowed' ? 'allowed' : decision.reason;
}

/** A service that every file belongs to and that has no commands of its own. */
export function aService(changes: Partial<ServicePolicy> = {}): ServicePolicy {
  return {
    name: 'backend',
    paths: [],
    dependsOn: [],
    build: null,
    deploy: null,
    rollback: null,
    health: null,
    strategy: null,
    ...changes,
  };
}

/** A service that a release brings in one step. */
export function aReleasedService(changes: Partial<ReleasedService> = {}): ReleasedService {
  return {
    name: null,
    strategy: 'direct',
    strategyReason: 'it changes code only',
    percents: [100],
    digest: null,
    version: null,
    ...changes,
  };
}

/** A request for UAT as a whole. */
export function aDeployRequest(changes: Partial<DeployRequest> = {}): DeployRequest {
  return {
    environment: 'uat',
    candidate: 'c'.repeat(40),
    releaseId: '2026-11-20-T1-uat',
    service: null,
    previous: null,
    digest: null,
    rollout: null,
    isRollback: false,
    fencingToken: 1,
    ...changes,
  };
}

/** T1's release of UAT, planned, one service. */
export function aRelease(changes: Partial<Release> = {}): Release {
  return {
    id: '2026-11-20-T1-uat',
    kind: 'slot',
    environment: 'uat',
    slot: '2026-11-20/T1',
    state: 'planned',
    envelope: {
      commit: 'c'.repeat(40),
      tree: 'd'.repeat(40),
      previous: 'b'.repeat(40),
      configVersion: null,
      services: [aReleasedService()],
      bugs: [{ number: 12, pulls: [34], title: 'The cart is empty', services: [], approvals: [] }],
      migrations: [],
      rollback: 'reversible',
      featureFlags: [],
    },
    steps: [],
    deployer: null,
    order: null,
    plannedAtMs: NOW_MS,
    endedAtMs: null,
    reason: null,
    ...changes,
  };
}

/** UAT's part of a slot, planned and not pushed. */
export function aStage(changes: Partial<Stage> = {}): Stage {
  return {
    environment: 'uat',
    state: 'planned',
    base: 'b'.repeat(40),
    candidate: 'c'.repeat(40),
    tree: 'd'.repeat(40),
    builtAtMs: NOW_MS,
    bugs: [],
    pulls: [],
    deploymentId: null,
    checks: [],
    ...changes,
  };
}

/** A limit of at most 1 %, broken after two samples. */
export function aWatchLimit(changes: Partial<WatchLimit> = {}): WatchLimit {
  return {
    name: 'error_percent',
    source: {
      kind: 'prometheus',
      at: { url: 'http://prometheus:9090', authorizationEnv: null, timeoutMs: 1_000 },
      query: 'errors',
    },
    bound: { kind: 'max', value: 1 },
    forMs: 15_000,
    samples: 2,
    minimumSamples: 3,
    onBreach: 'rollback',
    ...changes,
  };
}

/** Ten minutes, a look every 15 seconds. */
export function aWatch(changes: Partial<WatchPolicy> = {}): WatchPolicy {
  return { minutes: 10, everySeconds: 15, onInconclusive: 'rollback', limits: [aWatchLimit()], ...changes };
}

/** `GET http://shop/`, to be answered by 200. */
export function aSmokeStep(changes: Partial<SmokeStep> = {}): SmokeStep {
  return {
    name: 'the shop answers',
    method: 'GET',
    at: { url: 'http://shop/', authorizationEnv: null, timeoutMs: 1_000 },
    headers: {},
    body: null,
    expected: { status: 200, headers: {}, contains: null, json: {} },
    captures: {},
    ...changes,
  };
}
