import { z } from 'zod';
import type { MigrationPolicy } from '../../domain/migration.ts';
import { pathPattern } from './service.ts';

/** Where migrations of the database are, and in what language. */
export const Migrations = z
  .strictObject({
    paths: z
      .array(pathPattern)
      .max(100)
      .default(['**/migrations/', '**/migrate/'])
      .describe(
        'Files that are migrations, as patterns like those of CODEOWNERS; only `.sql` files count, down migrations do not.',
      ),
    dialect: z
      .enum(['auto', 'postgresql', 'mysql'])
      .default('auto')
      .describe(
        'Language of the files. `auto` and `postgresql` read them with PostgreSQL’s own parser and by their words where it does not take them, `mysql` by their words.',
      ),
  })
  .prefault({})
  .describe('Migrations of the database.');

/** The migrations as the policy has them. */
export function toMigrations({ paths, dialect }: z.output<typeof Migrations>): MigrationPolicy {
  return { paths, dialect };
}
