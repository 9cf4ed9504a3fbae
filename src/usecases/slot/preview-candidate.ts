import type { Bug, Hold } from '../../domain/bug.ts';
import { dueSlot, lastSlot, nextSlot, type Slot, type SlotId } from '../../domain/calendar.ts';
import { missingChecks } from '../../domain/check.ts';
import { isGateCheck } from '../../domain/gate.ts';
import type { LedgerState } from '../../domain/ledger.ts';
import type { EnvironmentName } from '../../domain/policy.ts';
import { slotEndMs } from '../../domain/protection.ts';
import { refuse, type ReasonCode, type Refusal } from '../../domain/reason.ts';
import { STAGE_ORDER, type Stage } from '../../domain/slot.ts';
import { renderMissing } from '../../domain/text/candidate.ts';
import { renderPreviewed } from '../../domain/text/slot.ts';
import type { Setting } from '../../ports/configuration.ts';
import type { RefUpdate } from '../../ports/repository.ts';
import type { Context } from '../context.ts';
import { record } from '../record.ts';
import { candidateBranch } from './candidate.ts';
import { gather } from './facts.ts';
import { bugsFor, planAll } from './plan-all.ts';
import { previewManner } from './planning.ts';

/** What this process has previewed last. */
export interface LastPreview {
  /** The queue at the last beat: it is built when it has come to rest. */
  seen: string | null;
  built: string | null;
  /** Candidates whose checks have not come to an end. */
  open: readonly Stage[];
}

/** Nothing previewed yet. */
export function noPreview(): LastPreview {
  return { seen: null, built: null, open: [] };
}

/**
 * Builds the candidates of the next T2 as soon as what is queued for it has changed, so that a conflict or a red check
 * is known hours before. They are pushed as `tonic/preview/…`, where the repository's own tests run, and are the very
 * commits that T2 builds if nothing changes. What stands in the way is told on the bug, once.
 *
 * Called often. Calls: none while nothing changes, one while checks are under way, a few once an hour.
 */
export async function previewCandidates(context: Context, last: LastPreview): Promise<void> {
  const state = context.ledger.seen();
  if (state === null) return;
  const setting = await context.configuration.load();
  const slot = nextSlot(setting.calendar, 'T2', context.clock.nowMs());
  if (isBusy(context, setting, state)) return;
  const queue = describeQueue(context, slot, state);
  if (queue === last.built) {
    last.open = await tellRed(context, setting, { slot, stages: last.open });
  } else if (queue === last.seen) {
    last.open = await preview(context, setting, { slot, state });
    last.built = queue;
  } else last.seen = queue;
}

/** While a slot runs, what is queued is in its hands. */
function isBusy({ clock }: Context, { calendar }: Setting, state: LedgerState): boolean {
  const nowMs = clock.nowMs();
  const isRunning = [...state.slots.values()].some(
    (slot) => slot.state === 'running' && nowMs <= slotEndMs(slot),
  );
  const due = dueSlot(calendar, 'T2', nowMs);
  return isRunning || (due !== null && !state.slots.has(due.id));
}

/** Reviews and branches move without the ledger: a queue that stays the same is looked at again this often. */
const LOOK_AGAIN_MS = 3_600_000;

/** All that decides what the candidates are, as far as the ledger knows. */
function describeQueue({ hash, clock }: Context, slot: Slot, state: LedgerState): string {
  const queued = bugsFor('T2', state, []).map(
    ({ number, status, severity, approvals, landings, fixes, conflict }) => ({
      number,
      status,
      severity,
      approvals,
      landings,
      fixes,
      conflict,
    }),
  );
  const live = [...state.environments.values()].map(({ deployed }) => deployed?.commit);
  const hour = queued.length === 0 ? 0 : Math.floor(clock.nowMs() / LOOK_AGAIN_MS);
  return hash(JSON.stringify([slot.id, queued, live, hour]));
}

/** What is tested does not go to PROD, so it is no matter whether PROD is guarded. */
const PREVIEW = previewManner({ kind: 'counts', reason: 'a preview deploys nothing' });

interface Previewing {
  readonly slot: Slot;
  readonly state: LedgerState;
}

async function preview(context: Context, setting: Setting, asked: Previewing): Promise<Stage[]> {
  const bugs = bugsFor('T2', asked.state, []);
  if (bugs.length === 0) {
    await pushPreviews(context, setting, { ...asked, stages: [] });
    return [];
  }
  const gathered = await gather(context, setting, { ...asked, bugs });
  const { draft, stages } = await planAll(context, gathered, PREVIEW);
  await pushPreviews(context, setting, { ...asked, stages });
  const refusals = new Map(
    bugs.flatMap(({ number }) => {
      const hold = draft.bugs.get(number)?.hold ?? null;
      return hold !== null && isTold(hold.reason) ? [[number, refuse(hold.reason, hold.message)]] : [];
    }),
  );
  await tell(context, setting, { slot: asked.slot, bugs: bugs.map(({ number }) => number), refusals });
  return tellRed(context, setting, { slot: asked.slot, stages });
}

/** Named after slot and environment: built anew, it moves. */
function previewBranch(slot: SlotId, environment: EnvironmentName): string {
  return `tonic/preview/${slot.replace('/', '-')}-${environment}`;
}

/** Pushes what is new and takes away what is over: earlier previews, and candidates that came to nothing. */
async function pushPreviews(
  context: Context,
  setting: Setting,
  { slot, state, stages }: Previewing & { readonly stages: readonly Stage[] },
): Promise<void> {
  const nowMs = context.clock.nowMs();
  const before = lastSlot(setting.calendar, 'T2', nowMs);
  const wanted = new Map(STAGE_ORDER.map((name) => [previewBranch(slot.id, name), targetOf(stages, name)]));
  const over = [
    ...(before === null ? [] : STAGE_ORDER.map((name) => previewBranch(before.id, name))),
    ...leftovers(state, nowMs),
  ];
  const tips = await context.repository.fetch({ branches: [...wanted.keys(), ...over], history: 'none' });
  const updates = [...wanted, ...over.map((name) => [name, null] as const)]
    .map(([name, target]): RefUpdate => ({
      ref: `refs/heads/${name}`,
      expected: tips.get(name) ?? null,
      target,
      isRebuilt: true,
    }))
    .filter(({ expected, target }) => expected !== target);
  if (updates.length === 0) return;
  const pushed = await context.repository.push(updates);
  if (pushed.kind !== 'pushed') context.log.warn('a preview could not be pushed', { ...pushed });
}

function targetOf(stages: readonly Stage[], environment: EnvironmentName): string | null {
  const stage = stages.find((each) => each.environment === environment);
  return stage === undefined || stage.candidate === stage.base ? null : stage.candidate;
}

/** How long a candidate that failed is kept for people to look at; a week later it is not looked for any more. */
const KEPT_MS = 7 * 24 * 3_600_000;

function leftovers(state: LedgerState, nowMs: number): string[] {
  return [...state.slots.values()].flatMap((slot) => {
    const ageMs = nowMs - slotEndMs(slot);
    if (ageMs < KEPT_MS || ageMs > 2 * KEPT_MS) return [];
    return slot.stages
      .filter(({ state: at, candidate, base }) => at !== 'deployed' && candidate !== base)
      .map((stage) => candidateBranch(slot.id, stage));
  });
}

/** Looks at the checks of previewed candidates; gives those that are still under way. */
async function tellRed(
  context: Context,
  setting: Setting,
  { slot, stages }: { readonly slot: Slot; readonly stages: readonly Stage[] },
): Promise<Stage[]> {
  const open: Stage[] = [];
  for (const stage of stages) {
    const required = stage.checks.filter(({ context: name }) => !isGateCheck(name));
    if (required.length === 0 || stage.candidate === stage.base) continue;
    const missing = missingChecks(required, await context.checks.on(stage.candidate));
    const isRed = missing[0]?.state === 'red';
    if (missing.length > 0 && !isRed) open.push(stage);
    if (!isRed) continue;
    const refusal = refuse('checks_red', `${renderMissing(stage.candidate, missing)}.`);
    const bugs = stage.bugs.map(({ bug }) => bug);
    await tell(context, setting, { slot, bugs, refusals: new Map(bugs.map((bug) => [bug, refusal])) });
  }
  return open;
}

/** What only building and testing shows; everything else has been said when it happened. */
const TOLD: readonly ReasonCode[] = [
  'conflict',
  'depends_on_unapproved',
  'fix_touches_workflows',
  'checks_red',
];

function isTold(reason: ReasonCode): boolean {
  return TOLD.includes(reason);
}

interface Telling {
  readonly slot: Slot;
  readonly bugs: readonly number[];
  readonly refusals: ReadonlyMap<number, Refusal>;
}

/** Puts on the card what stands in the way, says it in a comment, and takes it off again when it is gone. */
async function tell(context: Context, setting: Setting, { slot, bugs, refusals }: Telling): Promise<void> {
  await record(context, setting, (state) => {
    const nowMs = context.clock.nowMs();
    const changed = bugs
      .flatMap((number) => state.bugs.get(number) ?? [])
      .flatMap((bug) => withNews(bug, refusals.get(bug.number), nowMs));
    if (changed.length === 0) return { writes: null, message: '', result: null };
    const outbox = changed.flatMap(({ number, hold }) =>
      hold === null
        ? []
        : [
            {
              id: `preview-${slot.id.replace('/', '-')}-${number}-${context.hash(hold.message).slice(0, 8)}`,
              issue: number,
              createdAtMs: nowMs,
              action: { kind: 'comment' as const, body: renderPreviewed(slot.id, hold.message) },
            },
          ],
    );
    return {
      writes: { bugs: changed, outbox },
      message: `${slot.id} previewed: ${changed.map(({ number, hold }) => `#${number} ${hold?.reason ?? 'may go'}`).join(', ')}`,
      result: null,
    };
  });
}

/** The bug with its news; nothing where there is none. A hold without a slot is that of a preview. */
function withNews(bug: Bug, refusal: Refusal | undefined, nowMs: number): Bug[] {
  const { hold } = bug;
  if (refusal === undefined) {
    const isOurs = hold !== null && hold.slot === null && isTold(hold.reason);
    return isOurs ? [{ ...bug, hold: null }] : [];
  }
  const { reason, message } = refusal;
  if (hold?.reason === reason && hold.message === message) return [];
  const news: Hold = { reason, message, slot: null, atMs: nowMs };
  return [{ ...bug, hold: news }];
}
