import type { Approval } from './approval.ts';
import type { Bug } from './bug.ts';
import { move } from './decision.ts';
import type { Person } from './person.ts';
import type { Policy } from './policy.ts';
import { countSignOffs, neededSignOff } from './sign-off.ts';
import type { BugEvent } from './status.ts';

/**
 * Takes approvals off a bug. With too few left it goes back to where it waits for them; in Flow 2 it waits for its
 * sign-off in the queue itself, so it stays.
 */
export function withdraw(
  bug: Bug,
  isGone: (approval: Approval) => boolean,
  step: {
    readonly policy: Policy;
    readonly atMs: number;
    readonly by: Person | null;
    readonly note: string;
  },
): Bug {
  const approvals = bug.approvals.filter((approval) => !isGone(approval));
  if (approvals.length === bug.approvals.length) return bug;
  const rest = { ...bug, approvals };
  const event = wayBack(bug);
  return event === null || hasEnough(rest, step.policy) ? rest : move(rest, event, step);
}

function wayBack({ status, flow }: Bug): BugEvent | null {
  if (status === 'pending_uat_merge') return 'withdraw_uat_merge';
  return status === 'pending_prod' && flow === 1 ? 'withdraw_prod' : null;
}

/** By what the ledger itself knows; whether each word still stands is looked at by the slot. */
function hasEnough(bug: Bug, policy: Policy): boolean {
  const facts = { policy, fixes: null, beforeMs: null, checked: 'not_yet' } as const;
  const needed = neededSignOff(bug, facts);
  if (needed === null) return false;
  const { people, required } = countSignOffs(bug, needed, facts);
  return people.length >= required;
}
