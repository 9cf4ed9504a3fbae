import { allow } from '../decision.ts';
import { renderHelp } from '../text/help.ts';
import type { Command } from './define.ts';

/** Lists the commands. Gets the registry handed in, because it is a row of it. */
export function defineHelp(registry: () => readonly Command[]): Command {
  return {
    name: 'help',
    usage: '/help',
    help: 'Lists the commands and who may use them.',
    examples: ['/help'],
    role: 'anyone',
    from: 'any',
    needs: [],
    prepare: () => ({
      targets: 'this',
      pulls: [],
      decide: (_call, { bug }) => allow(bug, renderHelp(registry())),
    }),
  };
}
