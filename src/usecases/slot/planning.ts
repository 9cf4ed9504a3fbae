import type { Bug, Hold } from '../../domain/bug.ts';
import { move } from '../../domain/decision.ts';
import type { OutboxEntry } from '../../domain/ledger.ts';
import type { EnvironmentName } from '../../domain/policy.ts';
import type { Refusal } from '../../domain/reason.ts';
import type { BugOutcome } from '../../domain/slot.ts';
import { renderHeld } from '../../domain/text/slot.ts';
import type { Context } from '../context.ts';
import type { Carried } from './build-stage.ts';
import type { Gathered } from './facts.ts';

/** What a slot has decided so far; filled step by step, written in one commit. */
export interface Draft {
  readonly bugs: Map<number, Bug>;
  readonly outcomes: Map<number, BugOutcome>;
  readonly outbox: OutboxEntry[];
  readonly carried: Map<EnvironmentName, Carried[]>;
}

/** A slot while it is planned: every step reads what was gathered and writes its decisions into the draft. */
export interface Planning {
  readonly context: Context;
  readonly gathered: Gathered;
  readonly draft: Draft;
}

/** Begins with nothing decided. */
export function startPlanning(context: Context, gathered: Gathered): Planning {
  const draft: Draft = { bugs: new Map(), outcomes: new Map(), outbox: [], carried: new Map() };
  return { context, gathered, draft };
}

/** Puts a bug on its way to an environment. */
export function carry({ draft }: Planning, environment: EnvironmentName, carried: Carried): void {
  draft.carried.set(environment, [...(draft.carried.get(environment) ?? []), carried]);
}

const VOIDING = ['fix_changed', 'plan_changed', 'comment_deleted', 'comment_edited', 'approver_lost_role'];

/** Keeps a bug where it is, says why on the card, and tells its people when the reason is new. */
export function hold(planning: Planning, held: Bug, refusal: Refusal): void {
  const { draft } = planning;
  const { slot } = planning.gathered;
  const nowMs = planning.context.clock.nowMs();
  const { reason, message } = refusal;
  const bug = VOIDING.includes(reason) ? withoutApproval(held, nowMs) : held;
  const entry: Hold = { reason, message, slot: slot.id, atMs: nowMs };
  draft.bugs.set(bug.number, { ...bug, hold: entry });
  draft.outcomes.set(bug.number, { bug: bug.number, outcome: 'held', reason, message });
  const isKnown = held.hold?.reason === reason && held.hold.message === message;
  if (isKnown) return;
  draft.outbox.push({
    id: `held-${slot.id.replace('/', '-')}-${bug.number}`,
    issue: bug.number,
    createdAtMs: nowMs,
    action: { kind: 'comment', body: renderHeld(slot.id, message) },
  });
}

/** A void approval is gone: the bug goes back to where it waits for a new one. */
function withoutApproval(bug: Bug, nowMs: number): Bug {
  const isUatMerge = bug.status === 'pending_uat_merge';
  const action = isUatMerge ? 'approve_uat_merge' : 'approve_prod';
  const approvals = bug.approvals.filter((approval) => approval.action !== action);
  const rest = { ...bug, approvals };
  if (isUatMerge)
    return move(rest, 'withdraw_uat_merge', { atMs: nowMs, by: null, note: 'the approval is void' });
  if (bug.flow !== 1) return rest;
  return move(rest, 'withdraw_prod', { atMs: nowMs, by: null, note: 'the approval is void' });
}
