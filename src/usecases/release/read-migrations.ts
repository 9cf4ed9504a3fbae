import {
  downPathsOf,
  judgeMigrations,
  migrationPaths,
  unreadMigration,
  type MigrationPolicy,
  type MigrationReport,
  type ReadMigration,
} from '../../domain/migration.ts';
import type { SqlFile } from '../../ports/migration-reader.ts';
import type { Context } from '../context.ts';

/** A change with more migrations, or a larger one, is read as far as this; the rest counts as not understood. */
const MOST_FILES = 200;
const LARGEST_BYTES = 1_000_000;

/** What reads migrations. */
type Reading = Pick<Context, 'repository' | 'migrations'>;

/**
 * Reads and judges the migrations that a change brings: those of `files` as they are at `commit`. One that the change
 * deletes is none of them; one that is there and cannot be read counts as the worst. Costs nothing when no file is a
 * migration.
 */
export async function readMigrations(
  context: Reading,
  policy: MigrationPolicy,
  { commit, files }: { readonly commit: string; readonly files: readonly string[] },
): Promise<MigrationReport> {
  const paths = migrationPaths(files, policy);
  const ups = await readFiles(context, commit, paths.slice(0, MOST_FILES));
  const read = await context.migrations.read(ups, policy.dialect);
  const downFiles = await readFiles(
    context,
    commit,
    read.flatMap(({ path }) => downPathsOf(path)),
  );
  const downs = pairDowns(read, await context.migrations.read(downFiles, policy.dialect));
  const unread = await findUnread(context, commit, { paths, read });
  return judgeMigrations(files, [...read, ...unread], downs);
}

/** Those that are there and were not read: too large, too many, or no text. */
async function findUnread(
  { repository }: Reading,
  commit: string,
  { paths, read }: { readonly paths: readonly string[]; readonly read: readonly ReadMigration[] },
): Promise<readonly ReadMigration[]> {
  const known = new Set(read.map(({ path }) => path));
  const missing = paths.filter((path) => !known.has(path));
  if (missing.length === 0) return [];
  const there = new Set(await repository.listFiles(commit));
  return missing.filter((path) => there.has(path)).map((path) => unreadMigration(path));
}

async function readFiles(
  { repository }: Reading,
  commit: string,
  paths: readonly string[],
): Promise<SqlFile[]> {
  if (paths.length === 0) return [];
  const texts = await repository.readFiles(commit, paths, LARGEST_BYTES);
  return [...new Set(paths)].flatMap((path) => {
    const text = texts.get(path);
    return text === undefined ? [] : [{ path, text }];
  });
}

/** The down migrations by the path of the migration that they undo: the first of its names that is there. */
function pairDowns(
  ups: readonly ReadMigration[],
  downs: readonly ReadMigration[],
): ReadonlyMap<string, ReadMigration> {
  const known = new Map(downs.map((down) => [down.path, down]));
  const pairs = new Map<string, ReadMigration>();
  for (const { path } of ups) {
    const [down] = downPathsOf(path).flatMap((name) => known.get(name) ?? []);
    if (down !== undefined) pairs.set(path, down);
  }
  return pairs;
}
