import type { Bug } from '../../domain/bug.ts';
import { locksOf, withLocks, type EnvironmentRecord, type LedgerState } from '../../domain/ledger.ts';
import { isForBranchAlone } from '../../domain/left-branch.ts';
import { besideRollbacks, decideLock, withoutRollbacks, type LockFacts } from '../../domain/lock.ts';
import type { MigrationReport } from '../../domain/migration.ts';
import type { Policy } from '../../domain/policy.ts';
import { refuseForeignRun, type RunFacts } from '../../domain/protection.ts';
import { refuse, type Refusal } from '../../domain/reason.ts';
import type { ReleasedBug, ReleasedService } from '../../domain/release.ts';
import { findRollback, refuseOvertaken, wasOvertaken, type OrderedRelease } from '../../domain/order-gate.ts';
import { refuseRestore } from '../../domain/rollback.ts';
import { liveBefore, waysBack, type WayBack } from '../../domain/way-back.ts';
import { affectedBugs } from '../../domain/take-back.ts';
import { code, shortOid } from '../../domain/text/markdown.ts';
import type { Setting } from '../../ports/configuration.ts';
import type { Context } from '../context.ts';
import { endedRuns, holdersOf } from '../lock-run.ts';
import { refuseTaken } from '../order/refuse-taken.ts';
import { record, type Intent } from '../record.ts';
import { chooseServices } from '../release/plan-release.ts';
import { readMigrations } from '../release/read-migrations.ts';
import { failRollback } from './complete-rollback.ts';
import { buildRevert, offerRevert, tipOf } from './revert-branch.ts';

/** Which rollback to carry out, and who does it. */
export interface RollbackRun {
  /** Untrusted: whoever may dispatch the workflow writes it. */
  readonly releaseId: string;
  readonly run: RunFacts;
}

export type PlannedRollback = { readonly kind: 'planned'; readonly release: OrderedRelease } | Refusal;

/**
 * The first job of a rollback: takes the order in hand, finds out what it means for services, bugs and the branch, and
 * offers the commit that brings the branch back to the checks. Nothing is deployed by it.
 *
 * Refuses: `foreign_run`, `bad_arguments`, `slot_taken`, `slot_done`, `slot_too_late`, `overtaken`, `no_way_back`, and
 * `restore_required`.
 * Idempotent: what a run before this one has deployed stays as it is.
 */
export async function planRollback(
  context: Context,
  { releaseId, run }: RollbackRun,
): Promise<PlannedRollback> {
  const foreign = refuseForeignRun(run.origin, 'rollback');
  if (foreign !== null) return foreign;
  const [setting, state] = await Promise.all([context.configuration.load(), context.ledger.load()]);
  const release = findRollback(state.releases, releaseId);
  if (release === null)
    return refuse('bad_arguments', `There is no rollback ${code(releaseId, 100)}; \`/rollback\` orders one.`);
  const taken = await refuseTaken(context, release, run);
  if (taken !== null) return taken;
  if (wasOvertaken(state.releases, release))
    return refuse(
      'overtaken',
      `Another release has had ${release.environment.toUpperCase()} since ${code(release.id)} began. Say \`/rollback\` again.`,
    );
  const claimed: OrderedRelease = {
    ...release,
    state: 'planned',
    reason: null,
  };
  // What is live in part is gone on with as it was planned.
  if (release.steps.length > 0) return writePlan(context, setting, { planned: claimed, read: release, run });
  const way = await safeWay(context, setting, { release, state });
  if (way.kind === 'refused') {
    await failRollback(context, setting, { release: claimed, refusal: way, read: release });
    return way;
  }
  const planned = await completePlan(context, setting, { release: claimed, way, state });
  return writePlan(context, setting, { planned, read: release, run });
}

/** The way back as it is by now: a slot may have deployed since it was asked for. */
async function safeWay(
  context: Context,
  setting: Setting,
  { release, state }: { readonly release: OrderedRelease; readonly state: LedgerState },
): Promise<WayBack | Refusal> {
  const { environment, envelope, order } = release;
  const slots = state.slots.values();
  const isForBranch = isForBranchAlone(order);
  const way = waysBack({ ...state, slots: [...slots] }, environment).find(
    ({ commit, undoes }) => commit === envelope.commit && isForBranch === (undoes.length === 0),
  );
  if (way === undefined) return refuseGone(release);
  const refusal = isForBranch
    ? await refuseOther(context, setting, release)
    : await refuseLoss(context, setting, { release, way });
  return refusal ?? way;
}

function refuseGone({ environment, envelope, order }: OrderedRelease): Refusal {
  const where = environment.toUpperCase();
  const why = isForBranchAlone(order)
    ? `There is nothing left to finish on ${where}: its branch was brought back, or it runs something else since.`
    : `${where} has no way back to ${shortOid(envelope.commit)} any more: somebody has gone back further since.`;
  return refuse('no_way_back', why);
}

/** What finishes a rollback deploys nothing: the environment has to run what it goes back to, as far as anybody knows. */
async function refuseOther(
  { observer }: Context,
  { policy }: Setting,
  { environment, envelope: { commit } }: OrderedRelease,
): Promise<Refusal | null> {
  const { versionFrom, githubEnvironment } = policy.environments[environment];
  const last = versionFrom === 'deployments' ? await observer.lastDeployment(githubEnvironment) : null;
  if (last === null || last.commit === commit) return null;
  const where = environment.toUpperCase();
  return refuse(
    'overtaken',
    `Somebody has deployed ${shortOid(last.commit)} to ${where} since, so its branch was left as it is. If ${shortOid(commit)} is to stay, deploy that by hand, and say \`/rollback\` again.`,
  );
}

/** What the ledger knows of the releases in between, and what git knows of the branch. */
async function refuseLoss(
  context: Context,
  { policy }: Setting,
  { release, way }: { readonly release: OrderedRelease; readonly way: WayBack },
): Promise<Refusal | null> {
  const { environment, order } = release;
  const known = way.undoes.map(({ rollback }) => rollback);
  const between = { from: way.commit, to: liveBefore(way) };
  const { rollback: read } = await migrationsBetween(context, policy, between);
  const { acceptsDataLoss } = order;
  return refuseRestore(way, { environment, classes: [...known, read], acceptsDataLoss });
}

async function migrationsBetween(
  context: Context,
  policy: Policy,
  { from, to }: { readonly from: string; readonly to: string },
): Promise<MigrationReport> {
  await context.repository.fetch({ branches: [], commits: [from, to], history: 'full' });
  const files = await context.repository.changedFiles(from, to);
  return readMigrations(context, policy.migrations, { commit: to, files });
}

async function completePlan(
  context: Context,
  setting: Setting,
  planning: { readonly release: OrderedRelease; readonly way: WayBack; readonly state: LedgerState },
): Promise<OrderedRelease> {
  const { release, way, state } = planning;
  const { policy } = setting;
  const name = policy.environments[release.environment].branch;
  const tip = await tipOf(context, name);
  const built = tip === null ? null : await buildRevert(context, release, tip);
  const branch =
    built === null ? null : { base: built.base, commit: built.commit, takesBack: built.takesBack };
  const bugs = branch === null ? [] : affectedBugs(state, release.environment, branch);
  const planned: OrderedRelease = {
    ...release,
    envelope: {
      ...release.envelope,
      tree: built?.tree ?? (await context.repository.treeOf(way.commit)),
      previous: liveBefore(way),
      configVersion: setting.version,
      services: isForBranchAlone(release.order) ? [] : await servicesBack(context, setting, planning),
      bugs: bugs.map(toReleased),
    },
    order: { ...release.order, to: way.release, undoes: way.undoes.map((each) => each.release), branch },
  };
  if (branch !== null) await offerRevert(context, setting, { release: planned, branch });
  return planned;
}

function toReleased({ number, fixes, services }: Bug): ReleasedBug {
  return { number, pulls: fixes.map(({ pull }) => pull), title: null, services, approvals: [] };
}

/** In the reverse order of a deploy, all at once, with the artifacts that were live then as far as they are known. */
async function servicesBack(
  context: Context,
  { policy }: Setting,
  {
    release,
    way,
    state,
  }: { readonly release: OrderedRelease; readonly way: WayBack; readonly state: LedgerState },
): Promise<readonly ReleasedService[]> {
  const files = await context.repository.changedFiles(way.commit, liveBefore(way));
  const risk = { isHotfix: false, hasMigration: false, files };
  const before = way.release === null ? undefined : state.releases.get(way.release);
  return chooseServices(policy, release.environment, risk)
    .toReversed()
    .map(({ name }) => ({
      name,
      strategy: 'direct',
      strategyReason: 'a rollback goes at once',
      percents: [100],
      digest: before?.envelope.services.find((each) => each.name === name)?.digest ?? null,
      version: null,
    }));
}

interface Taking {
  readonly planned: OrderedRelease;
  /** The order as this run has read it. */
  readonly read: OrderedRelease;
  readonly run: RunFacts;
}

/** Writes down the plan, and takes the environment, in one commit. */
async function writePlan(
  context: Context,
  setting: Setting,
  { planned, read, run }: Taking,
): Promise<PlannedRollback> {
  // Whatever a dead run has left, a hotfix, say: this is what brings it in order.
  const holders = holdersOf(await context.ledger.recent(), planned.environment);
  const ended = await endedRuns(
    context,
    holders.filter((runId) => runId !== run.id),
  );
  const outcome = await record(context, setting, (state): Intent<PlannedRollback> => {
    const facts = { nowMs: context.clock.nowMs(), endedRuns: ended, calendar: setting.calendar };
    const taken = takeEnvironment(state, { planned, read, run }, facts);
    if (taken.kind === 'refused') return { writes: null, message: '', result: taken };
    const to = planned.envelope.commit.slice(0, 7);
    return {
      writes: { releases: [taken.release], environments: [taken.record] },
      message: `${planned.id} planned: back to ${to}`,
      result: { kind: 'planned', release: taken.release },
    };
  });
  if (outcome.kind === 'refused')
    await failRollback(context, setting, { release: planned, refusal: outcome, read });
  return outcome;
}

/** Two runs of one order may both have read it as free: it goes to one of them. */
function takeEnvironment(
  state: LedgerState,
  { planned, read, run }: Taking,
  facts: LockFacts,
):
  | { readonly kind: 'taken'; readonly release: OrderedRelease; readonly record: EnvironmentRecord }
  | Refusal {
  const { environment, id } = planned;
  const overtaken = refuseOvertaken(state.releases.get(id), read);
  if (overtaken !== null) return overtaken;
  const locks = locksOf(state, environment);
  const decided = decideLock(
    withoutRollbacks(locks),
    {
      environment,
      operation: id,
      service: null,
      touches: null,
      owner: { kind: 'run', runId: run.id, attempt: run.attempt },
      reason: `it goes back to ${planned.envelope.commit.slice(0, 7)}`,
    },
    facts,
  );
  if (decided.kind === 'refused') return decided;
  const { token } = decided.lease;
  // What deploys nothing lifts no lock that a rollback has left, however it ends.
  const held = isForBranchAlone(planned.order) ? besideRollbacks(decided.locks, locks) : decided.locks;
  return {
    kind: 'taken',
    release: { ...planned, deployer: { runId: run.id, attempt: run.attempt, fencingToken: token } },
    record: withLocks(state.environments.get(environment), environment, held),
  };
}
