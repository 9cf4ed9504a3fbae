import { freezeOn } from '../../domain/freeze.ts';
import { findHotfix, refuseHotfix, type OrderedHotfix } from '../../domain/hotfix-order.ts';
import { locksOf, withLocks, type EnvironmentRecord, type LedgerState } from '../../domain/ledger.ts';
import {
  decideLock,
  refuseLocked,
  withoutRollbacks,
  type LockFacts,
  type LockWish,
} from '../../domain/lock.ts';
import { refuseOvertaken, wasOvertaken } from '../../domain/order-gate.ts';
import { refuseForeignRun, type RunFacts } from '../../domain/protection.ts';
import { refuse, type Refusal } from '../../domain/reason.ts';
import type { Envelope } from '../../domain/release.ts';
import type { Stage } from '../../domain/slot.ts';
import { code } from '../../domain/text/markdown.ts';
import type { Setting } from '../../ports/configuration.ts';
import type { Context } from '../context.ts';
import { freezeFacts } from '../freeze-facts.ts';
import { endedRuns, lockRuns } from '../lock-run.ts';
import { refuseTaken } from '../order/refuse-taken.ts';
import { record, type Intent } from '../record.ts';
import { planRelease } from '../release/plan-release.ts';
import { awaitChecks } from '../slot/await-checks.ts';
import { buildStage, describeUnapplied } from '../slot/build-stage.ts';
import { pushCandidates } from '../slot/candidate.ts';
import { refuseUnknownVersion, refuseUnsignedBranch } from '../slot/refuse-unsigned-branch.ts';
import { ownerOf, touchedBy } from '../slot/stage-lock.ts';
import { failHotfix } from './complete-hotfix.ts';
import { carriedBy, judgeHotfix, type JudgedHotfix } from './judge-hotfix.ts';

/** Which hotfix to carry out, and who does it. */
export interface HotfixRun {
  /** Untrusted: whoever may dispatch the workflow writes it. */
  readonly releaseId: string;
  readonly run: RunFacts;
}

/** A hotfix whose candidate is built. */
export type PlannedHotfix = { readonly kind: 'planned'; readonly release: OrderedHotfix } | Refusal;

/**
 * The first job of a hotfix: takes the order in hand, looks again at everything that it rests on, builds the candidate
 * and waits for its checks. Nothing is deployed by it. While another run deploys to PROD it waits for that.
 *
 * Refuses: `foreign_run`, `bad_arguments`, `slot_taken`, `slot_done`, `slot_too_late`, and by saying so on the bug what
 * `judgeHotfix` and a slot's candidate are refused for.
 */
export async function planHotfix(context: Context, { releaseId, run }: HotfixRun): Promise<PlannedHotfix> {
  const foreign = refuseForeignRun(run.origin, 'hotfix');
  if (foreign !== null) return foreign;
  const [setting, state] = await Promise.all([context.configuration.load(), context.ledger.load()]);
  const release = findHotfix(state.releases, releaseId);
  if (release === null)
    return refuse('bad_arguments', `There is no hotfix ${code(releaseId, 100)}; \`/hotfix\` orders one.`);
  const taken = await refuseTaken(context, release, run);
  if (taken !== null) return taken;
  const ordered: OrderedHotfix = { ...release, state: 'planned', endedAtMs: null, reason: null };
  const planned = await planInTurn(context, setting, { release: ordered, read: release, run });
  const refusal = planned.kind === 'refused' ? planned : await offer(context, setting, planned.release);
  if (refusal === null) return planned;
  const known = planned.kind === 'planned' ? planned.release : ordered;
  const read = planned.kind === 'planned' ? planned.release : release;
  await failHotfix(context, setting, { release: known, refusal, read });
  return refusal;
}

/** An order that a run is about to plan. */
interface Going {
  readonly release: OrderedHotfix;
  /** As this run has read it. */
  readonly read: OrderedHotfix;
  readonly run: RunFacts;
}

/** How often a run looks whether PROD is free. */
const LOOK_MS = 15_000;

/** Waits while another run has PROD, as long as it would wait for checks, and then plans on what that has left. */
async function planInTurn(context: Context, setting: Setting, going: Going): Promise<PlannedHotfix> {
  const untilMs = context.clock.nowMs() + setting.policy.slots.checksTimeoutMinutes * 60_000;
  for (;;) {
    const planned = await planNow(context, setting, going);
    const isTaken = planned.kind === 'refused' && planned.reason === 'locked';
    if (!isTaken || context.clock.nowMs() >= untilMs) return planned;
    await context.pause(LOOK_MS);
  }
}

/** Nothing is built, nor read, while somebody has the whole of PROD. */
async function planNow(
  context: Context,
  setting: Setting,
  { release, read, run }: Going,
): Promise<PlannedHotfix> {
  const state = await context.ledger.load();
  const overtaken = refuseOvertaken(state.releases.get(release.id), read);
  if (overtaken !== null) return overtaken;
  const holders = lockRuns(state).filter((runId) => runId !== run.id);
  const locking = { run, endedRuns: await endedRuns(context, holders) };
  const wish = { ...wishOf(release, run), touches: [] };
  const facts = { nowMs: context.clock.nowMs(), endedRuns: locking.endedRuns, calendar: setting.calendar };
  const taken = refuseLocked(withoutRollbacks(locksOf(state, 'prod')), wish, facts);
  if (taken !== null) return taken;
  const built = await build(context, setting, { release, read, state });
  return built.kind === 'refused' ? built : writePlan(context, setting, { built, read, ...locking });
}

interface Built {
  readonly kind: 'built';
  readonly judged: JudgedHotfix;
  readonly release: OrderedHotfix;
}

async function build(
  context: Context,
  setting: Setting,
  { release, read, state }: Omit<Going, 'run'> & { readonly state: LedgerState },
): Promise<Built | Refusal> {
  const judged = await judgeHotfix(context, setting, { release, state });
  if (judged.kind === 'refused') return judged;
  const staged = await stageOf(context, setting, judged);
  if (staged.kind === 'refused') return staged;
  const { stage, envelope } = staged;
  const steps = envelope.commit === read.envelope.commit ? stepsLeft(read, state) : [];
  const built = { ...release, envelope, steps, hotfix: { ...release.hotfix, stage } };
  return { kind: 'built', judged, release: built };
}

/**
 * What an earlier attempt has deployed and is there yet: not where somebody else was there since, nor where it was given up,
 * which takes back what it can.
 */
function stepsLeft(read: OrderedHotfix, { releases }: LedgerState): OrderedHotfix['steps'] {
  const failed = read.steps.find(({ state }) => state === 'failed');
  const isGivenUp = failed !== undefined && failed.key !== 'verify';
  return isGivenUp || wasOvertaken(releases, read) ? [] : read.steps;
}

/** The candidate, by the rules by which T2 builds one. */
async function stageOf(
  context: Context,
  { policy }: Setting,
  judged: JudgedHotfix,
): Promise<{ readonly kind: 'staged'; readonly stage: Stage; readonly envelope: Envelope } | Refusal> {
  const { gathered } = judged;
  const { versions } = gathered;
  if (versions === null) return refuseUnknownVersion();
  const { branch } = policy.environments.prod;
  const tip = versions.tips.prod;
  const carried = [carriedBy(judged)];
  const unsigned = await refuseUnsignedBranch(context, gathered, { tip, carried });
  if (unsigned !== null) return unsigned;
  const { stage, refused } = await buildStage(context, gathered, { environment: 'prod', tip, carried });
  const [unapplied] = refused.values();
  if (unapplied !== undefined) return refuse('conflict', describeUnapplied(unapplied, branch));
  const planned = await planRelease(context, gathered, stage);
  if (planned.kind === 'refused') return planned;
  return { kind: 'staged', stage: withoutSlot(stage), envelope: planned.release.envelope };
}

/** It belongs to no slot. */
function withoutSlot(stage: Stage): Stage {
  const bugs = stage.bugs.map(({ bug, landings }) => ({
    bug,
    landings: landings.map((landing) => ({ ...landing, slot: null })),
  }));
  return { ...stage, bugs };
}

/** Writes down the plan, and takes PROD, in one commit: nothing that stops a hotfix can come in between. */
async function writePlan(
  context: Context,
  setting: Setting,
  {
    built,
    read,
    run,
    endedRuns: ended,
  }: Omit<Going, 'release'> & { readonly built: Built; readonly endedRuns: ReadonlySet<number> },
): Promise<PlannedHotfix> {
  return record(context, setting, (state): Intent<PlannedHotfix> => {
    const facts = { nowMs: context.clock.nowMs(), endedRuns: ended, calendar: setting.calendar };
    const refusal =
      refuseOvertaken(state.releases.get(read.id), read) ?? refuseNow(context, setting, { built, state });
    const taken = refusal ?? takeProd(state, { built, run }, facts);
    if (taken.kind === 'refused') return { writes: null, message: '', result: taken };
    const { envelope } = taken.release;
    return {
      writes: { releases: [taken.release], environments: [taken.record] },
      message: `${taken.release.id} planned: prod ${envelope.commit.slice(0, 7)} with #${built.judged.bug.number}`,
      result: { kind: 'planned', release: taken.release },
    };
  });
}

/** What the ledger alone knows may have changed since everything was read. */
function refuseNow(
  context: Context,
  setting: Setting,
  { built, state }: { readonly built: Built; readonly state: LedgerState },
): Refusal | null {
  const { judged, release } = built;
  const bug = state.bugs.get(judged.bug.number) ?? judged.bug;
  const freeze = freezeOn(freezeFacts(context, setting, state), bug, context.clock.nowMs());
  return refuseHotfix(bug, release.hotfix, { ...judged.facts, freeze });
}

function wishOf(release: OrderedHotfix, { id, attempt }: RunFacts): LockWish {
  return {
    environment: 'prod',
    operation: release.hotfix.operation,
    service: null,
    touches: touchedBy(release),
    owner: ownerOf({ id, attempt }),
    reason: `hotfix of #${release.hotfix.bug}`,
  };
}

function takeProd(
  state: LedgerState,
  { built, run }: { readonly built: Built; readonly run: RunFacts },
  facts: LockFacts,
): { readonly kind: 'taken'; readonly release: OrderedHotfix; readonly record: EnvironmentRecord } | Refusal {
  const { release } = built;
  const decided = decideLock(
    // Whoever orders a hotfix has looked at what was taken back.
    withoutRollbacks(locksOf(state, 'prod')),
    wishOf(release, run),
    facts,
  );
  if (decided.kind === 'refused') return decided;
  const { token } = decided.lease;
  return {
    kind: 'taken',
    release: { ...release, deployer: { runId: run.id, attempt: run.attempt, fencingToken: token } },
    record: withLocks(state.environments.get('prod'), 'prod', decided.locks),
  };
}

/** Pushes the candidate to where the branch's checks look at it, and waits for them. */
async function offer(
  context: Context,
  setting: Setting,
  { hotfix: { operation, stage } }: OrderedHotfix,
): Promise<Refusal | null> {
  if (stage === null) return null;
  const refused = await pushCandidates(context, { id: operation }, [stage]);
  if (refused !== null) return refused;
  const deadlineMs = context.clock.nowMs() + setting.policy.slots.checksTimeoutMinutes * 60_000;
  return awaitChecks(context, setting, { stage, deadlineMs });
}
