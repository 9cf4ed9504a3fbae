import { isSameFix, planFor, type Approval, type ApprovedFix } from './approval.ts';
import type { Bug } from './bug.ts';
import { nextSlot, type SlotCalendar } from './calendar.ts';
import { move } from './decision.ts';
import { approvedFixesOn } from './fix.ts';
import { hasRole, type Member } from './person.ts';
import type { Policy } from './policy.ts';

const ACTION = 'approve_uat_merge';

/**
 * A bug whose hotfix is live, queued for UAT: the admins' words for exactly what came to PROD let the same go to UAT, too.
 * Where they are fewer than the policy wants there, it stays `deployed_prod` and waits for `/approve-uat-merge`.
 */
export function queueForUat(
  bug: Bug,
  brought: readonly ApprovedFix[],
  given: {
    readonly policy: Policy;
    readonly calendar: SlotCalendar;
    /** Whoever signed it off, with what they may do. */
    readonly members: readonly Member[];
    readonly atMs: number;
  },
): Bug {
  const { policy, calendar, members, atMs } = given;
  if (bug.status !== 'deployed_prod') return bug;
  const admins = members.filter((member) => hasRole(member, 'admin', policy.roles));
  const words = admins.flatMap(({ person }) => wordOf(bug, person.id, brought) ?? []);
  if (words.length < policy.approvals.required.uat) return bug;
  const slot = nextSlot(calendar, 'T2', atMs).id;
  const fixes = approvedFixesOn(bug, 'prod');
  const plan = planFor(ACTION, bug.flow, policy);
  const approvals = words.map((word): Approval => ({
    ...word,
    action: ACTION,
    environment: 'uat',
    slot,
    fixes,
    plan,
  }));
  const step = { atMs, by: null, note: 'the sign-off of the hotfix counts for UAT, too' };
  return move({ ...bug, approvals: [...bug.approvals, ...approvals] }, ACTION, step);
}

function wordOf({ approvals }: Bug, personId: number, brought: readonly ApprovedFix[]): Approval | undefined {
  return approvals.findLast(
    ({ action, by, fixes }) => action === 'approve_hotfix' && by.id === personId && isSameFix(fixes, brought),
  );
}
