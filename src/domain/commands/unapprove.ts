import { allow, move } from '../decision.ts';
import { refuse } from '../reason.ts';
import type { Command } from './define.ts';

/** Takes an approval back before the slot has acted on it. */
export const unapprove: Command = {
  name: 'unapprove',
  usage: '/unapprove',
  help: 'Takes the approval back, yours or another admin’s, before T2 has acted on it.',
  examples: ['/unapprove'],
  role: 'admin',
  from: ['planned', 'pending_prod', 'pending_uat_merge'],
  needs: [],
  prepare: () => ({
    targets: 'this',
    pulls: [],
    decide: (call, { bug, nowMs }) => {
      const action = bug.status === 'pending_uat_merge' ? 'approve_uat_merge' : 'approve_prod';
      if (!bug.approvals.some((approval) => approval.action === action)) {
        return refuse('nothing_to_withdraw', 'There is no approval to take back.');
      }
      const approvals = bug.approvals.filter((approval) => approval.action !== action);
      // In Flow 2 the bug waits in the queue for its sign-off, so it stays where it is.
      const stays = action === 'approve_prod' && bug.flow === 2;
      const event = action === 'approve_prod' ? 'withdraw_prod' : 'withdraw_uat_merge';
      const moved = stays
        ? bug
        : move(bug, event, { atMs: nowMs, by: call.actor, note: 'approval taken back' });
      return allow({ ...moved, approvals }, 'The approval is taken back; nothing of it is deployed.');
    },
  }),
};
