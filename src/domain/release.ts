import type { Approval, ApprovedFix } from './approval.ts';
import type { SlotId } from './calendar.ts';
import type { ItemResult } from './probe.ts';
import type { ClassifiedMigration } from './migration.ts';
import type { RollbackClass } from './migration-statement.ts';
import type { Person } from './person.ts';
import type { EnvironmentName } from './policy.ts';
import type { ReasonCode } from './reason.ts';
import type { ReleaseId } from './release-id.ts';
import type { Strategy } from './rollout.ts';
import type { Stage } from './slot.ts';
import type { Baseline, WatchProgress } from './watch.ts';

/** The release of a slot on an environment, or of another operation with a name like that of a slot. */
export function slotReleaseId(operation: string, environment: EnvironmentName): ReleaseId {
  return `${operation.replace('/', '-')}-${environment}`;
}

/** After this long an order that nobody carries out is given up. */
export const ORDER_LEASE_MS = 90 * 60_000;

/** The tag that keeps what was live before a release. */
export function rollbackTag({ environment, id }: Pick<Release, 'environment' | 'id'>): string {
  return `rollback/${environment}/${id}`;
}

/** A service as a release brings it. */
export interface ReleasedService {
  /** `null`: the repository is one service without a name. */
  readonly name: string | null;
  readonly strategy: Strategy;
  readonly strategyReason: string;
  /** Percent, rising to 100. */
  readonly percents: readonly number[];
  /** What the build said, such as `sha256:…`; `null`: the files are deployed as they are. */
  readonly digest: string | null;
  /** What the build or the deploy command called it; `null`: the commit is its version. */
  readonly version: string | null;
}

/** A bug that a release brings, with the words that let it go. */
export interface ReleasedBug {
  readonly number: number;
  readonly pulls: readonly number[];
  /** Title of its issue, untrusted text; `null` where it was not read. */
  readonly title: string | null;
  /** Services that its labels name. */
  readonly services: readonly string[];
  readonly approvals: readonly Approval[];
}

/** A pull request that is signed off by itself, with the words that let it go. */
export interface ReleasedPull {
  readonly number: number;
  readonly approvals: readonly Approval[];
}

interface FeatureFlag {
  readonly name: string;
  readonly value: string;
}

/** All that is put live under one name, as it was when it was decided (PRODUCT section 10.4). */
export interface Envelope {
  readonly commit: string;
  readonly tree: string;
  /** What the environment ran before: where a rollback leads. */
  readonly previous: string | null;
  /** Git's name of the configuration's content; `null`: there was no file. */
  readonly configVersion: string | null;
  readonly services: readonly ReleasedService[];
  readonly bugs: readonly ReleasedBug[];
  /** Absent where there is none. */
  readonly pulls?: readonly ReleasedPull[];
  /** The migrations that it brings, and how one gets back behind them. */
  readonly migrations: readonly ClassifiedMigration[];
  readonly rollback: RollbackClass;
  /** As the owner's commands told them, by name. */
  readonly featureFlags: readonly FeatureFlag[];
}

/** Git's name of nothing. */
const NOTHING = '0'.repeat(40);

/** The envelope of an order that is still to be planned. */
export function orderedEnvelope(commit: string | undefined, previous: string | null): Envelope {
  return {
    commit: commit ?? NOTHING,
    tree: NOTHING,
    previous,
    configVersion: null,
    services: [],
    bugs: [],
    migrations: [],
    rollback: 'app_rollback',
    featureFlags: [],
  };
}

/** How far a step of a release is. `undone`: it was live and a rollback took it back. */
type StepState = 'done' | 'failed' | 'undone';

/** A step that was taken; those that have no entry are still ahead. */
export interface StepRecord {
  /** See `Step.key` in pipeline.ts. */
  readonly key: string;
  readonly state: StepState;
  readonly startedAtMs: number;
  readonly endedAtMs: number;
  /** One line of Markdown, trusted; `null`: nothing to tell. */
  readonly detail: string | null;
}

/** Who brings a release. */
export interface ReleaseDeployer {
  /** The workflow run; `null`: it runs outside Actions. */
  readonly runId: number | null;
  readonly attempt: number;
  /** Of the lock that it has, told to every command; 0: it was deployed before there were locks. */
  readonly fencingToken: number;
}

/** What a rollback was asked to do, and what it does to the branch. */
interface RollbackOrder {
  /** The issue that it was asked for on, and that is told how it goes. */
  readonly issue: number;
  /** `null`: a check of the release itself asked for it. */
  readonly by: Person | null;
  /** Untrusted text. */
  readonly reason: string;
  /** The release whose commit it goes back to; `null`: what was live before this system deployed. */
  readonly to: ReleaseId | null;
  /** Releases that it undoes, the newest first; none where it brings the branch alone back. */
  readonly undoes: readonly ReleaseId[];
  /** Whoever asked has said in so many words that data is lost. */
  readonly acceptsDataLoss: boolean;
  /** `null`: not built yet. */
  readonly branch: RevertedBranch | null;
}

/** What a hotfix was ordered to bring to PROD. */
interface HotfixOrder {
  /** `2026-11-20/hotfix-12-2130`: whose lock it is, and what its candidate is named after. */
  readonly operation: string;
  readonly bug: number;
  /** The heads that it was ordered for. */
  readonly fixes: readonly ApprovedFix[];
  /** The candidate; `null`: not built yet. */
  readonly stage: Stage | null;
}

/** How a branch is brought to what is deployed. */
export interface RevertedBranch {
  readonly base: string;
  /** On top of `base`, with the files of the commit that is gone back to; `base` itself where it has them already. */
  readonly commit: string;
  /** Commits of the branch's first-parent line that it takes back, oldest first. */
  readonly takesBack: readonly string[];
}

/** One release on one environment: one file of the ledger. */
export interface Release {
  readonly id: ReleaseId;
  readonly kind: 'slot' | 'hotfix' | 'rollback';
  readonly environment: EnvironmentName;
  /** `null`: it belongs to no slot. */
  readonly slot: SlotId | null;
  readonly state: 'planned' | 'live' | 'failed' | 'rolled_back';
  readonly envelope: Envelope;
  readonly steps: readonly StepRecord[];
  /** How the items of the checklist were found; absent where there is none. */
  readonly checklist?: readonly ItemResult[];
  /** What was measured before the first deploy; absent where no limit asks for it. */
  readonly baseline?: readonly Baseline[];
  /** How far the watch is that runs, or the last one that did; absent before the first and once the release has ended. */
  readonly watching?: WatchProgress;
  /** `null`: none has begun. */
  readonly deployer: ReleaseDeployer | null;
  /** `null` but for a rollback. */
  readonly order: RollbackOrder | null;
  /** Absent but for a hotfix. */
  readonly hotfix?: HotfixOrder;
  readonly plannedAtMs: number;
  readonly endedAtMs: number | null;
  /** Why it failed. */
  readonly reason: ReasonCode | null;
}

/** Whether it failed after it had begun to deploy, or may have. */
export function hasFailedMidway({ state, steps }: Pick<Release, 'state' | 'steps'>): boolean {
  return state === 'failed' && steps.some(({ key }) => key.startsWith('deploy'));
}

/** The release after a step, at `nowMs`. */
export function withStep(release: Release, step: StepRecord): Release {
  return { ...release, steps: [...release.steps, step] };
}

/** The release at its end, at `endedAtMs`; `reason`: why it failed. */
export function withEnd(
  { watching: _over, ...release }: Release,
  end: Pick<Release, 'state' | 'endedAtMs' | 'reason'>,
): Release {
  return { ...release, ...end };
}

/** What the build of a service said of its artifact, or the deploy command of its version and flags. */
export interface ServiceOutputs {
  readonly digest?: string;
  readonly version?: string;
  readonly featureFlags: readonly FeatureFlag[];
}

/** Reads what a command said by `name=value`: `digest`, `version`, and `flag.<name>`; other names are for others. */
export function readServiceOutputs(outputs: Readonly<Record<string, string>>): ServiceOutputs {
  const flags = Object.entries(outputs).flatMap(([name, value]) =>
    name.startsWith('flag.') ? [{ name: name.slice('flag.'.length), value }] : [],
  );
  const { digest, version } = outputs;
  return {
    ...(digest === undefined ? {} : { digest }),
    ...(version === undefined ? {} : { version }),
    featureFlags: flags,
  };
}

/** The envelope with what a service's command said. */
export function withOutputs(envelope: Envelope, service: string | null, said: ServiceOutputs): Envelope {
  return {
    ...envelope,
    services: envelope.services.map((each) =>
      each.name === service
        ? { ...each, digest: said.digest ?? each.digest, version: said.version ?? each.version }
        : each,
    ),
    featureFlags: [
      ...envelope.featureFlags.filter(({ name }) => said.featureFlags.every((flag) => flag.name !== name)),
      ...said.featureFlags,
    ].toSorted((left, right) => (left.name < right.name ? -1 : 1)),
  };
}
