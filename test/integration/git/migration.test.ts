import { afterEach, beforeEach, expect, test } from 'vitest';
import { createMigrationReader } from '../../../src/adapters/sql/migration-reader.ts';
import { readMigrations } from '../../../src/usecases/release/read-migrations.ts';
import { aPolicy } from '../../support/builders.ts';
import { createOrigin, type Origin } from '../../support/git-origin.ts';

let origin: Origin;
beforeEach(() => {
  origin = createOrigin();
});
afterEach(() => origin.dispose());

/** So many migrations, each with the one that undoes it, and the git commands that reading them took. */
async function readAll(count: number) {
  const files: Record<string, string> = {};
  for (let at = 0; at < count; at += 1) {
    files[`db/migrations/${at}.up.sql`] = `CREATE INDEX CONCURRENTLY i${at} ON carts (c${at});`;
    files[`db/migrations/${at}.down.sql`] = `DROP INDEX CONCURRENTLY i${at};`;
  }
  const commit = origin.commit(files);
  origin.publish();
  const commands: string[] = [];
  const repository = origin.open({ log: (line) => void commands.push(line.replace(/ \d+ ms$/u, '')) });
  const context = { repository, migrations: createMigrationReader() };
  const report = await readMigrations(context, aPolicy().migrations, { commit, files: Object.keys(files) });
  return { report, commands };
}

test('many migrations, with those that undo them, are read by no more git commands than two', async () => {
  const many = await readAll(40);
  expect(many.report.migrations.map(({ rollback }) => rollback)).toEqual(
    Array.from({ length: 40 }, () => 'reversible'),
  );
  const two = await readAll(2);
  expect(many.commands).toEqual(two.commands);
  expect(many.commands.filter((command) => command === 'git fetch')).toHaveLength(3);
});
