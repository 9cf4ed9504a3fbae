import { landingsOn, type Bug, type Hold } from '../../domain/bug.ts';
import { move } from '../../domain/decision.ts';
import type { OutboxEntry } from '../../domain/ledger.ts';
import type { EnvironmentName } from '../../domain/policy.ts';
import { refuse, type Refusal } from '../../domain/reason.ts';
import { chooseForProd, chooseForT1, chooseForUatMerge } from '../../domain/slot-choice.ts';
import type { BugOutcome } from '../../domain/slot.ts';
import { renderHeld } from '../../domain/text/slot.ts';
import type { Context } from '../context.ts';
import { analysisEntry, buildAnalysis, recordPlan } from '../analyze-bug.ts';
import type { Carried } from './build-stage.ts';
import { factsOf, type Gathered } from './facts.ts';

/** What a slot has decided so far; filled step by step, written in one commit. */
export interface Draft {
  readonly bugs: Map<number, Bug>;
  readonly outcomes: Map<number, BugOutcome>;
  readonly outbox: OutboxEntry[];
  readonly carried: Map<EnvironmentName, Carried[]>;
}

/** Nothing decided. */
export function emptyDraft(): Draft {
  return { bugs: new Map(), outcomes: new Map(), outbox: [], carried: new Map() };
}

/** T1: analyses what is confirmed, queues Flow 2, and chooses what goes to UAT. */
export async function planT1(context: Context, gathered: Gathered, draft: Draft): Promise<void> {
  for (const bug of gathered.bugs) {
    const planned = bug.status === 'planned' ? bug : await analyze(context, gathered, draft, bug);
    if (planned !== null) takeAtT1(context, gathered, draft, planned);
  }
}

async function analyze(context: Context, gathered: Gathered, draft: Draft, bug: Bug): Promise<Bug | null> {
  const { versions, state, slot } = gathered;
  const issue = gathered.issues.get(bug.number);
  if (versions === null || issue === undefined) {
    const refusal = refuse(
      'version_unknown',
      'What the environments run could not be found out, so it was not analysed.',
    );
    hold(context, gathered, draft, { bug, refusal });
    return null;
  }
  const fixes = factsOf(gathered, bug).fixes;
  const analysis = await buildAnalysis(context, { bug, issue, versions, fixes, state });
  const step = { atMs: context.clock.nowMs(), by: null, slot: slot.id };
  const analyzing = bug.status === 'analyzing' ? bug : move(bug, 'start_analysis', step);
  const planned = recordPlan(analyzing, analysis, step);
  draft.bugs.set(bug.number, planned);
  draft.outbox.push(analysisEntry(planned, analysis));
  draft.outcomes.set(bug.number, {
    bug: bug.number,
    outcome: 'analyzed',
    reason: null,
    message: analysis.probableCause,
  });
  return planned;
}

function takeAtT1(context: Context, gathered: Gathered, draft: Draft, bug: Bug): void {
  const choice = chooseForT1(bug, factsOf(gathered, bug));
  switch (choice.kind) {
    case 'queue': {
      const step = { atMs: context.clock.nowMs(), by: null, slot: gathered.slot.id };
      draft.bugs.set(bug.number, move(bug, 'queue_for_prod', step));
      draft.outcomes.set(bug.number, {
        bug: bug.number,
        outcome: 'queued',
        reason: null,
        message: 'Flow 2: queued for T2',
      });
      return;
    }
    case 'take':
      carry(draft, 'uat', { bug, fixes: choice.fixes });
      return;
    case 'leave':
      return;
    case 'refused':
      hold(context, gathered, draft, { bug, refusal: choice });
  }
}

/** T2, phase 2a: chooses what goes to PROD. */
export function planProd(context: Context, gathered: Gathered, draft: Draft): void {
  const waiting = gathered.bugs.filter((bug) => bug.status === 'pending_prod').toSorted(byLanding);
  for (const bug of waiting) {
    const choice = chooseForProd(bug, factsOf(gathered, bug));
    if (choice.kind === 'take') carry(draft, 'prod', { bug, fixes: choice.fixes });
    if (choice.kind === 'refused') hold(context, gathered, draft, { bug, refusal: choice });
  }
}

/** T2, phase 2b: chooses what goes back to UAT. */
export function planUatMerge(context: Context, gathered: Gathered, draft: Draft): void {
  const waiting = gathered.bugs.filter((bug) => bug.status === 'pending_uat_merge').toSorted(byLanding);
  for (const bug of waiting) {
    const settled = settledConflict(gathered, bug);
    const choice = chooseForUatMerge(bug, factsOf(gathered, bug));
    if (choice.kind === 'refused') hold(context, gathered, draft, { bug, refusal: choice });
    else if (settled === 'open') {
      const refusal = refuse(
        'conflict',
        `It waits for #${bug.conflict?.pull}, where a person settles the conflict.`,
      );
      hold(context, gathered, draft, { bug, refusal });
    } else carry(draft, 'uat', { bug, fixes: settled });
  }
}

/** A conflict pull request: its merge brings the fix; while it is open the bug waits; closed, the pick is tried anew. */
function settledConflict(gathered: Gathered, bug: Bug): 'open' | Carried['fixes'] {
  const pull = gathered.fixes.find((fix) => fix.pull === bug.conflict?.pull);
  if (pull?.state === 'open') return 'open';
  return pull?.state === 'merged' ? [pull] : [];
}

/** In the order in which they came to the other environment, so that later ones may build on earlier ones. */
function byLanding(left: Bug, right: Bug): number {
  const first = (bug: Bug) =>
    landingsOn(bug, bug.status === 'pending_prod' ? 'uat' : 'prod')[0]?.atMs ?? Number.MAX_SAFE_INTEGER;
  return first(left) - first(right) || left.number - right.number;
}

function carry(draft: Draft, environment: EnvironmentName, carried: Carried): void {
  draft.carried.set(environment, [...(draft.carried.get(environment) ?? []), carried]);
}

const VOIDING = ['fix_changed', 'comment_deleted', 'comment_edited', 'approver_lost_role'];

/** Keeps a bug where it is, says why on the card, and tells its people when the reason is new. */
export function hold(
  context: Context,
  gathered: Gathered,
  draft: Draft,
  held: { readonly bug: Bug; readonly refusal: Refusal },
): void {
  const { refusal } = held;
  const { slot } = gathered;
  const bug = VOIDING.includes(refusal.reason) ? withoutApproval(held.bug, context.clock.nowMs()) : held.bug;
  const entry: Hold = {
    reason: refusal.reason,
    message: refusal.message,
    slot: slot.id,
    atMs: context.clock.nowMs(),
  };
  const isNew = held.bug.hold?.reason !== refusal.reason || held.bug.hold.message !== refusal.message;
  draft.bugs.set(bug.number, { ...bug, hold: entry });
  draft.outcomes.set(bug.number, {
    bug: bug.number,
    outcome: 'held',
    reason: refusal.reason,
    message: refusal.message,
  });
  if (!isNew) return;
  draft.outbox.push({
    id: `held-${slot.id.replace('/', '-')}-${bug.number}`,
    issue: bug.number,
    createdAtMs: context.clock.nowMs(),
    action: { kind: 'comment', body: renderHeld(slot.id, refusal.message) },
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
