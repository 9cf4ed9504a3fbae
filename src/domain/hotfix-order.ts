import type { ApprovedFix } from './approval.ts';
import type { Bug } from './bug.ts';
import type { SlotCalendar } from './calendar.ts';
import { approvedHeads, fixesFor, refuseUnready, type FixFacts } from './fix.ts';
import { refuseFrozenHotfix } from './freeze-hotfix.ts';
import type { Freeze } from './freeze.ts';
import type { Priority } from './hotfix-policy.ts';
import { orderOf, priorityOf } from './hotfix.ts';
import type { LedgerState } from './ledger.ts';
import { hasRole, type Member } from './person.ts';
import type { Policy } from './policy.ts';
import { refuse, type Refusal } from './reason.ts';
import { ORDER_LEASE_MS, orderedEnvelope, slotReleaseId, type Release } from './release.ts';
import { countSignOffs, refuseUnsigned, type NeededSignOff, type SignOffFacts } from './sign-off.ts';
import { statusAfter } from './status.ts';
import { refuseHeldBack } from './take-back.ts';
import { code } from './text/markdown.ts';

/** A hotfix whose order is there. */
export type OrderedHotfix = Release & { readonly hotfix: NonNullable<Release['hotfix']> };

/** A hotfix by the name of its release; `null` where there is none. */
export function findHotfix(releases: LedgerState['releases'], id: string): OrderedHotfix | null {
  const release = releases.get(id);
  return release?.hotfix === undefined ? null : { ...release, hotfix: release.hotfix };
}

/** The hotfix of a bug that is still to be carried out; `null` when there is none, or it was given up. */
export function runningHotfix(releases: LedgerState['releases'], bug: number, nowMs: number): Release | null {
  const running = [...releases.values()].find(
    ({ hotfix, state, plannedAtMs }) =>
      hotfix?.bug === bug && state === 'planned' && nowMs - plannedAtMs < ORDER_LEASE_MS,
  );
  return running ?? null;
}

/** The order for a hotfix of exactly these fixes, as a release that is still to be planned. */
export function orderHotfix(
  bug: Bug,
  fixes: readonly ApprovedFix[],
  { nowMs, calendar }: { readonly nowMs: number; readonly calendar: SlotCalendar },
): Release {
  const { date, time } = calendar.zone.toLocal(nowMs);
  const operation = `${date}/hotfix-${bug.number}-${time.replace(':', '')}`;
  return {
    id: slotReleaseId(operation, 'prod'),
    kind: 'hotfix',
    environment: 'prod',
    slot: null,
    state: 'planned',
    envelope: orderedEnvelope(fixes[0]?.commits[0], null),
    steps: [],
    deployer: null,
    order: null,
    hotfix: { operation, bug: bug.number, fixes, stage: null },
    plannedAtMs: nowMs,
    endedAtMs: null,
    reason: null,
  };
}

/** What a hotfix needs signed: the heads of its fixes for PROD. */
export function hotfixSignOff(fixes: readonly FixFacts[], policy: Policy): NeededSignOff {
  return { action: 'approve_hotfix', fixes: approvedHeads(fixesFor(fixes, 'prod', policy)) };
}

/** How many different people have to sign a hotfix off: while slots are suspended two, whatever the policy says. */
export function signersNeeded(freeze: Freeze | null, { approvals }: Policy): number {
  return Math.max(approvals.required.prod, freeze?.level === 'suspend' ? 2 : 1);
}

/** What decides whether a hotfix may go on, as it is now. */
export interface HotfixFacts extends Pick<SignOffFacts, 'policy' | 'checked'> {
  /** The bug's linked pull requests. */
  readonly fixes: readonly FixFacts[];
  /** The strictest freeze that covers the bug. */
  readonly freeze: Freeze | null;
  /** Whoever has given a word, with what they may do now. */
  readonly members: readonly Member[];
}

/**
 * Decides whether a bug may go to PROD as a hotfix (PRODUCT section 8): ordered for exactly these fixes, signed off by
 * admins, by two people where a freeze wants it, and ready. Nothing that the order found is taken for granted.
 *
 * Refuses: `wrong_status`, `not_a_hotfix`, `rolled_back`, `not_approved` and why a word counts no more, `frozen`, and
 * what a fix lacks.
 */
export function refuseHotfix(
  bug: Bug,
  { fixes: ordered }: Pick<OrderedHotfix['hotfix'], 'fixes'>,
  facts: HotfixFacts,
): Refusal | null {
  const { policy } = facts;
  const priority = priorityOf(bug.severity, policy);
  if (statusAfter('deploy_hotfix', bug.status, bug.flow) === null)
    return refuse('wrong_status', `#${bug.number} is \`${bug.status}\`: there is nothing to bring to PROD.`);
  if (priority === null || orderOf(bug) === null)
    return refuse(
      'not_a_hotfix',
      `#${bug.number} goes no hotfix path any more: its severity is ${bug.severity}.`,
    );
  return (
    refuseHeldBack(bug, []) ??
    refuseOthers(facts.fixes, { ordered, policy }) ??
    refuseUnsignedHotfix(bug, { ordered, priority }, facts)
  );
}

function refuseUnsignedHotfix(
  bug: Bug,
  { ordered, priority }: { readonly ordered: readonly ApprovedFix[]; readonly priority: Priority },
  facts: HotfixFacts,
): Refusal | null {
  const { policy, fixes, members, freeze } = facts;
  const counting: SignOffFacts = { ...facts, beforeMs: null };
  const needed: NeededSignOff = { action: 'approve_hotfix', fixes: ordered };
  const people = countSignOffs(bug, needed, counting).people.map(({ id }) => id);
  const signers = members.filter(({ person }) => people.includes(person.id));
  return (
    refuseUnsigned(bug, needed, counting) ??
    refuseSigners(signers, { priority, fixes, freeze }, policy) ??
    refuseUnreadyFixes(facts, signers)
  );
}

/**
 * Decides whether those whose words count are enough: as many admins as the policy wants, and whomever a freeze wants
 * beside. The word that may start a hotfix and the run that it starts are judged by this.
 *
 * Refuses: `not_approved`, `frozen`.
 */
export function refuseSigners(
  signers: readonly Member[],
  hotfix: Pick<HotfixFacts, 'fixes' | 'freeze'> & { readonly priority: Priority },
  policy: Policy,
): Refusal | null {
  const { priority, fixes, freeze } = hotfix;
  return (
    refuseWithoutAdmins(signers, policy) ??
    refuseFrozenHotfix(freeze, { priority, signers, authors: authorsOf(fixes) }, policy)
  );
}

/** The pull requests have other heads, or are others, than those that were ordered. */
function refuseOthers(
  fixes: readonly FixFacts[],
  { ordered, policy }: { readonly ordered: readonly ApprovedFix[]; readonly policy: Policy },
): Refusal | null {
  const now = fixesFor(fixes, 'prod', policy).map(({ pull, head }) => `${pull} ${head}`);
  const then = ordered.map(({ pull, commits }) => `${pull} ${commits[0] ?? ''}`);
  if (now.toSorted().join() === then.toSorted().join()) return null;
  return refuse(
    'fix_changed',
    'The fix is not the one that was ordered any more. Look at it and say `/hotfix` again.',
  );
}

function refuseWithoutAdmins(signers: readonly Member[], { roles, approvals }: Policy): Refusal | null {
  const admins = signers.filter((member) => hasRole(member, 'admin', roles)).length;
  const required = approvals.required.prod;
  if (admins >= required) return null;
  return refuse(
    'not_approved',
    `Too few of those who signed it off are admins: ${admins} of ${required}. ${admins === 0 ? 'An' : 'Another'} admin says \`/approve-hotfix\`.`,
  );
}

function authorsOf(fixes: readonly FixFacts[]): ReadonlySet<number> {
  return new Set(
    fixes.flatMap(({ author, contributors }) => [
      ...(author === null ? [] : [author.id]),
      ...(contributors ?? []).map(({ id }) => id),
    ]),
  );
}

function refuseUnreadyFixes({ fixes, policy }: HotfixFacts, signers: readonly Member[]): Refusal | null {
  const people = signers.map(({ person }) => person);
  const found = fixesFor(fixes, 'prod', policy).map((fix) => refuseUnready(fix, policy, people));
  return found.find((refusal) => refusal !== null) ?? null;
}

/** The hotfix is under way already. */
export function refuseRunning({ id }: Release): Refusal {
  return refuse('hotfix_running', `${code(id)} is under way already; it tells here how it goes.`);
}
