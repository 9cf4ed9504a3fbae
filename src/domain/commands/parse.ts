import { nearestWord } from '../nearest.ts';
import { refuse, type Refusal } from '../reason.ts';
import { code } from '../text/markdown.ts';
import { ownLines } from '../text/own-lines.ts';
import type { Command, Prepared } from './define.ts';
import { COMMANDS } from './index.ts';

/** A comment, read: a command with its arguments understood, a refusal, or nothing for us. */
export type ParsedComment =
  | { readonly kind: 'command'; readonly command: Command; readonly prepared: Prepared }
  | { readonly kind: 'refused'; readonly command: string; readonly refusal: Refusal }
  | { readonly kind: 'none' };

/** Without the `i` flag, which lets letters of other alphabets pass for Latin ones. */
const COMMAND_LINE = /^\/([A-Za-z][A-Za-z0-9-]{0,39})(?:\s+(.*))?$/u;

/** All that GitHub keeps of a comment. */
const MAX_BODY = 65_536;

/**
 * Reads the command of a comment: a line of its own that begins with `/`, outside quotes, code and HTML comments.
 *
 * Bounds: the first 65,536 characters, which is all that GitHub keeps; linear in the length.
 * Refuses: `unknown_command` only when the comment's first line is one, so that a path in a log is no mistake;
 * `bad_arguments` for arguments that the command does not understand, or for more than one command.
 */
export function parseComment(body: string): ParsedComment {
  const lines = ownLines(body.slice(0, MAX_BODY));
  const known: { command: Command; argumentText: string }[] = [];
  for (const [at, line] of lines.entries()) {
    const match = COMMAND_LINE.exec(line);
    const command = COMMANDS.find((each) => each.name === match?.[1]?.toLowerCase());
    if (command === undefined) continue;
    const below = command.isLong === true ? lines.slice(at + 1) : [];
    const words = [match?.[2] ?? '', ...below].join(' ');
    known.push({ command, argumentText: words.trim().slice(0, 2_000) });
  }
  const [first, second] = known;
  if (first === undefined) return parseUnknown(lines);
  if (second !== undefined)
    return refuseShape(first.command, 'One command a comment, please: write each in a comment of its own.');
  if (body.length > MAX_BODY)
    return refuseShape(first.command, `The comment is too long (${body.length} of ${MAX_BODY} characters).`);
  const prepared = first.command.prepare(first.argumentText);
  if ('kind' in prepared) return { kind: 'refused', command: first.command.name, refusal: prepared };
  return { kind: 'command', command: first.command, prepared };
}

function refuseShape(command: Command, message: string): ParsedComment {
  return {
    kind: 'refused',
    command: command.name,
    refusal: refuse('bad_arguments', `${message} Nothing was done.`),
  };
}

function parseUnknown(lines: readonly string[]): ParsedComment {
  const name = COMMAND_LINE.exec(lines.find((line) => line !== '') ?? '')?.[1];
  if (name === undefined) return { kind: 'none' };
  const message = `There is no command ${code(`/${name}`)}${describeMeant(name)} \`/help\` explains them.`;
  return { kind: 'refused', command: name, refusal: refuse('unknown_command', message) };
}

function describeMeant(name: string): string {
  const known = COMMANDS.map((each) => each.name);
  const near = nearestWord(name, known);
  if (near !== null) return `; did you mean \`/${near}\`?`;
  return `. There are ${known.map((each) => `\`/${each}\``).join(', ')};`;
}
