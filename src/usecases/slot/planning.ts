import type { Bug, Hold } from '../../domain/bug.ts';
import type { OutboxEntry } from '../../domain/ledger.ts';
import type { LeaseOwner } from '../../domain/lock.ts';
import type { EnvironmentName } from '../../domain/policy.ts';
import type { Refusal } from '../../domain/reason.ts';
import { newReleasePull, type ReleasePull } from '../../domain/release-pull.ts';
import type { UnsafeWord } from '../../domain/setup/unsafe-word.ts';
import { isVoiding } from '../../domain/sign-off.ts';
import { withoutVoidWords } from '../../domain/slot-choice.ts';
import type { BugOutcome } from '../../domain/slot.ts';
import { renderHeld } from '../../domain/text/slot.ts';
import { pullNews } from '../answer.ts';
import type { Context } from '../context.ts';
import type { Carried } from './build-stage.ts';
import { factsOf, type Gathered } from './facts.ts';

/** What a slot has decided so far; filled step by step, written in one commit. */
export interface Draft {
  readonly bugs: Map<number, Bug>;
  readonly outcomes: Map<number, BugOutcome>;
  readonly outbox: OutboxEntry[];
  readonly carried: Map<EnvironmentName, Carried[]>;
  /** Pull requests that are signed off by themselves. */
  readonly pulls: Map<number, ReleasePull>;
}

/** A slot while it is planned: every step reads what was gathered and writes its decisions into the draft. */
export interface Planning extends PlanManner {
  readonly context: Context;
  readonly gathered: Gathered;
  readonly draft: Draft;
}

/** How a slot is planned. */
export interface PlanManner {
  /** Nothing may be changed anywhere. */
  readonly isPreview: boolean;
  /** Whether PROD is deployed to although nothing guards it. */
  readonly unsafeWord: UnsafeWord;
  /** For whom the environments are to be locked; a preview only minds locks that nobody lifts by themselves. */
  readonly locking: { readonly owner: LeaseOwner; readonly endedRuns: ReadonlySet<number> };
  /** Bugs whose changes the remote does not take. */
  readonly unwanted?: ReadonlyMap<number, Refusal>;
}

/** A plan that nothing is done by. */
export function previewManner(unsafeWord: UnsafeWord): PlanManner {
  const owner = { kind: 'run', runId: null, attempt: 1 } as const;
  return { isPreview: true, unsafeWord, locking: { owner, endedRuns: new Set() } };
}

/** Begins with nothing decided. */
export function startPlanning(context: Context, gathered: Gathered, manner: PlanManner): Planning {
  const draft: Draft = {
    bugs: new Map(),
    outcomes: new Map(),
    outbox: [],
    carried: new Map(),
    pulls: new Map(),
  };
  return { context, gathered, draft, ...manner };
}

/** Puts a bug on its way to an environment. */
export function carry({ draft }: Planning, environment: EnvironmentName, carried: Carried): void {
  draft.carried.set(environment, [...(draft.carried.get(environment) ?? []), carried]);
}

/** Keeps a bug where it is, says why on the card, and tells its people when the reason is new. */
export function hold(planning: Planning, held: Bug, refusal: Refusal): void {
  const { draft } = planning;
  const { slot } = planning.gathered;
  const nowMs = planning.context.clock.nowMs();
  const { reason, message } = refusal;
  const bug = isVoiding(refusal) ? withoutVoidWords(held, factsOf(planning.gathered, held), nowMs) : held;
  const entry: Hold = { reason, message, slot: slot.id, atMs: nowMs };
  draft.bugs.set(bug.number, { ...bug, hold: entry });
  draft.outcomes.set(bug.number, { bug: bug.number, outcome: 'held', reason, message });
  if (isKnown(held, entry)) return;
  draft.outbox.push({
    id: heldId(entry, bug.number),
    issue: bug.number,
    createdAtMs: nowMs,
    action: { kind: 'comment', body: renderHeld(slot.id, message) },
  });
}

/** The same for a pull request that is signed off by itself; it is told there. */
export function holdPull({ context, gathered, draft }: Planning, pull: number, refusal: Refusal): void {
  const { slot, state } = gathered;
  const atMs = context.clock.nowMs();
  const { reason, message } = refusal;
  const held = state.pulls.get(pull) ?? newReleasePull(pull);
  const entry: Hold = { reason, message, slot: slot.id, atMs };
  draft.pulls.set(pull, { ...held, hold: entry });
  draft.outcomes.set(pull, { bug: pull, outcome: 'held', reason, message });
  if (isKnown(held, entry)) return;
  const body = renderHeld(slot.id, message);
  draft.outbox.push(pullNews(heldId(entry, pull), pull, { body, atMs }));
}

/** A slot that is run again may hold it for another reason, which is another thing to be said. */
function heldId({ slot, atMs }: Hold, number: number): string {
  return `held-${slot?.replace('/', '-')}-${number}-${atMs}`;
}

/** A slot says a reason once, however its words change. */
function isKnown({ hold: known }: Pick<Bug, 'hold'>, { slot, reason, message }: Hold): boolean {
  return known?.reason === reason && (known.message === message || known.slot === slot);
}
