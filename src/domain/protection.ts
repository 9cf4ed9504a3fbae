import { lastSlot, nextSlot, type Slot, type SlotCalendar, type SlotId, type SlotKind } from './calendar.ts';
import { ENVIRONMENTS, type EnvironmentName, type Policy } from './policy.ts';
import { refuse, type Refusal } from './reason.ts';
import type { Release } from './release.ts';
import { claimedOrder, refuseEntry } from './order-gate.ts';
import { CLAIM_LEASE_MS } from './slot-claim.ts';
import type { LedgerState } from './ledger.ts';
import { purposeOf, slotKindOf, type OrderKind, type WorkflowPurpose } from './own-workflow.ts';
import { stageOf, type SlotRecord, type Stage } from './slot.ts';
import { code } from './text/markdown.ts';

/** Where a workflow run comes from. */
export interface RunOrigin {
  /** The event that started it: `workflow_dispatch`, `schedule`, `push`, … */
  readonly event: string;
  /** The workflow file in the repository. */
  readonly workflowPath: string;
  /** Whether the workflow file is that of the default branch, where only reviewed changes come to. */
  readonly isOnDefaultBranch: boolean;
}

/** A workflow run that wants to deploy. */
export interface RunFacts {
  /** `null` outside Actions. */
  readonly id: number | null;
  /** From 1; a re-run is the next one. */
  readonly attempt: number;
  /** `null` outside Actions, where nobody else can start it. */
  readonly origin: RunOrigin | null;
}

/** All that is known when a run asks whether it may enter an environment. */
export interface DeploymentFacts {
  /** `null`: this repository has no such run of the deployment's commit. */
  readonly run: RunFacts | null;
  /** When its newest attempt was started; absent: just now. */
  readonly startedAtMs?: number;
  /** Name of the GitHub Environment. Untrusted. */
  readonly githubEnvironment: string;
  readonly policy: Policy;
  readonly calendar: SlotCalendar;
  readonly slots: ReadonlyMap<SlotId, SlotRecord>;
  readonly releases: LedgerState['releases'];
  /** Why bugs of the stage, or of the hotfix, may not go any more; those that still may are not in it. */
  readonly withdrawn: ReadonlyMap<number, Refusal>;
  readonly nowMs: number;
}

export type DeploymentVerdict =
  | { readonly kind: 'approved'; readonly slot: SlotId; readonly stage: Stage }
  | { readonly kind: 'approved'; readonly order: Release }
  | {
      readonly kind: 'rejected';
      readonly refusal: Refusal;
      /** When it opens again; `null` where the calendar could not be read. */
      readonly next: Slot | null;
      /** What would be right if it were planned again, without the bugs that may not go any more. */
      readonly again: { readonly slot: SlotId; readonly stage: Stage } | null;
    }
  /** It may still become right: it is asked again, and rejected at the slot's end. */
  | { readonly kind: 'waiting'; readonly message: string };

/**
 * Decides whether a run may enter an environment (PRODUCT section 7): only the run that has the slot, with the candidate
 * that the ledger holds for this environment, while every bug in it may still go; or the run that
 * has a rollback of it or, for PROD, a hotfix whose bug may still go.
 *
 * A run that starts again asks anew, and its plan has to have looked again too. The verdict is the environment's own
 * protection rule and, where there is none, the first thing that the environment's job does.
 */
export function judgeDeployment(facts: DeploymentFacts): DeploymentVerdict {
  const environment = environmentNamed(facts.policy, facts.githubEnvironment);
  if (environment === null) return reject(facts, refuseEnvironment(facts));
  const { run } = facts;
  if (run === null)
    return reject(facts, refuse('foreign_run', 'This repository has no such run of this commit.'));
  const foreign = refuseForeignRun(run.origin, 'any');
  if (foreign !== null) return reject(facts, foreign);
  const order = claimedOrder(facts.releases, run.id);
  if (order !== null) return judgeOrder(facts, run, { environment, order });
  const slot = claimedSlot(facts.slots, run);
  if (slot === null) return judgeUnclaimed(facts, run);
  const refusal = refuseClaim(slot, run) ?? refuseLate(slot, facts.nowMs);
  return refusal === null ? judgeStage(facts, slot, environment) : reject(facts, refusal);
}

function judgeOrder(
  facts: DeploymentFacts,
  { attempt }: RunFacts,
  { environment, order }: { readonly environment: EnvironmentName; readonly order: Release },
): DeploymentVerdict {
  const [withdrawn] = order.kind === 'hotfix' ? facts.withdrawn.values() : [];
  const refusal = refuseEntry(order, { environment, attempt, nowMs: facts.nowMs }) ?? withdrawn ?? null;
  return refusal === null ? { kind: 'approved', order } : reject(facts, refusal);
}

function judgeStage(
  facts: DeploymentFacts,
  slot: SlotRecord,
  environment: EnvironmentName,
): DeploymentVerdict {
  const stage = stageOf(slot, environment);
  if (stage === undefined) return reject(facts, refuseNothing(slot));
  const ended = refuseEnded(slot, stage);
  if (ended !== null) return reject(facts, ended);
  const [withdrawn] = facts.withdrawn.values();
  if (withdrawn === undefined) return { kind: 'approved', slot: slot.id, stage };
  return { ...reject(facts, withdrawn), again: { slot: slot.id, stage } };
}

/** A run that waits longer than the longest slot is waited for by nobody. */
const LONGEST_WAIT_MS = CLAIM_LEASE_MS + 60 * 60_000;

/** The verdict when what it rests on cannot be read: fail closed, but not before it had time to be mended. */
export function judgeUnread(
  refusal: Refusal,
  { startedAtMs, nowMs }: { readonly startedAtMs: number; readonly nowMs: number },
): DeploymentVerdict {
  if (!isWaitedFor({ startedAtMs, nowMs })) return { kind: 'rejected', refusal, next: null, again: null };
  return { kind: 'waiting', message: refusal.message };
}

function isWaitedFor({ startedAtMs, nowMs }: Pick<DeploymentFacts, 'startedAtMs' | 'nowMs'>): boolean {
  return startedAtMs === undefined || nowMs - startedAtMs <= LONGEST_WAIT_MS;
}

/** The environment that GitHub calls by this name, whose case does not matter; `null` when it is none of the two. */
export function environmentNamed(policy: Policy, githubEnvironment: string): EnvironmentName | null {
  const asked = githubEnvironment.toLowerCase();
  return (
    ENVIRONMENTS.find((name) => policy.environments[name].githubEnvironment.toLowerCase() === asked) ?? null
  );
}

/** The slot that a run has; `null` when it has none. */
export function claimedSlot(
  slots: ReadonlyMap<SlotId, SlotRecord>,
  { id }: Pick<RunFacts, 'id'>,
): SlotRecord | null {
  const found = [...slots.values()].filter(({ claim }) => claim !== null && claim.runId === id);
  return found.toSorted((left, right) => left.latestStartMs - right.latestStartMs).at(-1) ?? null;
}

const EVENTS: readonly string[] = ['workflow_dispatch', 'schedule'];

/** Refuses `foreign_run` for a run that nothing of ours can be run by: another workflow, event or branch. */
export function refuseForeignRun(
  origin: RunOrigin | null,
  accepts: WorkflowPurpose | 'any' = 'slot',
): Refusal | null {
  if (origin === null) return null;
  const { workflowPath, event, isOnDefaultBranch } = origin;
  const purpose = purposeOf(workflowPath);
  if (purpose === null || (accepts !== 'any' && purpose !== accepts))
    return refuse(
      'foreign_run',
      `${code(workflowPath)} is not a workflow of a ${accepts === 'any' ? 'slot' : accepts}.`,
    );
  if (!EVENTS.includes(event))
    return refuse('foreign_run', `A slot is started by hand or by time, not by ${code(event)}.`);
  if (isOnDefaultBranch) return null;
  return refuse('foreign_run', 'The run does not belong to a commit of the default branch.');
}

function refuseEnvironment({ githubEnvironment, policy }: DeploymentFacts): Refusal {
  const own = ENVIRONMENTS.map((name) => code(policy.environments[name].githubEnvironment)).join(' and ');
  return refuse(
    'foreign_environment',
    `Only ${own} are deployed by slots, rollbacks and hotfixes; take this rule off ${code(githubEnvironment)}.`,
  );
}

/**
 * Its plan comes before it asks, so the ledger that was read may be a little behind; but not for longer than a slot, and
 * the slot of tonight is none of a run that has waited for days.
 */
function judgeUnclaimed(facts: DeploymentFacts, { origin }: RunFacts): DeploymentVerdict {
  const path = origin?.workflowPath ?? '';
  const purpose = purposeOf(path);
  if (purpose === 'rollback' || purpose === 'hotfix') return judgeUnordered(facts, purpose);
  const kind = slotKindOf(path);
  const due = kind === null ? null : lastSlot(facts.calendar, kind, facts.nowMs);
  const mayCome = due !== null && facts.nowMs <= slotEndMs(due) && isOpen(facts.slots.get(due.id));
  if (mayCome && isWaitedFor(facts))
    return { kind: 'waiting', message: `The ledger does not know yet that this run has ${due.id}.` };
  return reject(facts, refuse('foreign_run', 'The run has no slot in the ledger.'));
}

function isOpen(record: SlotRecord | undefined): boolean {
  return record === undefined || record.state === 'running';
}

function judgeUnordered(facts: DeploymentFacts, ordered: OrderKind): DeploymentVerdict {
  const isOrdered = [...facts.releases.values()].some(
    ({ kind, state, deployer }) => kind === ordered && state === 'planned' && deployer === null,
  );
  if (isOrdered && isWaitedFor(facts))
    return { kind: 'waiting', message: `The ledger does not know yet that this run has a ${ordered}.` };
  return reject(facts, refuse('foreign_run', `The run has no ${ordered} in the ledger.`));
}

function refuseClaim({ id, claim }: SlotRecord, { attempt }: RunFacts): Refusal | null {
  if (claim?.attempt === attempt) return null;
  return refuse(
    'foreign_run',
    `${id} was planned by attempt ${claim?.attempt ?? 0} of this run, and this is attempt ${attempt}: re-run all of its jobs, so that it looks at everything again.`,
  );
}

/** A job that waited for hours at an environment's gate deploys nothing in the morning. */
function refuseLate(slot: SlotRecord, nowMs: number): Refusal | null {
  if (nowMs <= slotEndMs(slot)) return null;
  return refuse('slot_too_late', `${slot.id} is over; its bugs wait for the next one.`);
}

/** When a slot is over, whatever came of it. Epoch milliseconds. */
export function slotEndMs({ latestStartMs }: Pick<Slot, 'latestStartMs'>): number {
  return latestStartMs + CLAIM_LEASE_MS;
}

function refuseEnded(slot: SlotRecord, stage: Stage): Refusal | null {
  switch (stage.state) {
    case 'planned':
      return null;
    case 'deployed':
      return refuse('slot_done', `${slot.id} has deployed ${stage.environment} already.`);
    case 'failed':
      return refuse('slot_done', `${slot.id} failed on ${stage.environment}; \`/retry\` plans it again.`);
    default:
      return stage.state satisfies never;
  }
}

function refuseNothing({ id }: SlotRecord): Refusal {
  return refuse('nothing_to_do', `${id} has nothing for this environment.`);
}

function reject(facts: DeploymentFacts, refusal: Refusal): Extract<DeploymentVerdict, { kind: 'rejected' }> {
  const next = nextSlot(facts.calendar, kindFor(facts), facts.nowMs);
  return { kind: 'rejected', refusal, next, again: null };
}

function kindFor({ policy, githubEnvironment }: DeploymentFacts): SlotKind {
  return environmentNamed(policy, githubEnvironment) === 'uat' ? 'T1' : 'T2';
}
