import { allow, move } from '../decision.ts';
import { refuse } from '../reason.ts';
import { plain } from '../text/markdown.ts';
import type { Command } from './define.ts';

/** Turns a report down. */
export const reject: Command = {
  name: 'reject',
  usage: '/reject <reason>',
  help: 'Turns the report down and closes the issue; the reason is kept.',
  examples: ['/reject works as documented'],
  role: 'admin',
  from: ['submitted', 'confirmed', 'analyzing', 'planned'],
  needs: [],
  prepare: (argumentText) => {
    const reason = plain(argumentText);
    if (reason === '') return refuse('bad_arguments', 'Say why: `/reject <reason>`.');
    return {
      targets: 'this',
      pulls: [],
      decide: (call, { bug, nowMs }) =>
        allow(move(bug, 'reject', { atMs: nowMs, by: call.actor, note: reason }), `Rejected: ${reason}`, [
          { kind: 'close_issue', issue: bug.number, as: 'not_planned' },
        ]),
    };
  },
};
