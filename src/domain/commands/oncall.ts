import { allow } from '../decision.ts';
import type { Command } from './define.ts';

/** Says that somebody can be reached while today's slots deploy; the record of the command is what counts. */
export const oncall: Command = {
  name: 'oncall',
  usage: '/oncall',
  help: 'Says that you can be reached within 15 minutes while today’s slots deploy.',
  examples: ['/oncall'],
  role: 'responder',
  from: 'any',
  needs: [],
  prepare: () => ({
    targets: 'this',
    pulls: [],
    decide: ({ writtenAtMs }, { bug, calendar }) => {
      const { date } = calendar.zone.toLocal(writtenAtMs);
      return allow(bug, `You are on call for the slots of **${date}**: their checklists count on you.`);
    },
  }),
};
