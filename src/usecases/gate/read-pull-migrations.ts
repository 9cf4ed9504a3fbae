import type { FixFacts } from '../../domain/fix.ts';
import {
  judgeMigrations,
  migrationPaths,
  noMigrations,
  unreadMigration,
  type MigrationPolicy,
  type MigrationReport,
} from '../../domain/migration.ts';
import type { PullFiles } from '../../ports/github.ts';
import { GitFailure } from '../../ports/repository.ts';
import type { Context } from '../context.ts';
import { readMigrations } from '../release/read-migrations.ts';

/**
 * What pull requests do to the database; those that bring no migration are left out. `files`: what those change that
 * were asked for.
 *
 * Calls: none; SQL comes by git, and only where there is a migration.
 */
export async function readPullMigrations(
  context: Context,
  policy: MigrationPolicy,
  { pulls, files }: { readonly pulls: readonly FixFacts[]; readonly files: ReadonlyMap<number, PullFiles> },
): Promise<ReadonlyMap<number, MigrationReport>> {
  const { migrations: memory } = context.bookkeeping;
  const reports = new Map<number, MigrationReport>();
  for (const pull of pulls) {
    const changed = files.get(pull.pull);
    const known = memory.recall(pull, policy);
    if (known !== null) reports.set(pull.pull, known);
    else if (changed !== undefined && pull.state === 'open') {
      const { head, paths } = changed;
      const hasSome = migrationPaths(paths, policy).length > 0;
      const change = { commit: pull.head, files: paths };
      const report = hasSome ? await readOrRefuse(context, policy, change) : noMigrations();
      reports.set(pull.pull, report);
      // Another head was pushed between two reads; its own webhook brings it.
      if (head === pull.head) memory.note(pull, policy, report);
    }
  }
  return reports;
}

/** What git does not give, however often it is asked, keeps the pull request out with that word. */
async function readOrRefuse(
  context: Context,
  policy: MigrationPolicy,
  change: { readonly commit: string; readonly files: readonly string[] },
): Promise<MigrationReport> {
  try {
    return await readMigrations(context, policy, change);
  } catch (error) {
    if (!(error instanceof GitFailure) || error.retryable) throw error;
    context.log.warn('migrations of a pull request cannot be read', {
      commit: change.commit,
      error: error.message,
    });
    const unread = migrationPaths(change.files, policy).map((path) => unreadMigration(path));
    return judgeMigrations(change.files, unread, new Map());
  }
}
