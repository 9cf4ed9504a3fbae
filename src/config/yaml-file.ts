import {
  CST,
  isAlias,
  isMap,
  isNode,
  isScalar,
  isSeq,
  Lexer,
  LineCounter,
  parseDocument,
  visit,
  type Document,
  type Node,
} from 'yaml';

/** GitHub's own limit for what the contents API gives is larger; a policy of this size is a mistake. */
const LARGEST_BYTES = 256 * 1024;
/** About 2,000 lines of keys. Guards against texts that take the parser minutes. */
const MOST_TOKENS = 10_000;
/** How many times values may be repeated through aliases in all. */
const MOST_ALIASES = 50;
const MOST_ERRORS = 10;

const TOO_MANY_ALIASES = `repeats values through aliases more than ${MOST_ALIASES} times; write them out`;

/** Place in a text, both from 1. */
interface Place {
  readonly line: number;
  readonly column: number;
}

/** Something that makes a text no YAML that is taken here. */
interface YamlError extends Place {
  readonly message: string;
}

/** Where things stand in a YAML text. */
export interface PlaceFinder {
  /** Of the value under a path, else of the nearest thing above it that is there. */
  ofValue(path: readonly PropertyKey[]): Place;
  /** Of the key itself. */
  ofKey(path: readonly PropertyKey[]): Place;
}

export type YamlReading =
  | { readonly kind: 'value'; readonly value: unknown; readonly places: PlaceFinder }
  | { readonly kind: 'broken'; readonly errors: readonly YamlError[] };

/**
 * Reads one YAML document of plain values.
 *
 * Bounds: 256 kB, 10,000 tokens, 50 aliases. Refuses tags, keys that are not plain text and `? key` notation, whose
 * nesting takes the parser exponential time.
 */
export function readYaml(text: string): YamlReading {
  const refused = refuseExpensive(text);
  if (refused !== null) return { kind: 'broken', errors: [refused] };
  const counter = new LineCounter();
  try {
    const document = parseDocument(text, { lineCounter: counter, prettyErrors: false });
    const placeOf = placeReader(counter);
    const errors = findErrors(document, placeOf);
    if (errors.length > 0) return { kind: 'broken', errors };
    const value: unknown = document.toJS({ maxAliasCount: MOST_ALIASES });
    return { kind: 'value', value: value ?? {}, places: createPlaceFinder(document.contents, placeOf) };
  } catch (error) {
    return { kind: 'broken', errors: [{ line: 1, column: 1, message: describeThrown(error) }] };
  }
}

function refuseExpensive(text: string): YamlError | null {
  const bytes = Buffer.byteLength(text);
  if (bytes > LARGEST_BYTES) {
    const message = `is larger than 256 kB (${Math.ceil(bytes / 1024)} kB); keep only the keys you need`;
    return { line: 1, column: 1, message };
  }
  const count = { tokens: 0, aliases: 0 };
  let offset = 0;
  for (const token of new Lexer().lex(text)) {
    const type = CST.tokenType(token);
    count.tokens += 1;
    if (type === 'alias') count.aliases += 1;
    const message = refuseToken(type, count);
    if (message !== null) return { ...placeAt(text, offset), message };
    // The marks for a document and a scalar are the lexer's own and not in the text.
    if (type !== 'doc-mode' && type !== 'flow-error-end' && token !== CST.SCALAR) offset += token.length;
  }
  return null;
}

function refuseToken(
  type: ReturnType<typeof CST.tokenType>,
  count: { readonly tokens: number; readonly aliases: number },
): string | null {
  if (type === 'explicit-key-ind') return 'write keys as `key: value`, without `?`';
  if (count.tokens > MOST_TOKENS) return 'holds too much; keep only the keys you need';
  return count.aliases > MOST_ALIASES ? TOO_MANY_ALIASES : null;
}

function placeAt(text: string, offset: number): Place {
  const lines = text.slice(0, offset).split('\n');
  return { line: lines.length, column: (lines.at(-1)?.length ?? 0) + 1 };
}

type PlaceOf = (offset: number) => Place;

function placeReader(counter: LineCounter): PlaceOf {
  return (offset) => {
    const { line, col } = counter.linePos(offset);
    return { line: Math.max(line, 1), column: Math.max(col, 1) };
  };
}

function findErrors(document: Document.Parsed, placeOf: PlaceOf): readonly YamlError[] {
  const syntax = [...document.errors, ...document.warnings]
    .slice(0, MOST_ERRORS)
    .map((error) => ({ ...placeOf(error.pos[0]), message: describeSyntax(error.code, error.message) }));
  if (syntax.length > 0) return syntax;
  const found: YamlError[] = [];
  visit(document, {
    Alias(_, node) {
      if (node.resolve(document) !== undefined) return;
      found.push({
        ...placeOf(node.range?.[0] ?? 0),
        message: `there is no anchor "&${node.source.slice(0, 60)}"`,
      });
    },
    Pair(_, pair) {
      if (isScalar(pair.key)) return;
      found.push({ ...placeOf(offsetOf(pair.key) ?? 0), message: 'a key must be plain text' });
    },
  });
  return found.slice(0, MOST_ERRORS);
}

function describeSyntax(code: string, words: string): string {
  switch (code) {
    case 'DUPLICATE_KEY':
      return 'this key is there twice; keep one of them';
    case 'TAB_AS_INDENT':
      return 'a tab indents this line; YAML takes blanks only';
    case 'MULTIPLE_DOCS':
      return 'a second document begins here; keep one';
    case 'TAG_RESOLVE_FAILED':
      return 'tags such as `!name` are not understood; write plain values';
    default:
      return `is not YAML: ${words}`;
  }
}

function describeThrown(error: unknown): string {
  if (error instanceof ReferenceError) return TOO_MANY_ALIASES;
  if (error instanceof RangeError) return 'is nested too deeply';
  throw error;
}

function createPlaceFinder(root: Node | null, placeOf: PlaceOf): PlaceFinder {
  function find(path: readonly PropertyKey[], wanted: 'key' | 'value'): Place {
    let node: unknown = root;
    let offset = offsetOf(root) ?? 0;
    for (const [index, step] of path.entries()) {
      const below = childOf(node, step);
      if (below === null) break;
      const isLast = index === path.length - 1;
      const key = offsetOf(below.key);
      const value = offsetOf(below.value);
      offset = (isLast && wanted === 'key' ? key : value) ?? key ?? offset;
      node = below.value;
    }
    return placeOf(offset);
  }

  return { ofValue: (path) => find(path, 'value'), ofKey: (path) => find(path, 'key') };
}

function offsetOf(node: unknown): number | null {
  return isNode(node) ? (node.range?.[0] ?? null) : null;
}

function childOf(
  node: unknown,
  step: PropertyKey,
): { readonly key: unknown; readonly value: unknown } | null {
  if (isAlias(node)) return null;
  if (isSeq(node)) return { key: null, value: node.items[Number(step)] };
  if (!isMap(node)) return null;
  const pair = node.items.find((each) => isScalar(each.key) && String(each.key.value) === String(step));
  return pair === undefined ? null : { key: pair.key, value: pair.value };
}
