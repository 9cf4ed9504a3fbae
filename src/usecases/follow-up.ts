import type { FollowUp } from '../domain/decision.ts';
import type { Setting } from '../ports/configuration.ts';
import { analyzeBug } from './analyze-bug.ts';
import type { Context } from './context.ts';
import { dispatchSlot } from './dispatch-slot.ts';
import { dispatchOrder } from './order/dispatch-order.ts';
import { postPreviews } from './slot/post-previews.ts';
import { gateAll } from './gate/gate-pulls.ts';

/** Does what a decision asked for beyond the ledger. Closing and reopening are in the outbox already. */
export async function followUp(context: Context, setting: Setting, next: FollowUp): Promise<void> {
  switch (next.kind) {
    case 'analyze':
      return analyzeBug(context, setting, next.issue);
    case 'preview_slots':
      return postPreviews(context, setting, next);
    case 'dispatch_slot':
      return dispatchSlot(context, next.slot);
    case 'dispatch_rollback':
      return dispatchOrder(context, { id: next.release, kind: 'rollback' });
    case 'dispatch_hotfix':
      return dispatchOrder(context, { id: next.release, kind: 'hotfix' });
    case 'judge_pulls':
      return gateAll(context);
    case 'close_issue':
    case 'reopen_issue':
      return undefined;
  }
}
