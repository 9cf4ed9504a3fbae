import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createMigrationReader } from '../../../src/adapters/sql/migration-reader.ts';
import { describeStatement, worseClass } from '../../../src/domain/migration-statement.ts';
import { COMMON, MYSQL, POSTGRESQL } from './statements.ts';

const reader = createMigrationReader();

async function read(text: string, dialect: 'postgresql' | 'mysql' | 'auto' = 'auto') {
  const [file] = await reader.read([{ path: 'a.sql', text }], dialect);
  if (file === undefined) throw new Error('one file in, none out');
  return file;
}

const kindsOf = async (text: string, dialect?: 'mysql' | 'auto') =>
  (await read(text, dialect)).statements.map(({ kind }) => kind);

describe('PostgreSQL’s own parser', () => {
  it.each([...COMMON, ...POSTGRESQL])('%s: %s', async (sql, kinds) => {
    const file = await read(`${sql};`);
    expect(file.readBy).toBe('postgresql');
    expect(file.statements.map(({ kind }) => kind)).toEqual([kinds].flat());
  });

  it('tells which statements block a table', async () => {
    const file = await read(`
      CREATE INDEX i ON a (b);
      CREATE INDEX CONCURRENTLY j ON a (b);
      ALTER TABLE a ADD CONSTRAINT c CHECK (b > 0);
      ALTER TABLE a ADD CONSTRAINT d CHECK (b > 0) NOT VALID;
      ALTER TABLE a ALTER COLUMN b TYPE bigint;`);
    expect(file.statements.map(({ locks }) => locks)).toEqual([true, false, true, false, true]);
  });

  it('tells the line of each statement’s first word, whatever is in front of it', async () => {
    const file = await read(
      '-- größe\n\n/* a\n b */ SELECT 1; DROP TABLE a;\n-- x\n\n  DROP TABLE "ü";\nDROP TABLE c',
    );
    expect(file.statements.map(({ line }) => line)).toEqual([4, 4, 7, 8]);
  });

  it('reads a file without statements', async () => {
    for (const text of ['', '  \n', '-- nothing\n', ';;']) {
      expect(await read(text)).toMatchObject({ readBy: 'postgresql', statements: [] });
    }
  });
});

describe('the tokenizer', () => {
  it.each([...COMMON, ...MYSQL])('%s: %s', async (sql, kinds) => {
    expect(await kindsOf(`${sql};`, 'mysql')).toEqual([kinds].flat());
  });

  it('takes over where the parser does not understand', async () => {
    const file = await read('ALTER TABLE `a` DROP COLUMN `b`;\nSELECT 1;');
    expect(file).toMatchObject({
      readBy: 'tokenizer',
      statements: [{ kind: 'drop_column', line: 1 }, { line: 2 }],
    });
  });

  it('follows the delimiter of MySQL’s client', async () => {
    const text =
      'DELIMITER //\nCREATE TRIGGER t BEFORE INSERT ON a FOR EACH ROW BEGIN DELETE FROM b; END//\nDELIMITER ;\nDROP TABLE c;';
    expect(await kindsOf(text, 'mysql')).toEqual(['create_routine', 'drop_table']);
  });
});

const blanks = fc.constantFrom(' ', '\n', '\t', ' /* drop table x; */ ', '\n-- drop table x;\n', '  ');
const knownRows = COMMON.filter(([sql]) => !/['"$]/u.test(sql));

const worst = async (text: string) =>
  (await kindsOf(text)).map((kind) => describeStatement(kind).class).reduce(worseClass, 'none');

describe('for every text', () => {
  it('blanks, comments and case change nothing', async () => {
    const row = fc.constantFrom(...knownRows);
    await fc.assert(
      fc.asyncProperty(row, blanks, fc.boolean(), async ([sql, kinds], blank, isLower) => {
        const spaced = sql.split(' ').join(blank);
        const text = `${blank}${isLower ? spaced.toLowerCase() : spaced}${blank};`;
        for (const dialect of ['auto', 'mysql'] as const) {
          expect(await kindsOf(text, dialect)).toEqual([kinds].flat());
        }
      }),
      { numRuns: 200 },
    );
  });

  it('two files in one are as bad as the worse of them', async () => {
    const row = fc.constantFrom(...COMMON);
    await fc.assert(
      fc.asyncProperty(row, row, async ([left], [right]) => {
        expect(await worst(`${left};\n${right};`)).toBe(worseClass(await worst(left), await worst(right)));
      }),
      { numRuns: 100 },
    );
  });

  it('reading ends, and what is left out of a known file is never more than what it holds', async () => {
    const text = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc
        .array(
          fc.constantFrom(
            "'",
            '"',
            '`',
            '$$',
            '$a$',
            '--',
            '/*',
            '*/',
            ';',
            '(',
            'DROP',
            'TABLE',
            'ALTER',
            '\n',
            'x',
            '\0',
          ),
        )
        .map((parts) => parts.join(' ')),
    );
    await fc.assert(
      fc.asyncProperty(text, async (sql) => {
        const auto = await read(sql);
        const words = await read(sql, 'mysql');
        for (const { line } of [...auto.statements, ...words.statements]) {
          expect(line).toBeGreaterThanOrEqual(1);
          expect(line).toBeLessThanOrEqual(sql.split('\n').length);
        }
      }),
      { numRuns: 500 },
    );
  });

  it('a megabyte is read in a few seconds', async () => {
    const many = "INSERT INTO a VALUES (1, 'x');\n".repeat(30_000);
    const hostile = [
      '('.repeat(300_000),
      "'".repeat(300_001),
      '/*'.repeat(300_000),
      '$a'.repeat(300_000),
      'ALTER TABLE a ADD '.repeat(50_000),
    ];
    const startedAt = performance.now();
    expect((await read(many)).statements).toHaveLength(30_000);
    expect((await read(many, 'mysql')).statements).toHaveLength(30_000);
    for (const text of hostile) await read(text);
    expect(performance.now() - startedAt).toBeLessThan(20_000);
  });
});

it('the bundle of the action finds the parser beside itself, wherever it is run', () => {
  const folder = mkdtempSync(join(tmpdir(), 'tonic-sql-'));
  try {
    const entry = join(folder, 'entry.ts');
    writeFileSync(
      entry,
      `import { parsePostgres } from ${JSON.stringify(join(process.cwd(), 'src/adapters/sql/postgres-parser.ts'))};\nconsole.log(JSON.stringify(await parsePostgres('DROP TABLE a')));`,
    );
    execFileSync(process.execPath, ['action/build.ts', join(folder, 'dist', 'main.js'), entry]);
    const out = execFileSync(process.execPath, [join(folder, 'dist', 'main.js')], {
      cwd: tmpdir(),
      encoding: 'utf8',
    });
    expect(JSON.parse(out)).toEqual([{ kind: 'drop_table', locks: false, line: 1 }]);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
