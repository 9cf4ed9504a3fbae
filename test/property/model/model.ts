import { createHash } from 'node:crypto';
import type { EnvironmentName } from '../../../src/domain/policy.ts';
import { NO_SWITCHES, type FreezeSwitches } from '../../../src/domain/freeze.ts';
import type { LedgerState } from '../../../src/domain/ledger.ts';
import type { Deployer } from '../../../src/ports/deployer.ts';
import { createFakeNotifier } from '../../support/fake-notifier.ts';
import { createBookkeeping } from '../../../src/usecases/bookkeeping.ts';
import type { Context } from '../../../src/usecases/context.ts';
import { anAnalysis } from '../../support/an-analysis.ts';
import { createFakeGitHub } from '../../support/fake-github.ts';
import { createFakeLedger, type FakeLedgerBranch } from '../../support/fake-ledger.ts';
import { createFakePeople, type FakePeople } from '../../support/fake-people.ts';
import { createFakeGit, type FakeGit } from '../../support/fake-repository.ts';
import { createFakeWorld, type FakeWorld } from '../../support/fake-world.ts';
import type { WebhookEvent } from './webhook.ts';
import { createBook, type Book, type Rules } from './oracle/book.ts';
import { wallTime } from './oracle/wall-clock.ts';
import { LAST_SERVICE, settingOf, type Scenario } from './scenario.ts';
import type { Process } from './scheduler.ts';

/** A webhook on its way. */
export interface Delivery {
  readonly id: number;
  readonly event: WebhookEvent;
}

/** A replica of the App. */
export interface Replica {
  readonly name: string;
  process: Process;
  context: Context;
  /** Slots that it started or found, as its timer remembers them. */
  started: Set<string>;
  /** Beats of its timer that have not come to their end. */
  readonly beating: Set<string>;
}

/** A workflow run of a slot. */
export interface Run {
  readonly id: number;
  readonly kind: 'T1' | 'T2';
  readonly slot: string | null;
  attempt: number;
  state: 'queued' | 'running' | 'ended';
  process: Process | null;
  /** Jobs that have not begun. */
  jobs: readonly ('whole' | 'plan' | 'prod' | 'uat')[];
}

/** A deploy command that was run. */
export interface Deploy {
  readonly environment: EnvironmentName;
  /** `null`: the repository is one. */
  readonly service: string | null;
  readonly candidate: string;
  readonly release: string;
  /** It took the release back. */
  readonly isRollback: boolean;
  readonly process: Process;
  readonly ok: boolean;
}

/** A repository, its people, GitHub and the processes of this system, all in memory. */
export interface Model {
  readonly scenario: Scenario;
  /** As the configuration has them now. */
  rules: Rules;
  readonly world: FakeWorld;
  readonly git: FakeGit;
  readonly ledger: FakeLedgerBranch;
  readonly people: FakePeople;
  readonly book: Book;
  readonly replicas: Replica[];
  readonly runs: Run[];
  /** Webhooks that have not arrived, oldest first. */
  pending: Delivery[];
  /** Webhooks that have, of which GitHub may send another copy. */
  readonly arrived: Delivery[];
  /** Webhooks that a process is handling. */
  readonly inHand: Map<Delivery, Process>;
  readonly live: Map<EnvironmentName, string>;
  /** Environments whose deploy command fails. */
  readonly failing: Set<EnvironmentName>;
  readonly deploys: Deploy[];
  /** What the ledger said when a process last looked, and when that was. */
  readonly looks: Map<Process, Look>;
  /** The repository variables that freeze, as they are, and as each process has read them. */
  variables: FreezeSwitches;
  readonly switches: Map<Process, FreezeSwitches>;
  /** Runs that were let into an environment. */
  readonly entered: Set<string>;
  /** What must never happen and did. */
  readonly violations: string[];
  /** What happened, line by line. */
  readonly trace: string[];
  /** How often something happened: what shows that the model goes where it is meant to go. */
  readonly counts: Map<string, number>;
}

interface Look {
  readonly atMs: number;
  readonly state: LedgerState;
  /** How many commits the ledger had. */
  readonly commits: number;
}

/** UAT and PROD on one commit, nobody did anything yet. */
export function createModel(scenario: Scenario): Model {
  const world = createFakeWorld(scenario.town.startMs);
  world.people.set('amy', { id: 7, login: 'amy' });
  world.standings.set(7, { permission: 'admin', isBot: false });
  const git = createFakeGit(world);
  git.branches.set('uat', git.commit('main', 'base'));
  const book = createBook(scenario.rules);
  for (const { id } of world.people.values()) {
    book.permissions.set(id, [{ sinceMs: 0, permission: world.standings.get(id)?.permission ?? 'none' }]);
  }
  const base = git.branches.get('main') ?? '';
  deployBefore(world, base);
  return {
    scenario,
    rules: scenario.rules,
    world,
    git,
    book,
    ledger: createFakeLedger(),
    people: createFakePeople(world),
    replicas: [],
    runs: [],
    pending: [],
    arrived: [],
    inHand: new Map(),
    live: new Map([
      ['uat', base],
      ['prod', base],
    ]),
    failing: new Set(),
    deploys: [],
    looks: new Map(),
    variables: NO_SWITCHES,
    switches: new Map(),
    entered: new Set(),
    violations: [],
    trace: [],
    counts: new Map(),
  };
}

/** What is live was deployed by somebody, before this system came. */
function deployBefore(world: FakeWorld, commit: string): void {
  for (const githubEnvironment of ['uat', 'production']) {
    const id = world.nextId();
    const createdAtMs = world.now();
    const end = { slot: null, isOwn: false, by: null, createdAtMs, state: 'success' } as const;
    world.deployments.push({ id, githubEnvironment, commit, ...end });
  }
}

const silent = (): undefined => undefined;

/** The ways to the outside of a new process, which remembers nothing. */
export function openContext(model: Model, process: Process): Context {
  const { world, git, ledger, scenario } = model;
  model.switches.set(process, model.variables);
  return {
    ...createFakeGitHub(world),
    ledger: ledger.open(),
    repository: git.repository,
    clock: world.clock,
    hash: (text) => createHash('sha256').update(text).digest('hex'),
    notifier: createFakeNotifier(),
    home: { name: 'acme/shop', url: 'https://github.com/acme/shop' },
    bookkeeping: createBookkeeping(),
    log: { info: silent, warn: silent, error: silent },
    // The scheduler passes the time.
    pause: async () => undefined,
    migrations: { read: async () => [] },
    http: { send: async () => ({ kind: 'none', reason: 'nobody is asked' }) },
    metrics: { read: async () => ({ kind: 'no_data', reason: 'nobody measures' }) },
    freezeVariables: {
      known: () => model.switches.get(process) ?? NO_SWITCHES,
      refresh: async () => void model.switches.set(process, model.variables),
    },
    analyzer: { analyze: async ({ nowMs }) => anAnalysis({ atMs: nowMs, similarBugs: [] }) },
    configuration: { load: async () => settingOf(scenario, model.rules) },
    deployer: createDeployer(model, process),
  };
}

function createDeployer(model: Model, process: Process): Deployer {
  return {
    run: async ({ run }, { environment, service, candidate, releaseId, isRollback }) => {
      const isDeploy = run === 'deploy';
      const ok = isDeploy ? !model.failing.has(environment) : model.live.get(environment) === candidate;
      if (isDeploy) {
        model.deploys.push({ environment, service, candidate, release: releaseId, isRollback, process, ok });
        if (ok && (service === null || service === LAST_SERVICE)) model.live.set(environment, candidate);
      }
      return {
        ok,
        exitCode: ok ? 0 : 1,
        timedOut: false,
        output: ok ? '' : 'no space left on device',
        outputs: {},
      };
    },
  };
}

/** Writes down what happened, with the time on the wall. */
export function tell(model: Model, line: string): void {
  model.trace.push(`${wallTime(model.scenario.town.wall, model.world.clock.nowMs())}  ${line}`);
}

/** Counts that something happened. */
export function count(model: Model, what: string, times = 1): void {
  model.counts.set(what, (model.counts.get(what) ?? 0) + times);
}

/** Writes down what must never happen. */
export function violate(model: Model, invariant: string, what: string): void {
  model.violations.push(`${invariant}: ${what}`);
  tell(model, `✗ ${invariant}: ${what}`);
}
