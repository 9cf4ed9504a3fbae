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

/**
 * Reads and judges the migrations that a change brings: those of `files` as they are at `commit`. One that the change
 * deletes is none of them; one that is there and cannot be read counts as the worst. Costs nothing when no file is a
 * migration.
 */
export async function readMigrations(
  context: Context,
  policy: MigrationPolicy,
  { commit, files }: { readonly commit: string; readonly files: readonly string[] },
): Promise<MigrationReport> {
  const paths = migrationPaths(files, policy);
  const ups = await readFiles(context, commit, paths.slice(0, MOST_FILES));
  const read = await context.migrations.read(ups, policy.dialect);
  const downs = new Map<string, ReadMigration>();
  for (const { path } of read) {
    const [down] = await context.migrations.read(await findDown(context, commit, path), policy.dialect);
    if (down !== undefined) downs.set(path, down);
  }
  const unread = await findUnread(context, commit, { paths, read });
  return judgeMigrations(files, [...read, ...unread], downs);
}

/** Those that are there and were not read: too large, too many, or no text. */
async function findUnread(
  { repository }: Context,
  commit: string,
  { paths, read }: { readonly paths: readonly string[]; readonly read: readonly ReadMigration[] },
): Promise<readonly ReadMigration[]> {
  const known = new Set(read.map(({ path }) => path));
  const missing = paths.filter((path) => !known.has(path));
  if (missing.length === 0) return [];
  const there = new Set(await repository.listFiles(commit));
  return missing.filter((path) => there.has(path)).map((path) => unreadMigration(path));
}

async function readFiles(context: Context, commit: string, paths: readonly string[]): Promise<SqlFile[]> {
  const texts = await Promise.all(
    paths.map((path) => context.repository.readFile(commit, path, LARGEST_BYTES)),
  );
  return paths.flatMap((path, index) => {
    const text = texts[index] ?? null;
    return text === null ? [] : [{ path, text }];
  });
}

async function findDown(context: Context, commit: string, path: string): Promise<SqlFile[]> {
  for (const down of downPathsOf(path)) {
    const [file] = await readFiles(context, commit, [down]);
    if (file !== undefined) return [file];
  }
  return [];
}
