import type { Bug } from '../../domain/bug.ts';
import { dueSlot, lastSlot, parseSlotId, slotOn, type Slot, type SlotKind } from '../../domain/calendar.ts';
import { refuseFrozen } from '../../domain/freeze.ts';
import type { EnvironmentRecord, LedgerState } from '../../domain/ledger.ts';
import { refuseForeignRun, type RunFacts } from '../../domain/protection.ts';
import { refuse, type Refusal } from '../../domain/reason.ts';
import { decideClaim, type ClaimFacts } from '../../domain/slot-claim.ts';
import { slotReleaseId, type Release } from '../../domain/release.ts';
import type { ReleasePull } from '../../domain/release-pull.ts';
import { recordUnsafe } from '../../domain/setup/guard.ts';
import type { UnsafeWord } from '../../domain/setup/unsafe-word.ts';
import { aboardOf, stageOf, type SlotRecord, type Stage, type UnsafeSetup } from '../../domain/slot.ts';
import type { Setting } from '../../ports/configuration.ts';
import type { Context } from '../context.ts';
import { readInbox } from '../inbox.ts';
import { takeInbox } from '../reconcile.ts';
import { prepareEdits, record, type Intent } from '../record.ts';
import { gather, type Gathered } from './facts.ts';
import { tellOfBranch, tellOfGuards } from './tell-admins.ts';
import { bugsFor, releasesFor } from './plan-all.ts';
import { planFresh } from './plan-fresh.ts';
import type { Draft, PlanManner } from './planning.ts';
import { awaitChecks, checksDeadline } from './await-checks.ts';
import { claimFacts } from './claim-facts.ts';
import { lockStage, ownerOf } from './stage-lock.ts';
import { failStage } from './complete-stage.ts';
import { readUnsafeWord } from './read-unsafe-word.ts';

/** Which slot to run, and who runs it. */
export interface SlotRun {
  readonly kind: SlotKind;
  /** An id that somebody named; `null` means the one that is due. Untrusted. */
  readonly slotId: string | null;
  readonly run: RunFacts;
  /** Why PROD is deployed to although nothing guards it; without it that is refused. */
  readonly unsafeReason?: string;
}

interface Planned {
  readonly kind: 'planned';
  readonly record: SlotRecord;
}

export type PlannedSlot = Planned | Refusal;

const MAX_REPLANS = 3;

/**
 * The first job of a slot: reads what was missed, claims the slot, decides on every bug, builds and pushes the
 * candidates, and waits for their checks. What it decided is one commit of the ledger; the environments' own jobs
 * deploy it.
 *
 * Refuses: `foreign_run`, `slot_taken`, `slot_done`, `slot_not_due`, `slot_too_late`, `bad_arguments` for an id that is none.
 * Idempotent: after a crash the same slot is taken on where it stood.
 */
export async function planSlot(context: Context, asked: SlotRun): Promise<PlannedSlot> {
  const foreign = refuseForeignRun(asked.run.origin);
  if (foreign !== null) return foreign;
  const [setting, state] = await Promise.all([context.configuration.load(), context.ledger.load()]);
  const slot = findSlot(setting, asked, context.clock.nowMs());
  if (slot.kind === 'refused') return slot;
  const existing = state.slots.get(slot.id);
  const claims = await claimFacts(context, state, { existing, run: asked.run });
  const claim = decideClaim(slot, existing, claims);
  if (claim.kind === 'refused') return claim;
  // What was missed and what the slot looks at travel together; only if there was news, it looks again.
  const [inbox, first] = await Promise.all([
    readInbox(context, setting, state),
    gatherFor(context, setting, { slot, state }),
  ]);
  await takeInbox(context, setting, inbox);
  let gathered = first;
  for (let tries = 0; tries < MAX_REPLANS; tries += 1) {
    const now = await context.ledger.recent();
    if (now !== gathered.state) gathered = await gatherFor(context, setting, { slot, state: now });
    const outcome = await tryPlan(context, gathered, { claims, asked });
    if (outcome !== 'stale')
      return outcome.kind === 'refused' ? outcome : awaitStages(context, setting, outcome);
    context.log.info('the ledger moved while the slot was planned; planning again', { slot: slot.id });
  }
  throw new Error(`${slot.id}: the ledger moved ${MAX_REPLANS} times while the slot was planned`);
}

/** The candidates of all environments are tested at the same time; one that is not deployed stops no other. */
async function awaitStages(context: Context, setting: Setting, planned: Planned): Promise<Planned> {
  let { record: written } = planned;
  const deadlineMs = checksDeadline(context, setting, written);
  for (const stage of written.stages) {
    if (stage.state !== 'planned') continue;
    const refusal = await awaitChecks(context, setting, { stage, deadlineMs });
    if (refusal === null) continue;
    const { environment } = stage;
    written = await failStage(context, setting, { slot: written.id, environment, refusal });
  }
  return { kind: 'planned', record: written };
}

function findSlot({ calendar }: Setting, { kind, slotId }: SlotRun, nowMs: number): Slot | Refusal {
  if (slotId === null) {
    const due = dueSlot(calendar, kind, nowMs);
    if (due !== null) return due;
    const last = lastSlot(calendar, kind, nowMs);
    return last ?? refuse('slot_not_due', `No ${kind} is due now.`);
  }
  const parsed = parseSlotId(slotId);
  const slot = parsed?.kind === kind ? slotOn(calendar, parsed.kind, parsed.date) : null;
  return (
    slot ??
    refuse('bad_arguments', `There is no ${kind} of that name; a slot is called like 2026-11-20/${kind}.`)
  );
}

async function gatherFor(
  context: Context,
  setting: Setting,
  { slot, state }: Pick<Gathered, 'slot' | 'state'>,
): Promise<Gathered> {
  const resumed = resumedStages(state, slot);
  const bugs = bugsFor(slot.kind, state, resumed);
  const waiting = releasesFor(slot.kind, state, resumed);
  const [gathered] = await Promise.all([
    gather(context, setting, { slot, state, bugs, waiting }),
    bugs.length === 0 ? undefined : prepareEdits(context),
  ]);
  return gathered;
}

/** What a run before this one had planned is taken on as it was: its candidate may be on the branch already. */
function resumedStages(state: LedgerState, slot: Slot): Stage[] {
  return (state.slots.get(slot.id)?.stages ?? []).filter((stage) => stage.state !== 'failed');
}

async function tryPlan(
  context: Context,
  gathered: Gathered,
  { claims, asked }: { readonly claims: ClaimFacts; readonly asked: SlotRun },
): Promise<PlannedSlot | 'stale'> {
  const { slot, setting, state } = gathered;
  const resumed = resumedStages(state, slot);
  const locking = lockingOf(claims);
  const unsafeWord = await readUnsafeWord(context, gathered, asked);
  const { draft, fresh, releases } = await planFresh(context, gathered, { resumed, unsafeWord, locking });
  const stages = [...resumed, ...fresh];
  const frozen = refuseFrozen(gathered.freezes, 'everything', gathered.readAtMs);
  const idleBecause = frozen === null ? 'nothing_to_do' : 'frozen';
  await tellOfBranch(context, gathered, draft);
  await tellOfGuards(context, gathered, unsafeWord);
  const unsafe = noteUnsafe(gathered, fresh, unsafeWord) ?? state.slots.get(slot.id)?.unsafe ?? null;
  return record(context, setting, (now) =>
    buildIntent(now, { gathered, claims, draft, stages, releases, idleBecause, unsafe }),
  );
}

interface Plan {
  /** What it rests on. */
  readonly gathered: Gathered;
  readonly claims: ClaimFacts;
  readonly draft: Draft;
  readonly stages: readonly Stage[];
  /** Of the stages that are new. */
  readonly releases: readonly Release[];
  /** Why nothing is deployed, where nothing is. */
  readonly idleBecause: 'frozen' | 'nothing_to_do';
  readonly unsafe: UnsafeSetup | null;
}

function lockingOf(claims: ClaimFacts): PlanManner['locking'] {
  return { owner: ownerOf({ id: claims.runId, attempt: claims.attempt }), endedRuns: claims.endedRuns };
}

/**
 * The environments with the locks of the stages. A stage that is planned anew needs its own; what a dead run has left
 * asks for it again before it goes on.
 */
function lockStages(
  now: LedgerState,
  { gathered, claims, stages, releases }: Plan,
): readonly EnvironmentRecord[] | 'taken' {
  const records: EnvironmentRecord[] = [];
  const facts = { ...lockingOf(claims), nowMs: claims.nowMs, calendar: gathered.setting.calendar };
  for (const stage of stages.filter(({ state }) => state === 'planned')) {
    const fresh = releases.find(({ environment }) => environment === stage.environment);
    const release = fresh ?? now.releases.get(slotReleaseId(gathered.slot.id, stage.environment));
    const locked = lockStage(now, { slot: gathered.slot, stage, release, owner: facts.owner }, facts);
    if (locked.kind === 'locked') records.push(locked.record);
    else if (fresh !== undefined) return 'taken';
  }
  return records;
}

/** What is kept of a deploy to PROD that nothing guards. */
function noteUnsafe({ unsafe }: Gathered, stages: readonly Stage[], word: UnsafeWord): UnsafeSetup | null {
  const isForProd = stages.some((stage) => stage.environment === 'prod');
  return isForProd && unsafe.length > 0 && word.kind === 'counts' ? recordUnsafe(unsafe, word.reason) : null;
}

function buildIntent(now: LedgerState, plan: Plan): Intent<PlannedSlot | 'stale'> {
  const { gathered, draft, stages } = plan;
  const { slot } = gathered;
  const claim = decideClaim(slot, now.slots.get(slot.id), plan.claims);
  if (claim.kind === 'refused') return { writes: null, message: '', result: claim };
  const locked = lockStages(now, plan);
  if (locked === 'taken' || isStale(gathered, now)) return { writes: null, message: '', result: 'stale' };
  const isIdle = stages.every((stage) => stage.state === 'deployed');
  const written: SlotRecord = {
    id: slot.id,
    kind: slot.kind,
    state: isIdle ? 'done' : 'running',
    claim: claim.claim,
    latestStartMs: slot.latestStartMs,
    finishedAtMs: isIdle ? plan.claims.nowMs : null,
    stages,
    outcomes: mergeOutcomes(now.slots.get(slot.id), draft),
    reason: isIdle && stages.length === 0 ? plan.idleBecause : null,
    unsafe: plan.unsafe,
  };
  return {
    writes: {
      bugs: withBookkept(draft, now),
      pulls: [...draft.pulls.values()].map((pull) => ({ ...pull, commands: commandsOn(now, pull) })),
      slots: [written],
      releases: plan.releases,
      environments: locked,
      outbox: draft.outbox,
    },
    message: `${slot.id} ${isIdle ? 'has nothing to deploy' : describePlan(stages)}`,
    result: { kind: 'planned', record: written },
  };
}

/** The plan's bugs, with the commands and the card that came in between, which change no decision. */
function withBookkept(draft: Draft, now: LedgerState): Bug[] {
  return [...draft.bugs.values()].map((bug) => {
    const current = now.bugs.get(bug.number) ?? bug;
    return { ...bug, commands: current.commands, cardCommentId: current.cardCommentId };
  });
}

function commandsOn({ pulls }: LedgerState, { pull, commands }: ReleasePull): ReleasePull['commands'] {
  return pulls.get(pull)?.commands ?? commands;
}

/** A bug has moved since, the word for a release was taken back, or something was frozen. */
function isStale({ bugs, releases, state }: Gathered, now: LedgerState): boolean {
  if (bugs.some((bug) => hasMoved(bug, now.bugs.get(bug.number)))) return true;
  const wordsFor = (at: LedgerState) => releases.map(({ pull }) => at.pulls.get(pull)?.approvals);
  if (JSON.stringify(wordsFor(now)) !== JSON.stringify(wordsFor(state))) return true;
  return JSON.stringify(now.freezes) !== JSON.stringify(state.freezes);
}

function hasMoved(planned: Bug, now: Bug | undefined): boolean {
  return decisive(planned) !== decisive(now);
}

function decisive(bug: Bug | undefined): string {
  return JSON.stringify({ ...bug, commands: [], cardCommentId: null });
}

function mergeOutcomes(existing: SlotRecord | undefined, draft: Draft): SlotRecord['outcomes'] {
  const before = (existing?.outcomes ?? []).filter((outcome) => !draft.outcomes.has(outcome.bug));
  return [...before, ...draft.outcomes.values()];
}

function describePlan(stages: readonly Stage[]): string {
  const parts = stages.map((stage) => {
    const aboard = aboardOf(stage)
      .map((number) => `#${number}`)
      .join(' ');
    return `${stage.environment} ${stage.candidate.slice(0, 7)} with ${aboard}`;
  });
  return `planned: ${parts.join('; ')}`;
}

/** Whether a planned slot has something to deploy on an environment. */
export function isPending(slot: SlotRecord, environment: 'uat' | 'prod'): boolean {
  const stage = stageOf(slot, environment);
  return stage?.state === 'planned';
}
