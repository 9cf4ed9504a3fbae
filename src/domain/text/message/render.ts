import type { SlotCalendar } from '../../calendar.ts';
import type { ChannelPolicy, NotifyPolicy } from '../../message/channel.ts';
import type { MessageEntry } from '../../message/entry.ts';
import type { Fact, MessageKind, NamedBug } from '../../message/event.ts';
import { oneLine } from '../markdown.ts';
import { readTemplate, type Piece, type Style } from './template.ts';
import { WORDINGS } from './language.ts';
import type { Wording } from './wording.ts';

/** The repository that messages are about, as people know it. */
export interface Home {
  /** `acme/shop` */
  readonly name: string;
  /** Its page on GitHub. */
  readonly url: string;
}

/** Some text with one style. Nothing in it is markup: what comes from outside stays text in every channel. */
export interface Span {
  readonly text: string;
  readonly style: Style;
  /** Where it leads; `null`: it is no link. */
  readonly href: string | null;
}

/** A message as every channel gets it, and writes in its own way. */
export interface Message {
  /** The same for each attempt. */
  readonly id: string;
  readonly kind: MessageKind;
  readonly repository: string;
  readonly createdAtMs: number;
  readonly facts: Readonly<Record<string, Fact>>;
  readonly lines: readonly (readonly Span[])[];
}

/** What a message is written with. */
export interface RenderContext {
  readonly channel: Pick<ChannelPolicy, 'locale'>;
  readonly templates: NotifyPolicy['templates'];
  readonly calendar: SlotCalendar;
  readonly home: Home;
}

/** Longest fact, in UTF-16 units. */
const LONGEST_FACT = 500;
/** More bugs than this are counted, not named. */
const MOST_BUGS = 20;

/** Writes a message in the language of a channel. A line whose facts are all empty is left out. */
export function renderMessage(entry: MessageEntry, context: RenderContext): Message {
  const { event: kind, facts } = entry.action;
  const wording = WORDINGS[context.channel.locale];
  const template = readTemplate(context.templates[kind] ?? wording.templates[kind]);
  const lines = template.flatMap((pieces) => fillLine(pieces, facts, { ...context, wording }));
  const { home } = context;
  const foot: Span[] = [{ text: home.name, style: 'plain', href: home.url }];
  return {
    id: entry.id,
    kind,
    repository: home.name,
    createdAtMs: entry.createdAtMs,
    facts,
    lines: [...lines, foot],
  };
}

interface Filling extends RenderContext {
  readonly wording: Wording;
}

function fillLine(
  pieces: readonly Piece[],
  facts: MessageEntry['action']['facts'],
  filling: Filling,
): Span[][] {
  const [only] = pieces;
  const alone = pieces.length === 1 && only?.kind === 'place' ? facts[only.name] : undefined;
  if (typeof alone === 'object' && 'bugs' in alone) return listBugs(alone.bugs, filling);
  const places = pieces.filter((piece) => piece.kind === 'place');
  const spans = pieces.map((piece) =>
    piece.kind === 'words'
      ? [say(piece.text, piece.style)]
      : fill(facts[piece.name] ?? '', piece.style, filling),
  );
  const isEmpty =
    places.length > 0 && pieces.every((piece, at) => piece.kind === 'words' || spans[at]?.length === 0);
  return isEmpty ? [] : [spans.flat()];
}

function listBugs(bugs: readonly NamedBug[], { home }: Filling): Span[][] {
  const lines = bugs
    .slice(0, MOST_BUGS)
    .map(({ number, title }) => [
      say('• '),
      linkTo(number, home),
      ...(title === null ? [] : [say(` ${quiet(title)}`)]),
    ]);
  return bugs.length <= MOST_BUGS ? lines : [...lines, [say(`… +${bugs.length - MOST_BUGS}`)]];
}

function fill(fact: Fact, style: Style, { wording, calendar, home }: Filling): Span[] {
  if (typeof fact === 'string') return fact === '' ? [] : [say(quiet(fact), style)];
  if ('word' in fact) return [say(wording.words[fact.word], style)];
  if ('forMs' in fact) return [say(wording.duration(fact.forMs), style)];
  if ('atMs' in fact) return [say(wording.moment(calendar, fact.atMs), style)];
  return fact.bugs.flatMap(({ number }, at) => [
    ...(at === 0 ? [] : [say(wording.comma)]),
    linkTo(number, home),
  ]);
}

function say(text: string, style: Style = 'plain'): Span {
  return { text, style, href: null };
}

function linkTo(issue: number, { url }: Home): Span {
  return { text: `#${issue}`, style: 'plain', href: `${url}/issues/${issue}` };
}

/** One line of outside text that calls nobody, also where a channel looks for names in plain text. */
function quiet(untrusted: string): string {
  return oneLine(untrusted, LONGEST_FACT).replaceAll('@', '@\u200B');
}

/** A message as plain text. */
export function plainText({ lines }: Pick<Message, 'lines'>): string {
  return lines.map((line) => line.map(({ text }) => text).join('')).join('\n');
}
