import { refuse, type Refusal } from '../reason.ts';
import type { GateButton } from '../text/gate.ts';
import { approveProd } from './approve-prod.ts';
import { approveUatMerge } from './approve-uat-merge.ts';
import type { Command, Understood } from './define.ts';

const COMMANDS: Readonly<Record<Exclude<GateButton, 'recheck'>, Command>> = {
  approve_prod: approveProd,
  approve_uat_merge: approveUatMerge,
};

/** The command that a button stands for, about the bugs of its pull request: `/approve-prod #12 #15`. */
export function commandOfButton(
  button: Exclude<GateButton, 'recheck'>,
  bugs: readonly number[],
): ({ readonly kind: 'command' } & Understood) | Refusal {
  const command = COMMANDS[button];
  const prepared = command.prepare(bugs.map((number) => `#${number}`).join(' '));
  if ('kind' in prepared) return prepared;
  return bugs.length === 0
    ? refuse('not_a_bug', 'This pull request belongs to no bug that is tracked.')
    : { kind: 'command', command, prepared };
}
