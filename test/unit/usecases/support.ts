import { createHash } from 'node:crypto';
import { LedgerFailure } from '../../../src/ports/ledger.ts';
import type { SlotId } from '../../../src/domain/calendar.ts';
import { HOTFIX_WORKFLOW, ROLLBACK_WORKFLOW } from '../../../src/domain/own-workflow.ts';
import type { Bug } from '../../../src/domain/bug.ts';
import { GATE_CHECKS } from '../../../src/domain/gate.ts';
import { NO_SWITCHES, type FreezeSwitches } from '../../../src/domain/freeze.ts';
import type { LedgerWrites } from '../../../src/domain/ledger.ts';
import type { EnvironmentName, EnvironmentPolicy, Policy } from '../../../src/domain/policy.ts';
import type { BranchRule } from '../../../src/domain/setup/facts.ts';
import type { RunStart } from '../../../src/domain/setup/unsafe-word.ts';
import type { DeployRequest } from '../../../src/ports/deployer.ts';
import { ConfigurationBroken } from '../../../src/ports/configuration.ts';
import { createBookkeeping } from '../../../src/usecases/bookkeeping.ts';
import type { Context } from '../../../src/usecases/context.ts';
import { handleComment } from '../../../src/usecases/handle-comment.ts';
import { reportBug } from '../../../src/usecases/report-bug.ts';
import { planHotfix } from '../../../src/usecases/hotfix/plan-hotfix.ts';
import { runHotfix, type HotfixResult } from '../../../src/usecases/hotfix/run-hotfix.ts';
import { planRollback } from '../../../src/usecases/rollback/plan-rollback.ts';
import { runRollback, type RollbackResult } from '../../../src/usecases/rollback/run-rollback.ts';
import { planSlot } from '../../../src/usecases/slot/plan-slot.ts';
import { runSlot } from '../../../src/usecases/slot/run-slot.ts';
import type { StageResult } from '../../../src/usecases/slot/run-stage.ts';
import { anAnalysis } from '../../support/an-analysis.ts';
import { aCalendar, aPolicy, aRun, aService, NOW_MS } from '../../support/builders.ts';
import { createFakeGitHub } from '../../support/fake-github.ts';
import { createFakeLedger, type FakeLedgerBranch } from '../../support/fake-ledger.ts';
import { createFakeNotifier, type FakeNotifier } from '../../support/fake-notifier.ts';
import { createFakePeople, type FakePeople } from '../../support/fake-people.ts';
import { createFakeGit, type FakeGit } from '../../support/fake-repository.ts';
import { createFakeWorld, issueIn, personIn, pullIn, type FakeWorld } from '../../support/fake-world.ts';

/** A repository with everything round it in memory, and processes of this system on it. */
export interface Shop {
  readonly world: FakeWorld;
  readonly people: FakePeople;
  readonly git: FakeGit;
  readonly ledger: FakeLedgerBranch;
  readonly notifier: FakeNotifier;
  /** Deploy commands that ran, as `<environment> [<service> <percent>] <candidate>`, oldest first. */
  readonly deploys: string[];
  /** What each environment, or each `<environment> <service>`, serves. */
  readonly live: Map<string, string>;
  /** Environments whose deploy command fails. */
  readonly failing: Set<string>;
  /** Lines of the log that warn or tell of errors. */
  readonly troubles: string[];
  /** What happens while somebody waits. */
  meanwhile: () => void | Promise<void>;
  policy: Policy;
  /** The variables `DEPLOY_FREEZE…`. */
  switches: FreezeSwitches;
  /** Set to break the configuration. */
  broken: string | null;
  /** A new process: it remembers nothing. `changes` put other ways to the outside in. */
  open(changes?: Partial<Context>): Context;
}

const COMMAND = { timeoutMinutes: 10 };

function withCommands(name: 'uat' | 'prod'): EnvironmentPolicy {
  return {
    ...aPolicy().environments[name],
    versionFrom: 'branch' as const,
    deploy: { run: 'deploy', ...COMMAND },
    verify: { run: 'verify', ...COMMAND },
  };
}

/** UAT and PROD on one commit, commands that deploy and verify, Friday at 19:00. */
export function createShop(): Shop {
  const world = createFakeWorld(NOW_MS);
  const git = createFakeGit(world);
  const ledger = createFakeLedger();
  const shop: Shop = {
    world,
    git,
    ledger,
    notifier: createFakeNotifier(),
    people: createFakePeople(world),
    deploys: [],
    live: new Map(),
    failing: new Set(),
    troubles: [],
    meanwhile: () => undefined,
    policy: aPolicy({ environments: { uat: withCommands('uat'), prod: withCommands('prod') } }),
    switches: NO_SWITCHES,
    broken: null,
    open: (changes) => ({ ...openContext(shop), ...changes }),
  };
  const base = git.commit('main', 'base');
  git.branches.set('uat', base);
  return shop;
}

function openContext(shop: Shop): Context {
  const { world, git, ledger } = shop;
  const note = (message: string, fields: object = {}) =>
    void shop.troubles.push(`${message} ${JSON.stringify(fields)}`);
  return {
    ...createFakeGitHub(world),
    ledger: ledger.open(),
    repository: git.repository,
    clock: world.clock,
    pause: async (ms) => {
      world.clock.advance(ms);
      await shop.meanwhile();
    },
    hash: (text) => createHash('sha256').update(text).digest('hex'),
    notifier: shop.notifier,
    home: { name: 'acme/shop', url: 'https://github.com/acme/shop' },
    bookkeeping: createBookkeeping(),
    log: { info: () => undefined, warn: note, error: note },
    analyzer: { analyze: async ({ nowMs }) => anAnalysis({ atMs: nowMs, similarBugs: [] }) },
    migrations: { read: async () => [] },
    http: { send: async () => ({ kind: 'none', reason: 'nobody is asked' }) },
    metrics: { read: async () => ({ kind: 'no_data', reason: 'nobody measures' }) },
    freezeVariables: { known: () => shop.switches, refresh: async () => undefined },
    configuration: {
      load: async () => {
        if (shop.broken !== null) throw new ConfigurationBroken(shop.broken);
        return { policy: shop.policy, calendar: aCalendar(), version: null };
      },
    },
    deployer: {
      run: async ({ run }, request) => {
        const ok = run === 'deploy' ? deploy(shop, request) : isLive(shop, request);
        const output = ok ? '' : 'no space left on device';
        return { ok, exitCode: ok ? 0 : 1, timedOut: false, output, outputs: {} };
      },
    },
  };
}

/** Gives whether the command succeeded. */
function deploy(shop: Shop, { environment, service, candidate, rollout }: DeployRequest): boolean {
  const name = service === null ? environment : `${environment} ${service}`;
  const step = service === null ? name : `${name} ${rollout?.percent}`;
  shop.deploys.push(`${step} ${candidate}`);
  if (shop.failing.has(name)) return false;
  if (rollout?.percent === 100) shop.live.set(name, candidate);
  return true;
}

/** Of a repository with services, the environment serves what all of them serve. */
function isLive({ live, policy }: Shop, { environment, service, candidate }: DeployRequest): boolean {
  if (service !== null || policy.services.length === 0) {
    return live.get(service === null ? environment : `${environment} ${service}`) === candidate;
  }
  return policy.services.every(({ name }) => live.get(`${environment} ${name}`) === candidate);
}

/** The repository becomes two services, of which `web` builds on `backend` and so comes second. */
export function splitInTwo(shop: Shop): void {
  const services = [aService({ name: 'backend' }), aService({ name: 'web', dependsOn: ['backend'] })];
  shop.policy = { ...shop.policy, services };
}

/** Puts records into the ledger as an earlier process would have. */
export async function given(shop: Shop, writes: LedgerWrites): Promise<void> {
  await shop.ledger.open().update(() => ({ writes, message: 'given', result: null }));
}

/** The bug as the ledger has it. */
export function bugIn(shop: Shop, number: number): Bug {
  const bug = shop.ledger.state().bugs.get(number);
  if (bug === undefined) throw new Error(`the ledger has no bug ${number}`);
  return bug;
}

/** Somebody writes a comment, and the webhook comes. Gives the comment's id. */
export async function say(
  shop: Shop,
  comment: { by?: string; issue: number; body: string },
  context: Context = shop.open(),
): Promise<number> {
  const by = comment.by ?? 'ada';
  const id = shop.people.comment({ ...comment, by });
  await bring(shop, { ...comment, by, id }, context);
  return id;
}

/** The webhook of a comment that is there. */
export async function bring(
  shop: Shop,
  comment: { by: string; issue: number; body: string; id: number },
  context: Context = shop.open(),
): Promise<void> {
  await handleComment(context, {
    ...comment,
    author: personIn(shop.world, comment.by),
    authorIsBot: false,
    writtenAtMs: shop.world.now(),
  });
}

/** What the system wrote on an issue, without cards, oldest first. */
export function answersOn(shop: Shop, issue: number): string[] {
  return issueIn(shop.world, issue)
    .comments.filter(({ author, body }) => author.id === shop.world.bot.id && !body.includes('tonic:card'))
    .map(({ body }) => body);
}

/** The issues in which admins are told of what nobody should have done. */
export function alertsOn(shop: Shop) {
  return [...shop.world.issues.values()].filter(({ labels }) => labels.includes('tonic:alert'));
}

/** The status labels of an issue. */
export function statusOn(shop: Shop, issue: number): string[] {
  return issueIn(shop.world, issue).labels.filter((label) => label.startsWith('status:'));
}

/** A bug that was just reported. */
export async function openIssue(
  shop: Shop,
  labels: readonly string[] = ['severity:medium'],
): Promise<number> {
  const issue = shop.people.openIssue({ by: 'rea', labels: ['bug', ...labels] });
  const context = shop.open();
  const [facts] = await context.observer.issues([issue]);
  if (facts === undefined) throw new Error('the issue is not there');
  await reportBug(context, await context.configuration.load(), facts);
  return issue;
}

/** A bug with a severity, confirmed, by the people and commands that do it. */
export async function confirmedBug(shop: Shop, severity = 'medium', flow = ''): Promise<number> {
  const issue = await openIssue(shop, [`severity:${severity}`]);
  await say(shop, { issue, body: `/confirm ${flow}`.trim() });
  return issue;
}

/** A reviewed fix for it. Gives the pull request's number. */
export function readyFix(
  shop: Shop,
  bug: number,
  { base = 'uat', reviewer = 'max' }: { base?: string; reviewer?: string } = {},
): number {
  const { number } = shop.people.openPull({ by: 'wes', head: `fix/${bug}`, base, body: `Fixes #${bug}` });
  shop.people.review({ by: reviewer, pull: number, state: 'approved' });
  return number;
}

/** An App that tests every branch that is pushed. */
export const CI = 20;

/** Both branches ask for this system's check and for `ci`, which says so while somebody waits. */
export function demandChecks(shop: Shop, ciSays: 'green' | 'red' | 'pending' = 'green'): void {
  const { world } = shop;
  const ci = { context: 'ci', appId: CI };
  world.requiredChecks.set('uat', [{ context: GATE_CHECKS.uat, appId: world.appId }, ci]);
  world.requiredChecks.set('main', [{ context: GATE_CHECKS.prod, appId: world.appId }, ci]);
  shop.meanwhile = () => {
    const heads = world.pushes.filter(({ branch }) => branch.startsWith('tonic/')).map(({ head }) => head);
    for (const commit of heads)
      world.checks.push({ commit, name: 'ci', appId: CI, state: ciSays, report: null });
  };
}

/** The first job of a slot alone, at its time. Gives the slot's id. */
export async function planAt(shop: Shop, kind: 'T1' | 'T2'): Promise<SlotId> {
  const due = aCalendar().zone.toEpochMs(dateOf(shop), kind === 'T1' ? '20:00' : '22:00');
  shop.world.clock.advance(due - shop.world.clock.nowMs());
  const planned = await planSlot(shop.open(), { kind, slotId: null, run: aRun(kind) });
  if (planned.kind === 'refused') throw new Error(planned.message);
  return planned.record.id;
}

/** Somebody changes the rules of PROD's branch. */
export function changeRules(
  { world }: Shop,
  change: (rules: readonly BranchRule[]) => readonly BranchRule[],
): void {
  const branches = new Map(world.guards.branches);
  const main = branches.get('main');
  if (main !== undefined) branches.set('main', { ...main, rules: change(main.rules ?? []) });
  world.guards = { ...world.guards, branches };
}

/** Nothing asks for this system's check on PROD any more. */
export function dropGate(shop: Shop): void {
  changeRules(shop, (rules) => rules.filter(({ type }) => type !== 'required_status_checks'));
}

/** Runs a whole slot at its time in a new process. */
export async function slot(
  shop: Shop,
  kind: 'T1' | 'T2',
  run: { runId?: number; attempt?: number; context?: Context; unsafeReason?: string; start?: RunStart } = {},
): Promise<StageResult> {
  const due = aCalendar().zone.toEpochMs(dateOf(shop), kind === 'T1' ? '20:00' : '22:00');
  if (shop.world.clock.nowMs() < due) shop.world.clock.advance(due - shop.world.clock.nowMs());
  const { runId = shop.world.nextId(), attempt = 1, context = shop.open() } = run;
  const { bot } = shop.world;
  shop.world.starts.set(runId, run.start ?? { event: 'workflow_dispatch', by: bot, again: null });
  const why = run.unsafeReason === undefined ? {} : { unsafeReason: run.unsafeReason };
  return runSlot(context, { kind, slotId: null, run: aRun(kind, { id: runId, attempt }), ...why });
}

function dateOf(shop: Shop): string {
  return aCalendar().zone.toLocal(shop.world.clock.nowMs()).date;
}

/** Moves the clock to the same local time tomorrow, at noon. */
export function nextNoon(shop: Shop): void {
  const { zone } = aCalendar();
  const noon = zone.toEpochMs(zone.addDays(dateOf(shop), 1), '12:00');
  shop.world.clock.advance(noon - shop.world.clock.nowMs());
}

/** A minute later, as GitHub dates comments by the second. */
export function later(shop: Shop, minutes = 1): void {
  shop.world.clock.advance(minutes * 60_000);
}

/** Brings a bug through T1: on UAT, awaiting the word of an admin. */
export async function bugOnUat(shop: Shop): Promise<number> {
  const bug = await confirmedBug(shop);
  readyFix(shop, bug);
  await slot(shop, 'T1');
  later(shop);
  return bug;
}

/** Brings a bug to PROD in one night. */
export async function bugOnProd(shop: Shop): Promise<number> {
  const bug = await bugOnUat(shop);
  await say(shop, { issue: bug, body: '/approve-prod' });
  await slot(shop, 'T2');
  later(shop);
  return bug;
}

/** The branch of an environment in the shop. */
export function branchOf(environment: EnvironmentName): 'main' | 'uat' {
  return environment === 'prod' ? 'main' : 'uat';
}

/** The commit that the ledger has on an environment. */
export function liveOn({ ledger }: Shop, environment: 'uat' | 'prod'): string | undefined {
  return ledger.state().environments.get(environment)?.deployed?.commit;
}

/** A person merges a pull request into PROD. */
export function mergeToProd(shop: Shop, pull: number): void {
  shop.people.merge(pull);
  pullIn(shop.world, pull).mergeCommit = shop.git.commit('main', 'release');
}

/** Brings a bug through Flow 2 into the queue for PROD, UAT being ahead. Only a review by an admin signs it off. */
export async function bugForProd(shop: Shop, reviewer = 'max'): Promise<{ bug: number; pull: number }> {
  shop.git.commit('uat', 'feature');
  const bug = await confirmedBug(shop);
  const pull = readyFix(shop, bug, { base: 'main', reviewer });
  await slot(shop, 'T1');
  return { bug, pull };
}

/** Brings a bug through Flow 2 up to the word that has the next T2 pick it onto UAT. */
export async function bugForUat(shop: Shop): Promise<number> {
  const bug = await confirmedBug(shop, 'low', 'flow2');
  readyFix(shop, bug, { base: 'main', reviewer: 'ada' });
  await slot(shop, 'T1');
  await slot(shop, 'T2');
  nextNoon(shop);
  await say(shop, { issue: bug, body: '/approve-uat-merge' });
  return bug;
}

/** The outcome and reason of a bug in the last run of a slot. */
export function outcomeIn(result: StageResult, bug: number): string {
  if (result.kind === 'refused') return result.reason;
  const found = result.record.outcomes.find((each) => each.bug === bug);
  return found === undefined ? 'none' : [found.outcome, found.reason].filter(Boolean).join(' ');
}

/** A ledger that cannot be written. */
export function ledgerTrouble(): LedgerFailure {
  return new LedgerFailure('GitHub does not answer', { retryable: true });
}

interface OrderedRun {
  readonly runId?: number;
  readonly attempt?: number;
}

/** Runs the rollback that was ordered last, in a new process: its plan and its environment's job. */
export async function carryOutRollback(
  shop: Shop,
  { context = shop.open(), ...ordered }: OrderedRun & { context?: Context } = {},
): Promise<RollbackResult> {
  const asked = orderedRun(shop, ROLLBACK_WORKFLOW, ordered);
  const planned = await planRollback(shop.open(), asked);
  if (planned.kind === 'refused') return planned;
  return runRollback(context, { environment: planned.release.environment, run: asked.run });
}

/** Runs the hotfix that was ordered last, PROD's job in `context`. `between`: what happens before that. */
export async function carryOutHotfix(
  shop: Shop,
  {
    between = () => undefined,
    context = shop.open(),
    ...ordered
  }: OrderedRun & { between?: () => unknown; context?: Context } = {},
): Promise<HotfixResult> {
  const asked = orderedRun(shop, HOTFIX_WORKFLOW, ordered);
  const planned = await planHotfix(shop.open(), asked);
  if (planned.kind === 'refused') return planned;
  await between();
  return runHotfix(context, asked.run);
}

function orderedRun(shop: Shop, file: string, { runId = shop.world.nextId(), attempt = 1 }: OrderedRun) {
  const releaseId = shop.world.runs.findLast(({ workflowFile }) => workflowFile === file)?.inputs['release'];
  if (releaseId === undefined) throw new Error(`${file} was not dispatched`);
  const workflowPath = `.github/workflows/${file}`;
  const origin = { event: 'workflow_dispatch', workflowPath, isOnDefaultBranch: true };
  return { releaseId, run: { id: runId, attempt, origin } };
}
