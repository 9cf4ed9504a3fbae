/** A word, a quoted name, a string, or one character of anything else. */
export interface SqlToken {
  /** Words in capitals; quoted names and strings as `"` and `'`. */
  readonly text: string;
  /** From 1. */
  readonly line: number;
}

const WORD = /[\p{L}_][\p{L}\p{N}_$]*/uy;
const BLANK = /[\s\uFEFF]+/uy;
const DOLLAR_QUOTE = /\$(?:[\p{L}_][\p{L}\p{N}_]*)?\$/uy;

/**
 * Splits SQL of any dialect into statements of words, without comments. Whatever the text is, it ends: what is not
 * closed goes on to the end. A `DELIMITER` line, as MySQL's client knows it, changes what ends a statement.
 *
 * Bounds: linear in the length.
 */
export function splitStatements(sql: string): readonly (readonly SqlToken[])[] {
  const reading: Reading = { sql, at: 0, line: 1, delimiter: ';' };
  const statements: SqlToken[][] = [[]];
  while (reading.at < sql.length) {
    const blank = matchAt(BLANK, sql, reading.at) ?? commentAt(sql, reading.at);
    if (blank !== null) advance(reading, blank);
    else if (sql.startsWith(reading.delimiter, reading.at)) {
      advance(reading, reading.delimiter);
      statements.push([]);
    } else readToken(reading, statements.at(-1) ?? []);
  }
  return statements.filter((statement) => statement.length > 0);
}

/** How far a text has been read. */
interface Reading {
  readonly sql: string;
  at: number;
  line: number;
  delimiter: string;
}

function advance(reading: Reading, text: string): void {
  reading.at += text.length;
  reading.line += text.split('\n').length - 1;
}

function readToken(reading: Reading, statement: SqlToken[]): void {
  const { sql, at, line } = reading;
  const lexeme =
    quotedAt(sql, at) ?? matchAt(WORD, sql, at) ?? String.fromCodePoint(sql.codePointAt(at) ?? 0);
  advance(reading, lexeme);
  const changed =
    lexeme.toUpperCase() === 'DELIMITER' && statement.length === 0 ? restOfLine(sql, reading.at) : '';
  if (changed.trim() === '') {
    statement.push({ text: nameOf(lexeme), line });
    return;
  }
  reading.delimiter = changed.trim();
  advance(reading, changed);
}

function matchAt(pattern: RegExp, text: string, at: number): string | null {
  pattern.lastIndex = at;
  return pattern.exec(text)?.[0] ?? null;
}

/** To the end of the line after `--` or `#`, and in blocks; what MySQL runs for its version (`!`) is no comment. */
function commentAt(sql: string, at: number): string | null {
  if (sql.startsWith('--', at) || sql[at] === '#') return restOfLine(sql, at);
  if (!sql.startsWith('/*', at) || sql[at + 2] === '!') return null;
  return through(sql, at, '*/');
}

function restOfLine(sql: string, at: number): string {
  const end = sql.indexOf('\n', at);
  return sql.slice(at, end === -1 ? sql.length : end);
}

/** From an opening that is as long as its end, through that end. */
function through(sql: string, at: number, close: string): string {
  const end = sql.indexOf(close, at + close.length);
  return sql.slice(at, end === -1 ? sql.length : end + close.length);
}

function quotedAt(sql: string, at: number): string | null {
  const mark = sql[at] ?? '';
  if (mark === '$') {
    const open = matchAt(DOLLAR_QUOTE, sql, at);
    return open === null ? null : through(sql, at, open);
  }
  if (!`'"\``.includes(mark) || mark === '') return null;
  let end = at + 1;
  while (end < sql.length && sql[end] !== mark) end += sql[end] === '\\' && mark === "'" ? 2 : 1;
  return sql.slice(at, end + 1);
}

function nameOf(lexeme: string): string {
  const [first = ''] = lexeme;
  if (first === "'" || (first === '$' && lexeme.length > 1)) return "'";
  return first === '"' || first === '`' ? '"' : lexeme.toUpperCase();
}
