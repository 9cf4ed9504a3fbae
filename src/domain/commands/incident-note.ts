import { allow, type BugFacts, type Call, type Decision } from '../decision.ts';
import { refuse, type Refusal } from '../reason.ts';
import { isFinal } from '../status.ts';
import type { Command, Prepared } from './define.ts';

const USAGE = '/incident-note root cause: <why> fix: <what was done>';

/** Writes down why a hotfix was needed, which it cannot be closed without. */
export const incidentNote: Command = {
  name: 'incident-note',
  usage: USAGE,
  help: 'Writes down why a hotfix was needed and what it changed; without this it is not closed.',
  examples: [
    '/incident-note root cause: the VAT table was empty after the import fix: an empty table stops the import',
  ],
  role: 'responder',
  from: 'any',
  isLong: true,
  needs: [],
  prepare,
};

const NOTE = /^root cause:(?<rootCause>.+?)\bfix:(?<fix>.+)$/iu;

function prepare(argumentText: string): Prepared | Refusal {
  const { rootCause = '', fix = '' } = NOTE.exec(argumentText.trim())?.groups ?? {};
  const said = { rootCause: rootCause.trim(), fix: fix.trim() };
  if (said.rootCause === '' || said.fix === '')
    return refuse('bad_arguments', `Say why it happened and what was done: \`${USAGE}\`.`);
  return { targets: 'this', pulls: [], decide: (call, facts) => decide(said, call, facts) };
}

function decide(
  said: { readonly rootCause: string; readonly fix: string },
  call: Call,
  { bug, nowMs: atMs }: BugFacts,
): Decision {
  if (bug.hotfix === null || bug.hotfix.order === null)
    return refuse('not_a_hotfix', 'This is no hotfix, so it needs no note.');
  const noted = { ...bug, hotfix: { ...bug.hotfix, note: { ...said, by: call.actor, atMs } } };
  // Only the note was missing.
  const isOver = isFinal(bug.status, bug.flow) && bug.status !== 'closed' && bug.status !== 'rejected';
  return allow(
    noted,
    'The note is on the card. Once the way of the bug is over, or with `/close <reason>`, the issue can be closed.',
    isOver ? [{ kind: 'close_issue', issue: bug.number, as: 'completed' }] : [],
  );
}
