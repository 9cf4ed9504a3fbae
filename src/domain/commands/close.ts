import { landingsOn } from '../bug.ts';
import { allow, move, type BugFacts } from '../decision.ts';
import { lacksNote } from '../hotfix.ts';
import { refuse } from '../reason.ts';
import { CLOSED_WITHOUT_NOTE } from '../text/hotfix.ts';
import { plain } from '../text/markdown.ts';
import type { Command } from './define.ts';

/** Ends a bug by hand. */
export const close: Command = {
  name: 'close',
  usage: '/close <reason>',
  help: 'Ends the bug by hand and closes the issue; the reason is kept.',
  examples: ['/close solved by the new checkout page'],
  role: 'admin',
  from: 'any',
  needs: [],
  prepare: (argumentText) => {
    const reason = plain(argumentText);
    if (reason === '') return refuse('bad_arguments', 'Say why: `/close <reason>`.');
    return {
      targets: 'this',
      pulls: [],
      decide: (call, facts) => {
        const { bug, nowMs } = facts;
        if (bug.status === 'closed' || bug.status === 'rejected') {
          return refuse('wrong_status', `It is ${bug.status} already.`);
        }
        if (lacksNote(bug)) return refuse('note_missing', CLOSED_WITHOUT_NOTE);
        return allow(
          move(bug, 'close', { atMs: nowMs, by: call.actor, note: reason }),
          `Closed: ${reason}${renderLeftover(facts)}`,
          [{ kind: 'close_issue', issue: bug.number, as: 'completed' }],
        );
      },
    };
  },
};

function renderLeftover({ bug }: BugFacts): string {
  const onUat = landingsOn(bug, 'uat').length > 0;
  const onProd = landingsOn(bug, 'prod').length > 0;
  if (onUat === onProd) return '';
  const [has, lacks] = onUat ? ['UAT', 'PROD'] : ['PROD', 'UAT'];
  return `\n\nIts fix is on ${has} and not on ${lacks}; from now on that counts as a difference between the versions.`;
}
