/** A mark of ours, which is the only HTML comment that may be in what is posted. */
const OWN_MARK = /<!-- tonic(?::[\w.:-]{1,200}|-ledger \d{1,15} \d{1,12}) -->/gu;
/** The tags that our own texts are written with. */
const OWN_TAGS = /<\/?(?:sub|details|summary|br)>/gu;

/** What of Markdown, as written, makes something of a text; escaped it is none. */
const MARKUP: readonly RegExp[] = [
  /<[a-z/!?]/giu,
  /\]\(/gu,
  /\]\[/gu,
  /!\[/gu,
  /^ {0,3}\[[^\]]*\]:/gmu,
  /\$\$/gu,
];

/** What GitHub looks for in the text that Markdown has made. `#4242` is a number that none of our texts has. */
const NAMES: readonly RegExp[] = [
  /@[a-z0-9]/giu,
  /(?:https?|ftp):\/\/[a-z0-9]/giu,
  /www\.[a-z]/giu,
  /(?:#|gh-)4242/giu,
];

/**
 * Finds what would come alive if a text were posted on GitHub: tags, links, images, mentions, addresses, references.
 *
 * Knows nothing of how texts are escaped here: takes out code and what entities hide from Markdown, and looks at the
 * rest as GitHub does, first as Markdown, then as text.
 */
export function findAlive(markdown: string): readonly string[] {
  const prose = withoutCode(markdown.replaceAll(OWN_MARK, '')).replaceAll(OWN_TAGS, '');
  const read = prose.replaceAll(/&(?:#(\d+)|#x([\da-f]+)|(commat));/giu, readEntity);
  return [
    ...MARKUP.map((each) => [each, prose] as const),
    ...NAMES.map((each) => [each, read] as const),
  ].flatMap(([pattern, text]) =>
    [...text.matchAll(pattern)].map(({ 0: found, index }) => surroundings(text, found, index)),
  );
}

function readEntity(...[, decimal, hexadecimal]: (string | undefined)[]): string {
  if (decimal !== undefined) return String.fromCodePoint(Number(decimal));
  return hexadecimal === undefined ? '@' : String.fromCodePoint(Number.parseInt(hexadecimal, 16));
}

function surroundings(text: string, found: string, index: number): string {
  return text.slice(Math.max(0, index - 20), index + found.length + 20);
}

/** Fenced blocks, then spans between runs of as many backticks, in one paragraph. */
function withoutCode(markdown: string): string {
  const prose: string[] = [];
  let fence: string | null = null;
  for (const line of markdown.split(/\r\n?|\n/u)) {
    const text = line.replace(/^[\s>-]*/u, '');
    const mark = /^(`{3,}|~{3,})/u.exec(text)?.[1] ?? '';
    if (fence !== null) {
      if (mark.startsWith(fence) && text.trim() === mark) fence = null;
    } else if (mark !== '' && !(mark.startsWith('`') && text.slice(mark.length).includes('`'))) {
      fence = mark;
    } else {
      prose.push(line);
    }
  }
  return prose
    .join('\n')
    .split(/\n\s*\n/u)
    .map(withoutSpans)
    .join('\n\n');
}

function withoutSpans(paragraph: string): string {
  const runs = [...paragraph.matchAll(/`+/gu)];
  const kept: string[] = [];
  let from = 0;
  for (let at = 0; at < runs.length; at += 1) {
    const opening = runs[at];
    const isEscaped = opening !== undefined && paragraph[opening.index - 1] === '\\';
    const length = opening?.[0].length;
    const close = isEscaped ? -1 : runs.findIndex((run, index) => index > at && run[0].length === length);
    const closing = runs[close];
    if (opening === undefined || closing === undefined) continue;
    kept.push(paragraph.slice(from, opening.index));
    from = closing.index + closing[0].length;
    at = close;
  }
  return [...kept, paragraph.slice(from)].join(' ');
}
