import type { MigrationStatement, StatementKind } from '../../domain/migration-statement.ts';
import type { SqlToken } from './tokenizer.ts';

/** Beginnings of statements, the more special ones first. `…` stands for any words in between. */
const BEGINNINGS: readonly (readonly [RegExp, StatementKind])[] = [
  [
    /^(?:BEGIN|START TRANSACTION|COMMIT|ROLLBACK|SAVEPOINT|RELEASE|SET|USE|SHOW|EXPLAIN|ANALYZE|COMMENT)\b/u,
    'nothing',
  ],
  [/^SELECT\b(?!.*\bINTO\b)(?!.*\()/u, 'nothing'],
  [/^CREATE (?:OR REPLACE )?(?:TEMP |TEMPORARY |UNLOGGED )*TABLE\b/u, 'create_table'],
  [/^CREATE (?:UNIQUE |FULLTEXT |SPATIAL )?INDEX\b/u, 'create_index'],
  [/^CREATE OR REPLACE (?:\S+ )*VIEW\b/u, 'replace_view'],
  [/^CREATE (?:\S+ )*VIEW\b/u, 'create_view'],
  [/^CREATE OR REPLACE (?:\S+ )*?(?:FUNCTION|PROCEDURE|TRIGGER)\b/u, 'replace_routine'],
  [/^CREATE (?:\S+ )*?(?:FUNCTION|PROCEDURE|TRIGGER|EVENT)\b/u, 'create_routine'],
  [/^CREATE\b/u, 'create_other'],
  [/^INSERT\b(?=.*\bON (?:DUPLICATE|CONFLICT)\b)/u, 'update'],
  [/^(?:INSERT|LOAD DATA|COPY)\b/u, 'insert'],
  [/^(?:UPDATE|REPLACE)\b/u, 'update'],
  [/^DELETE\b/u, 'delete'],
  [/^TRUNCATE\b/u, 'truncate'],
  [/^RENAME\b/u, 'rename'],
  [/^DROP (?:TEMPORARY )?TABLE\b/u, 'drop_table'],
  [/^DROP (?:DATABASE|SCHEMA)\b/u, 'drop_schema'],
  [/^DROP INDEX\b/u, 'drop_index'],
  [/^DROP (?:MATERIALIZED )?VIEW\b/u, 'drop_view'],
  [/^DROP (?:FUNCTION|PROCEDURE|TRIGGER|EVENT)\b/u, 'drop_routine'],
  [/^DROP\b/u, 'drop_other'],
  [/^GRANT\b/u, 'grant'],
  [/^REVOKE\b/u, 'revoke'],
  [/^(?:DO|CALL|EXECUTE|EXEC|PREPARE)\b/u, 'opaque'],
];

const ACTIONS: readonly (readonly [RegExp, StatementKind])[] = [
  [/^ADD (?:CONSTRAINT|PRIMARY|FOREIGN|UNIQUE|CHECK)\b/u, 'add_constraint'],
  [/^ADD (?:FULLTEXT |SPATIAL )?(?:INDEX|KEY)\b/u, 'create_index'],
  [/^ADD\b(?=.*\bNOT NULL\b)(?!.*\b(?:DEFAULT|AUTO_INCREMENT|GENERATED)\b)/u, 'add_required_column'],
  [/^ADD\b/u, 'add_column'],
  [/^DROP (?:CONSTRAINT|PRIMARY KEY|FOREIGN KEY|CHECK)\b/u, 'drop_constraint'],
  [/^DROP (?:INDEX|KEY)\b/u, 'drop_index'],
  [/^DROP\b/u, 'drop_column'],
  [/^RENAME\b/u, 'rename'],
  [/^ALTER (?:COLUMN )?\S+ (?:SET|DROP) DEFAULT\b/u, 'alter_default'],
  [/^ALTER (?:COLUMN )?\S+ SET NOT NULL\b/u, 'set_not_null'],
  [/^ALTER (?:COLUMN )?\S+ DROP NOT NULL\b/u, 'drop_not_null'],
  [/^VALIDATE CONSTRAINT\b/u, 'validate_constraint'],
  [/^(?:ALTER|MODIFY|CHANGE|CONVERT)\b/u, 'alter_type'],
  [/^(?:COMMENT|AUTO_INCREMENT|ENGINE|ROW_FORMAT)\b/u, 'alter_other'],
];

/** Says what a statement does from its words alone; one that is not known means the worst. */
export function readTokenStatement(tokens: readonly SqlToken[]): readonly MigrationStatement[] {
  const [first] = tokens;
  if (first === undefined) return [];
  const alter = alteredTable(tokens);
  if (alter !== null) {
    return splitActions(alter).map((action) => ({
      kind: find(ACTIONS, wordsOf(action)),
      line: action[0]?.line ?? first.line,
      locks: false,
    }));
  }
  const words = wordsOf(tokens);
  const isHeavyIndex = /^CREATE (?:\S+ )*INDEX\b(?! CONCURRENTLY)/u.test(words);
  return [{ kind: find(BEGINNINGS, words), line: first.line, locks: isHeavyIndex }];
}

/** What follows the name in `ALTER TABLE name …`; `null` for other statements. */
function alteredTable(tokens: readonly SqlToken[]): readonly SqlToken[] | null {
  const words = tokens.slice(0, 12).map(({ text }) => text);
  const [alter, ...rest] = words;
  if (alter !== 'ALTER') return null;
  const at = rest.findIndex((word) => word === 'TABLE');
  if (at === -1 || at > 2) return null;
  let start = at + 2;
  while (['IF', 'EXISTS', 'ONLY', 'NOT'].includes(words[start] ?? '')) start += 1;
  start += 1;
  while (words[start] === '.') start += 2;
  return words[start] === '*' ? tokens.slice(start + 1) : tokens.slice(start);
}

/** At commas that no bracket holds. */
function splitActions(tokens: readonly SqlToken[]): readonly (readonly SqlToken[])[] {
  const actions: SqlToken[][] = [[]];
  let depth = 0;
  for (const token of tokens) {
    if (token.text === '(') depth += 1;
    if (token.text === ')') depth -= 1;
    if (token.text === ',' && depth === 0) actions.push([]);
    else actions.at(-1)?.push(token);
  }
  return actions.filter((action) => action.length > 0);
}

/** Enough to know a statement by; a list of ten thousand rows is not read on. */
const READ_WORDS = 2_000;

function wordsOf(tokens: readonly SqlToken[]): string {
  return tokens
    .slice(0, READ_WORDS)
    .map(({ text }) => text)
    .join(' ');
}

function find(rows: typeof BEGINNINGS, words: string): StatementKind {
  return rows.find(([pattern]) => pattern.test(words))?.[1] ?? 'unknown';
}
