import { allow } from '../decision.ts';
import { refuse } from '../reason.ts';
import type { Command } from './define.ts';

/** Lifts what `/freeze` has stopped. */
export const unfreeze: Command = {
  name: 'unfreeze',
  usage: '/unfreeze',
  help: 'Lifts every freeze that was said; those of the configuration and of variables end there.',
  examples: ['/unfreeze'],
  role: 'admin',
  from: 'any',
  needs: [],
  prepare: () => ({
    targets: 'this',
    pulls: [],
    decide: (_call, { bug, freezes, nowMs }) => {
      const standing = freezes.said.filter(({ untilMs }) => untilMs === null || untilMs > nowMs);
      if (standing.length === 0) {
        return refuse('nothing_to_withdraw', 'No freeze was said. Those of the configuration end there.');
      }
      const answer = 'The freeze is lifted; the next slot goes on.';
      return { ...allow(bug, answer, [{ kind: 'judge_pulls' }]), freezes: [] };
    },
  }),
};
