import { readIntent, type MigrationPolicy, type ReadMigration } from '../../domain/migration.ts';
import type { MigrationStatement } from '../../domain/migration-statement.ts';
import type { MigrationReader, SqlFile } from '../../ports/migration-reader.ts';
import { parsePostgres } from './postgres-parser.ts';
import { readTokenStatement } from './token-statement.ts';
import { splitStatements } from './tokenizer.ts';

/** Reads migrations with PostgreSQL's own parser, and by their words where it does not take them. */
export function createMigrationReader(): MigrationReader {
  return { read: (files, dialect) => Promise.all(files.map((file) => readFile(file, dialect))) };
}

async function readFile(
  { path, text }: SqlFile,
  dialect: MigrationPolicy['dialect'],
): Promise<ReadMigration> {
  const intent = readIntent(text);
  const parsed = dialect === 'mysql' ? null : await parsePostgres(text);
  if (parsed !== null) return { path, intent, readBy: 'postgresql', statements: parsed };
  return { path, intent, readBy: 'tokenizer', statements: readWords(text) };
}

function readWords(text: string): readonly MigrationStatement[] {
  return splitStatements(text).flatMap((statement) => readTokenStatement(statement));
}
