import { describe, expect, test } from 'vitest';
import {
  downPathsOf,
  judgeMigrations,
  migrationPaths,
  readIntent,
  type ReadMigration,
} from '../../../src/domain/migration.ts';
import type { StatementKind } from '../../../src/domain/migration-statement.ts';

const PATH = 'db/migrations/007_cart.sql';

function aMigration(kinds: readonly StatementKind[], changes: Partial<ReadMigration> = {}): ReadMigration {
  const statements = kinds.map((kind, index) => ({ kind, line: index + 1, locks: false }));
  return { path: PATH, readBy: 'postgresql', statements, intent: null, ...changes };
}

const judge = (migration: ReadMigration, files: readonly string[] = [PATH], down?: ReadMigration) =>
  judgeMigrations(files, [migration], new Map(down === undefined ? [] : [[migration.path, down]]));

describe('which files are migrations', () => {
  const policy = { paths: ['**/migrations/', '/db/migrate/'], dialect: 'auto' } as const;

  test('is told by their path', () => {
    const files = ['a/migrations/1.sql', 'db/migrate/2.SQL', 'a/migrations/x.ts', 'other/3.sql'];
    expect(migrationPaths(files, policy)).toEqual(['a/migrations/1.sql', 'db/migrate/2.SQL']);
  });

  test.each([
    'migrations/1.down.sql',
    'migrations/U1__a.sql',
    'migrations/1/down.sql',
    'migrations/down/1.sql',
  ])('leaves out the down migration %s', (file) => expect(migrationPaths([file], policy)).toEqual([]));

  test.each([
    ['m/1_a.up.sql', 'm/1_a.down.sql'],
    ['m/V2__a.sql', 'm/U2__a.sql'],
    ['m/1_a/up.sql', 'm/1_a/down.sql'],
  ])('knows where the way back from %s is', (file, down) => expect(downPathsOf(file)).toContain(down));
});

describe('the class of a change', () => {
  test('is that of its worst statement, and so is the way back', () => {
    expect(judge(aMigration(['create_table', 'update', 'add_column']))).toMatchObject({
      class: 'backfill',
      rollback: 'forward_fix',
    });
    expect(judge(aMigration(['create_table', 'drop_column']))).toMatchObject({
      class: 'destructive',
      rollback: 'restore_required',
    });
    expect(judgeMigrations(['a.ts'], [], new Map())).toMatchObject({ class: 'none', rollback: 'reversible' });
  });

  test('is reversible only when the down migration undoes every statement and loses nothing', () => {
    const up = aMigration(['create_index', 'rename']);
    expect(judge(up, [PATH], aMigration(['rename', 'drop_index'])).rollback).toBe('reversible');
    expect(judge(up, [PATH], aMigration(['drop_index'])).rollback).toBe('forward_fix');
    expect(judge(up, [PATH]).rollback).toBe('forward_fix');
    const adding = aMigration(['add_column']);
    expect(judge(adding, [PATH], aMigration(['drop_column'])).rollback).toBe('app_rollback');
    const dropping = aMigration(['drop_column']);
    expect(judge(dropping, [PATH], aMigration(['add_column'])).rollback).toBe('restore_required');
  });
});

describe('what takes something away', () => {
  test('may not travel with code, whatever it declares', () => {
    const { findings } = judge(aMigration(['drop_column'], { intent: 'contract' }), [PATH, 'src/a.ts']);
    expect(findings).toEqual([
      expect.objectContaining({
        path: PATH,
        line: 1,
        blocks: true,
        message: expect.stringContaining('`src/a.ts`'),
      }),
    ]);
  });

  test('travels with words for people', () => {
    const files = [PATH, 'README.md', 'docs/x.sql', '.github/CODEOWNERS', 'db/migrations/007_cart.down.sql'];
    expect(judge(aMigration(['drop_column'], { intent: 'contract' }), files).findings).toEqual([]);
  });

  test.each(['drop_column', 'set_not_null', 'rename', 'delete', 'unknown'] as const)(
    'has to say so in its first lines: %s',
    (kind) => {
      expect(judge(aMigration([kind])).findings).toMatchObject([{ blocks: true }]);
      expect(judge(aMigration([kind], { intent: 'contract' })).findings).toEqual([]);
      expect(judge(aMigration([kind], { intent: 'backfill' })).findings).toMatchObject([{ blocks: true }]);
    },
  );
});

describe('what adds', () => {
  test('may travel with code', () => {
    expect(judge(aMigration(['create_table', 'add_column', 'insert']), [PATH, 'src/a.ts']).findings).toEqual(
      [],
    );
  });

  test('may not do more than it declares', () => {
    expect(judge(aMigration(['add_column', 'update'], { intent: 'expand' })).findings).toMatchObject([
      { line: 2, blocks: true, message: expect.stringContaining('more than the `expand`') },
    ]);
  });

  test('is told of the tables that it blocks, and goes on', () => {
    const statements = [{ kind: 'create_index', line: 3, locks: true }] as const;
    expect(judge(aMigration([], { statements })).findings).toMatchObject([{ line: 3, blocks: false }]);
  });
});

describe('the front matter', () => {
  test.each([
    ['-- tonic: contract\nDROP TABLE a;', 'contract'],
    ['\n-- a word\n--tonic: Expand\n', 'expand'],
    ['/* tonic: backfill */\nUPDATE a SET b = 1;', 'backfill'],
    ['# tonic: switch', 'switch'],
    ['SELECT 1;\n-- tonic: contract', null],
    ['-- tonic: whatever', null],
    ['-- not tonic: contract, really', null],
  ])('%j declares %s', (text, intent) => expect(readIntent(text)).toBe(intent));
});
