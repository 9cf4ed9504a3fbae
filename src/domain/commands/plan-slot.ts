import { keyOf } from '../approval.ts';
import { allow } from '../decision.ts';
import type { Command } from './define.ts';

/** Asks what the next slots would do. */
export const planSlot: Command = {
  name: 'plan-slot',
  usage: '/plan-slot',
  help: 'Shows what the next T1 and T2 would do as things are now, and changes nothing.',
  examples: ['/plan-slot'],
  role: 'write',
  from: 'any',
  needs: [],
  prepare: () => ({
    targets: 'this',
    pulls: [],
    decide: (call, { bug }) =>
      allow(bug, 'The plan of the next T1 and T2 follows.', [
        { kind: 'preview_slots', issue: bug.number, askedBy: keyOf(call.given) },
      ]),
  }),
};
