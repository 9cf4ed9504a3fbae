import type { Command } from '../commands/define.ts';
import type { Decision } from '../decision.ts';
import type { Person } from '../person.ts';
import { nameOf } from './markdown.ts';

/** A command as it was given. */
interface Asked {
  readonly actor: Person;
  readonly command: Command;
  /** The issue that it stands on. */
  readonly issue: number;
}

/** The answer to a command: one bug's words as they are, several as a list with the bug's number. */
export function renderBatchAnswer(
  { actor, command, issue }: Asked,
  decisions: readonly { readonly number: number; readonly decision: Decision }[],
): string {
  const [only, ...more] = decisions;
  const head = `${nameOf(actor)}: \`/${command.name}\``;
  if (only === undefined) return `${head}\n\nThere is no bug that this is for now.`;
  if (more.length === 0 && only.number === issue)
    return `${head}\n\n${markOf(only.decision)}${wordsOf(only.decision)}`;
  const rows = decisions.map(({ number, decision }) => {
    return `- ${markOf(decision)}#${number}: ${wordsOf(decision).replaceAll('\n', '\n  ')}`;
  });
  return `${head}\n\n${rows.join('\n')}`;
}

function markOf(decision: Decision): string {
  return decision.kind === 'allowed' ? '✅ ' : '❌ ';
}

function wordsOf(decision: Decision): string {
  return decision.kind === 'allowed' ? decision.answer : decision.message;
}
