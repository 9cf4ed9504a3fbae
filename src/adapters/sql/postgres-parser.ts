import { z } from 'zod';
import type { MigrationStatement } from '../../domain/migration-statement.ts';
import { PostgresNode, readPostgresStatement } from './postgres-statement.ts';

const Parsed = z.looseObject({
  stmts: z
    .array(
      z.looseObject({ stmt: PostgresNode, stmt_location: z.int().default(0), stmt_len: z.int().default(0) }),
    )
    .default([]),
});

/** Nested comments take the parser the square of their number. Source: measured, 4,000 of them 0.4 s. */
const MOST_COMMENTS = 1_000;

/**
 * Reads SQL with PostgreSQL's own parser, compiled to WebAssembly; `null` where it does not take the text.
 *
 * The parser is loaded with the first file: it costs about 90 ms that most changes need not pay.
 */
export async function parsePostgres(sql: string): Promise<readonly MigrationStatement[] | null> {
  if (sql.trim() === '') return [];
  if (sql.split('/*').length > MOST_COMMENTS) return null;
  const { loadModule, parseSync } = await import('libpg-query');
  await loadModule();
  let answer: unknown;
  try {
    answer = parseSync(sql);
  } catch {
    return null;
  }
  const { stmts } = Parsed.parse(answer);
  const lines = linesAt(
    Buffer.from(sql),
    stmts.map(({ stmt_location: at, stmt_len: length }) => ({ at, length })),
  );
  return stmts.flatMap(({ stmt }, index) =>
    readPostgresStatement(stmt).map((meaning) => ({ ...meaning, line: lines[index] ?? 1 })),
  );
}

/** Where a statement stands, in bytes; comments before it count in. `length` 0: up to the end. */
interface Span {
  readonly at: number;
  readonly length: number;
}

/** The lines of the statements' first words, in one pass. */
function linesAt(bytes: Buffer, spans: readonly Span[]): readonly number[] {
  let counted = 0;
  let line = 1;
  return spans.map(({ at, length }) => {
    line += countLines(bytes.subarray(counted, at));
    counted = at;
    const text = bytes.subarray(at, length === 0 ? undefined : at + length).toString('utf8');
    const lead = /^(?:\s|--[^\n]*(?:\n|$)|\/\*[\s\S]*?\*\/)*/u.exec(text)?.[0] ?? '';
    return line + countLines(Buffer.from(lead));
  });
}

function countLines(bytes: Buffer): number {
  let lines = 0;
  for (let at = bytes.indexOf(10); at !== -1; at = bytes.indexOf(10, at + 1)) lines += 1;
  return lines;
}
