/** A piece of one line of a template: words, or the place of a fact. */
export type Piece =
  | { readonly kind: 'words'; readonly text: string; readonly style: Style }
  | { readonly kind: 'place'; readonly name: string; readonly style: Style };

export type Style = 'plain' | 'bold' | 'code';

const MARK = /(\*\*|`|\{[a-z]+\})/u;
const MARKED: Readonly<Record<string, Style>> = { '**': 'bold', '`': 'code' };

/**
 * Reads a template, line by line: `**bold**`, `` `code` ``, `{fact}`. All else is words, also what looks like markup of
 * some channel.
 */
export function readTemplate(template: string): Piece[][] {
  return template.trim().split('\n').map(readLine);
}

function readLine(line: string): Piece[] {
  let style: Style = 'plain';
  return line.split(MARK).flatMap((part): Piece[] => {
    if (part === '') return [];
    const marked = MARKED[part];
    if (marked !== undefined) {
      style = style === marked ? 'plain' : marked;
      return [];
    }
    if (/^\{[a-z]+\}$/u.test(part)) return [{ kind: 'place', name: part.slice(1, -1), style }];
    return [{ kind: 'words', text: part, style }];
  });
}

/** The facts that a template names. */
export function placesIn(template: string): string[] {
  const places = readTemplate(template)
    .flat()
    .filter(({ kind }) => kind === 'place');
  return [...new Set(places.flatMap((piece) => (piece.kind === 'place' ? [piece.name] : [])))];
}
