import type { EnvironmentName } from '../../../src/domain/policy.ts';
import { NO_SWITCHES, type FreezeSwitches } from '../../../src/domain/freeze.ts';
import type { LedgerState } from '../../../src/domain/ledger.ts';
import type { Context } from '../../../src/usecases/context.ts';
import { createFakeLedger, type FakeLedgerBranch } from '../../support/fake-ledger.ts';
import { createFakePeople, type FakePeople } from '../../support/fake-people.ts';
import { createFakeGit, type FakeGit } from '../../support/fake-repository.ts';
import { createFakeWorld, type FakeWorld } from '../../support/fake-world.ts';
import type { WebhookEvent } from './webhook.ts';
import { createBook, type Book, type Rules } from './oracle/book.ts';
import { wallTime } from './oracle/wall-clock.ts';
import { placesOf, type Scenario } from './scenario.ts';
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

/** What a workflow run is for. */
export type RunKind = 'T1' | 'T2' | 'rollback' | 'hotfix';

/** A workflow run of a slot, or of what somebody has ordered. */
export interface Run {
  readonly id: number;
  readonly kind: RunKind;
  /** The slot or the release that it was started for; `null`: the schedule names none. */
  readonly bringing: string | null;
  attempt: number;
  /** Its newest attempt. */
  startedAtMs: number;
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
  /** What is served, by environment or, where there are services, `prod web`. */
  readonly live: Map<string, string>;
  /** All that an environment has ever run as a whole: where one can go back to. */
  readonly wasLive: Record<EnvironmentName, Set<string>>;
  /** What fails: commands, `deploy prod`, `health uat web`; or that a branch is brought back, `push back prod`. */
  readonly failing: Set<string>;
  readonly deploys: Deploy[];
  /** How many deploys there had been when a command of a release failed last. */
  readonly setbacks: Map<string, number>;
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
    live: new Map(placesOf(scenario).map((place) => [place, base])),
    wasLive: { uat: new Set([base]), prod: new Set([base]) },
    failing: new Set(),
    deploys: [],
    setbacks: new Map(),
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
