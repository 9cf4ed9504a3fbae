import { allow } from '../decision.ts';
import { orderOf } from '../hotfix.ts';
import { refuse } from '../reason.ts';
import { isFinal, waitsForProd } from '../status.ts';
import type { Command } from './define.ts';

/** Tries again what failed in the last slot. */
export const retry: Command = {
  name: 'retry',
  usage: '/retry',
  help: 'Tries again what failed: at once while the slot may still start, else in the next one.',
  examples: ['/retry'],
  role: 'admin',
  from: 'any',
  needs: [],
  prepare: () => ({
    targets: 'this',
    pulls: [],
    decide: (_call, { bug, slots, nowMs }) => {
      if (isFinal(bug.status, bug.flow))
        return refuse('wrong_status', `It is ${bug.status}: nothing is left to do.`);
      const failed = slots.find((slot) => slot.state === 'failed' && nowMs <= slot.latestStartMs);
      if (failed === undefined && bug.hold === null) {
        return refuse('nothing_to_retry', 'Nothing failed. `/status` shows what it waits for.');
      }
      if (orderOf(bug) !== null && waitsForProd(bug.status))
        return refuse('severity_needs_hotfix', 'No slot takes it: an admin says `/hotfix` again.');
      const lifted = { ...bug, hold: null };
      if (failed === undefined) return allow(lifted, 'The next slot tries it again.');
      return allow(lifted, `${failed.id} runs again now.`, [{ kind: 'dispatch_slot', slot: failed.id }]);
    },
  }),
};
