import {
  describeStatement,
  harderRollback,
  MIGRATION_CLASSES,
  worseClass,
  type MigrationClass,
  type MigrationStatement,
  type RollbackClass,
  type StatementKind,
} from './migration-statement.ts';
import { parsePathPattern } from './path-pattern.ts';
import { code } from './text/markdown.ts';

/** Where migrations are, and in what language. */
export interface MigrationPolicy {
  /** Patterns of the files that are migrations, as in CODEOWNERS; only `.sql` files count. */
  readonly paths: readonly string[];
  readonly dialect: 'postgresql' | 'mysql' | 'auto';
}

/** A migration as it was read. */
export interface ReadMigration {
  readonly path: string;
  /** `postgresql`: PostgreSQL's own parser; `tokenizer`: words only, less is known for sure. */
  readonly readBy: 'postgresql' | 'tokenizer';
  readonly statements: readonly MigrationStatement[];
  /** What its front matter declares; `null`: nothing, or no word that is known. */
  readonly intent: MigrationClass | null;
}

/** A migration with its class and the way back. */
export interface ClassifiedMigration {
  readonly path: string;
  readonly readBy: ReadMigration['readBy'];
  readonly class: MigrationClass;
  readonly rollback: RollbackClass;
}

/** A line that a person has to look at. */
interface MigrationFinding {
  readonly path: string;
  readonly line: number;
  /** `true`: nothing may be deployed with it. */
  readonly blocks: boolean;
  readonly message: string;
}

/** The statement that gives a migration its class. */
interface WorstStatement {
  readonly path: string;
  readonly line: number;
  readonly kind: StatementKind;
  /** The way back from the whole file. */
  readonly rollback: RollbackClass;
}

/** What the migrations of a change mean for its deploy. */
export interface MigrationReport {
  readonly migrations: readonly ClassifiedMigration[];
  readonly class: MigrationClass;
  readonly rollback: RollbackClass;
  readonly findings: readonly MigrationFinding[];
  /** One a migration that changes any shape. */
  readonly worst: readonly WorstStatement[];
}

/** The files of a change that are migrations and are run by a deploy: down migrations are not. */
export function migrationPaths(files: readonly string[], { paths }: MigrationPolicy): readonly string[] {
  const patterns = paths.map((path) => parsePathPattern(path));
  return files.filter(
    (file) =>
      file.toLowerCase().endsWith('.sql') && patterns.some((matches) => matches(file)) && !isDown(file),
  );
}

/** `x.down.sql` of golang-migrate and others, `U2__x.sql` of Flyway, a file in a folder `down`. */
function isDown(file: string): boolean {
  return /(?:\.(?:down|undo|rollback)\.sql$|(?:^|\/)U\d[^/]*__[^/]*\.sql$|(?:^|\/)down(?:\/|\.sql$))/iu.test(
    file,
  );
}

/** Where the down migration of a file would be, the likeliest first. */
export function downPathsOf(file: string): readonly string[] {
  return [
    file.replace(/\.up\.sql$/iu, '.down.sql'),
    file.replace(/(^|\/)V(\d[^/]*__[^/]*\.sql)$/u, '$1U$2'),
    file.replace(/(^|\/)up\.sql$/iu, '$1down.sql'),
    file.replace(/(^|\/)up\//iu, '$1down/'),
  ].filter((path) => path !== file);
}

/**
 * Judges the migrations of a change.
 *
 * While a release comes live, and after a rollback, the old code runs on the new shape. So what takes something away may
 * not travel with code: first the code that does without it, then, in a change of its own whose front matter says
 * `tonic: contract`, the migration.
 *
 * `downs` are the down migrations by the path of the migration that they undo.
 */
export function judgeMigrations(
  files: readonly string[],
  migrations: readonly ReadMigration[],
  downs: ReadonlyMap<string, ReadMigration>,
): MigrationReport {
  const paths = new Set(migrations.map(({ path }) => path));
  const travelsWith = files.filter((file) => !paths.has(file) && !isDown(file) && isCode(file));
  const classified = migrations.map((each) => classify(each, downs.get(each.path)));
  return {
    migrations: classified,
    class: classified.map((each) => each.class).reduce(worseClass, 'none'),
    rollback: classified.map((each) => each.rollback).reduce(harderRollback, 'reversible'),
    findings: migrations.flatMap((each) => findIn(each, travelsWith)),
    worst: migrations.flatMap((each, index) => worstOf(each, classified[index]) ?? []),
  };
}

/** A change without a migration. */
export function noMigrations(): MigrationReport {
  return judgeMigrations([], [], new Map());
}

/** A migration that is there and cannot be read: nobody knows what it does. */
export function unreadMigration(path: string): ReadMigration {
  const statements = [{ kind: 'unreadable', line: 1, locks: false } as const];
  return { path, readBy: 'tokenizer', statements, intent: null };
}

function worstOf(
  { statements }: ReadMigration,
  classified: ClassifiedMigration | undefined,
): WorstStatement | null {
  const found = statements.find(({ kind }) => describeStatement(kind).class === classified?.class);
  if (found === undefined || classified === undefined || classified.class === 'none') return null;
  return { path: classified.path, line: found.line, kind: found.kind, rollback: classified.rollback };
}

/** Words for people change nothing at run time. */
function isCode(file: string): boolean {
  return !/(?:\.(?:md|markdown|rst|adoc|txt)$|(?:^|\/)(?:LICENSE|CHANGELOG|CODEOWNERS)[^/]*$|^docs\/|^\.github\/)/iu.test(
    file,
  );
}

function classify(migration: ReadMigration, down: ReadMigration | undefined): ClassifiedMigration {
  const rows = migration.statements.map(({ kind }) => describeStatement(kind));
  const found = rows.map((row) => row.class).reduce(worseClass, 'none');
  const rollback = rows.map((row) => row.rollback).reduce(harderRollback, 'reversible');
  const { path, readBy } = migration;
  return { path, readBy, class: found, rollback: isUndone(migration, down) ? 'reversible' : rollback };
}

/** Tells whether a down migration undoes every statement without losing what was there. */
function isUndone({ statements }: ReadMigration, down: ReadMigration | undefined): boolean {
  if (down === undefined) return false;
  const inverse = down.statements.map(({ kind }) => kind).filter((kind) => kind !== 'nothing');
  const shaping = statements.filter(({ kind }) => kind !== 'nothing');
  if (shaping.length !== inverse.length) return false;
  const left = [...inverse];
  return shaping.every(({ kind }) => {
    const at = left.findIndex((other) => other === describeStatement(kind).undoneBy);
    if (at !== -1) left.splice(at, 1);
    return at !== -1;
  });
}

function findIn(migration: ReadMigration, code: readonly string[]): MigrationFinding[] {
  return migration.statements.flatMap((statement) => {
    const blocking = findUnsafe(migration, statement, code);
    if (blocking !== null) return [blocking];
    return statement.locks ? [findLock(migration, statement)] : [];
  });
}

function findUnsafe(
  { path, intent }: ReadMigration,
  { kind, line }: MigrationStatement,
  travelsWith: readonly string[],
): MigrationFinding | null {
  const { class: found, because } = describeStatement(kind);
  if (kind === 'unreadable') {
    const message = `It ${because}. Bring it as text, in files below 1 MB.`;
    return { path, line, blocks: true, message };
  }
  const takesAway = found === 'contract' || found === 'destructive' || kind === 'rename';
  const [first] = travelsWith;
  if (takesAway && first !== undefined) {
    const message = `It ${because}, and travels with code (${code(first)}): while that comes live, the old code still needs the old shape. Bring the code first and this in a change of its own.`;
    return { path, line, blocks: true, message };
  }
  if (takesAway && !isDeclared(intent, 'contract')) {
    const message = `It ${because}. If no code that is live needs it any more, say so in the first lines: \`-- tonic: contract\`.`;
    return { path, line, blocks: true, message };
  }
  if (intent === null || isDeclared(intent, found)) return null;
  return {
    path,
    line,
    blocks: true,
    message: `It ${because}, which is more than the \`${intent}\` that it declares.`,
  };
}

/** Who declares to take something away has said the most that there is to say. */
function isDeclared(intent: MigrationClass | null, found: MigrationClass): boolean {
  if (intent === null) return false;
  if (intent === 'contract' || intent === 'destructive') return true;
  return MIGRATION_CLASSES.indexOf(intent) >= MIGRATION_CLASSES.indexOf(found);
}

function findLock({ path }: ReadMigration, { line }: MigrationStatement): MigrationFinding {
  const message =
    'It blocks the table while it runs, which on a large one is long; is there a way without (`CONCURRENTLY`, `NOT VALID`)?';
  return { path, line, blocks: false, message };
}

/** Reads `-- tonic: contract` from the comments that a file begins with. */
export function readIntent(text: string): MigrationClass | null {
  for (const line of text.slice(0, 4_000).split(/\r?\n/u)) {
    if (line.trim() !== '' && !/^\s*(?:--|#|\/\*|\*)/u.test(line)) return null;
    const word = /^\s*(?:--|#|\/?\*+)\s*tonic:\s*([a-z]+)\s*(?:\*\/)?\s*$/iu.exec(line)?.[1]?.toLowerCase();
    if (word !== undefined) return MIGRATION_CLASSES.find((each) => each === word) ?? null;
  }
  return null;
}
