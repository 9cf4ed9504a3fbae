import { refuse, type Refusal } from '../reason.ts';
import { code } from '../text/markdown.ts';
import type { Command, Prepared } from './define.ts';
import { COMMANDS } from './index.ts';

/** A comment, read: a command with its arguments understood, a refusal, or nothing for us. */
export type ParsedComment =
  | { readonly kind: 'command'; readonly command: Command; readonly prepared: Prepared }
  | { readonly kind: 'refused'; readonly command: string; readonly refusal: Refusal }
  | { readonly kind: 'none' };

const COMMAND_LINE = /^\/([a-z][a-z0-9-]{0,39})(?:[ \t]+(.*))?$/iu;

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
  const lines = visibleLines(body.slice(0, MAX_BODY));
  const known: { command: Command; argumentText: string }[] = [];
  for (const line of lines) {
    const match = COMMAND_LINE.exec(line);
    const command = COMMANDS.find((each) => each.name === match?.[1]?.toLowerCase());
    if (command !== undefined)
      known.push({ command, argumentText: (match?.[2] ?? '').trim().slice(0, 2_000) });
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
  const known = COMMANDS.map((each) => `\`/${each.name}\``).join(', ');
  const message = `There is no command ${code(`/${name}`)}. There are ${known}; \`/help\` explains them.`;
  return { kind: 'refused', command: name, refusal: refuse('unknown_command', message) };
}

/** The lines that a reader sees as the author's own words, trimmed at the end. */
function visibleLines(body: string): string[] {
  const visible: string[] = [];
  let fence: string | null = null;
  for (const line of withoutHtmlComments(body).split(/\r?\n/u)) {
    const mark: string | undefined = /^ {0,3}(`{3,}|~{3,})/u.exec(line)?.[1];
    if (fence !== null) {
      if (mark !== undefined && mark.startsWith(fence) && line.trim() === mark) fence = null;
    } else if (mark !== undefined) fence = mark;
    // Four spaces or a tab make a code block, `>` a quote; neither is a command.
    else if (!/^(?: {4}|\t| {0,3}>)/u.test(line)) visible.push(line.trim());
  }
  return visible;
}

/** An unclosed comment hides all that follows, as on GitHub. */
function withoutHtmlComments(body: string): string {
  const parts: string[] = [];
  let at = 0;
  while (at < body.length) {
    const open = body.indexOf('<!--', at);
    if (open === -1) break;
    parts.push(body.slice(at, open));
    const end = body.indexOf('-->', open + 4);
    at = end === -1 ? body.length : end + 3;
  }
  return [...parts, body.slice(at)].join('');
}
