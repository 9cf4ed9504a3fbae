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
    decide: ({ writtenAtMs }, { bug, freezes, nowMs }) => {
      const standing = freezes.said.filter(({ untilMs }) => untilMs === null || untilMs > nowMs);
      if (standing.length === 0) {
        return refuse('nothing_to_withdraw', 'No freeze was said. Those of the configuration end there.');
      }
      // These words have come in late, and nobody has meant what was said since.
      const younger = standing.filter(({ fromMs }) => fromMs > writtenAtMs);
      if (younger.length === standing.length)
        return refuse(
          'overtaken',
          'The freeze was said after you wrote that. Say `/unfreeze` again to lift it.',
        );
      const answer =
        younger.length === 0
          ? 'The freeze is lifted; the next slot goes on.'
          : 'What was frozen before you wrote that is lifted; what was frozen after it stays.';
      return { ...allow(bug, answer, [{ kind: 'judge_pulls' }]), freezes: younger };
    },
  }),
};
