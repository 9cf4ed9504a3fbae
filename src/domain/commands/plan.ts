import { allow, move } from '../decision.ts';
import type { Command } from './define.ts';

/** Runs the analysis now instead of at T1. */
export const plan: Command = {
  name: 'plan',
  usage: '/plan',
  help: 'Runs the analysis now instead of at T1.',
  examples: ['/plan'],
  role: 'responder',
  from: ['confirmed', 'planned'],
  needs: [],
  prepare: () => ({
    targets: 'this',
    pulls: [],
    decide: (call, { bug, nowMs }) =>
      allow(move(bug, 'start_analysis', { atMs: nowMs, by: call.actor }), 'The analysis is on its way.', [
        { kind: 'analyze', issue: bug.number },
      ]),
  }),
};
