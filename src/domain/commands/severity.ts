import { allow } from '../decision.ts';
import { refuse } from '../reason.ts';
import { changeSeverity } from '../severity-change.ts';
import { parseSeverity, SEVERITIES } from '../severity.ts';
import type { Command } from './define.ts';

/** Says how bad the bug is. */
export const severity: Command = {
  name: 'severity',
  usage: `/severity <${SEVERITIES.join('|')}>`,
  help: 'Sets the severity; the `severity:` label does the same.',
  examples: ['/severity medium', '/severity critical'],
  role: 'triage',
  from: 'any',
  needs: [],
  prepare: (argumentText) => {
    const level = parseSeverity(argumentText.trim());
    if (level === null) {
      return refuse(
        'bad_arguments',
        `Say one of ${SEVERITIES.map((each) => `\`/severity ${each}\``).join(', ')}.`,
      );
    }
    return {
      targets: 'this',
      pulls: [],
      decide: (call, facts) => {
        if (call.writtenAtMs < (facts.bug.saidAtMs.severity ?? 0))
          return refuse(
            'overtaken',
            'The severity was set after you wrote that. Say it again if it is to count.',
          );
        const change = changeSeverity(facts.bug, level, {
          ...facts,
          by: call.actor,
          saidAtMs: call.writtenAtMs,
        });
        return allow(change.bug, change.message);
      },
    };
  },
};
