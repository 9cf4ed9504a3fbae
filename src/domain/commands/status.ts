import { allow } from '../decision.ts';
import { renderStatus } from '../text/card.ts';
import type { Command } from './define.ts';

/** Shows where the bug stands. */
export const status: Command = {
  name: 'status',
  usage: '/status',
  help: 'Shows where the bug stands, what comes next and who can do it.',
  examples: ['/status'],
  role: 'anyone',
  from: 'any',
  needs: [],
  prepare: () => ({
    targets: 'this',
    pulls: [],
    decide: (_call, facts) => allow(facts.bug, renderStatus(facts)),
  }),
};
