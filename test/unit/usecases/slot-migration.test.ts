import { describe, expect, test } from 'vitest';
import type { StatementKind } from '../../../src/domain/migration-statement.ts';
import type { MigrationReader } from '../../../src/ports/migration-reader.ts';
import type { Repository } from '../../../src/ports/repository.ts';
import { bugIn, confirmedBug, createShop, outcomeIn, readyFix, slot, type Shop } from './support.ts';

/** Every migration holds one statement of this kind. */
const holding = (kind: StatementKind, intent: 'contract' | null = null): MigrationReader => ({
  read: async (files) =>
    files.map(({ path }) => ({
      path,
      readBy: 'postgresql',
      intent,
      statements: [{ kind, line: 3, locks: false }],
    })),
});

/** T1 with one ready fix, which touches a migration and nothing else, or code as well. */
async function runT1(reader: MigrationReader): Promise<{ shop: Shop; bug: number; outcome: string }> {
  const shop = createShop();
  const bug = await confirmedBug(shop);
  const pull = readyFix(shop, bug);
  for (const commit of shop.world.pulls.get(pull)?.commits ?? []) {
    shop.git.touches(`patch-${commit}`, 'db/migrations/7.sql');
  }
  const repository: Repository = {
    ...shop.git.repository,
    readFiles: async (_commit, paths) => new Map(paths.map((path) => [path, 'DROP TABLE a;'])),
  };
  const result = await slot(shop, 'T1', { context: shop.open({ migrations: reader, repository }) });
  return { shop, bug, outcome: outcomeIn(result, bug) };
}

describe('a migration in the candidate', () => {
  test('that takes something away and does not say so holds its bugs back, with the line', async () => {
    const { shop, bug, outcome } = await runT1(holding('drop_column'));
    expect(outcome).toBe('held migration_unsafe');
    expect(bugIn(shop, bug).hold?.message).toContain('`db/migrations/7.sql`, line 3');
    expect(shop.deploys).toEqual([]);
  });

  test('that says so goes, and its release tells the way back and is never direct', async () => {
    const { shop, outcome } = await runT1(holding('drop_column', 'contract'));
    expect(outcome).toBe('deployed');
    const [release] = shop.ledger.state().releases.values();
    expect(release?.envelope).toMatchObject({
      migrations: [{ path: 'db/migrations/7.sql', class: 'destructive' }],
      rollback: 'restore_required',
      services: [{ strategy: 'rolling' }],
    });
  });

  test('that only adds goes', async () => {
    expect((await runT1(holding('add_column'))).outcome).toBe('deployed');
  });
});
