import type { MigrationReport } from '../migration.ts';
import {
  describeStatement,
  MIGRATION_CLASSES,
  type MigrationClass,
  type RollbackClass,
} from '../migration-statement.ts';
import { refuse, type Refusal } from '../reason.ts';
import { code } from './markdown.ts';

/** What is said of a line of a migration. */
interface MigrationRemark {
  readonly path: string;
  /** From 1. */
  readonly line: number;
  /** `failure`: nothing may be deployed with it; `warning`: somebody should look; `notice`: good to know. */
  readonly level: 'failure' | 'warning' | 'notice';
  readonly title: string;
  readonly message: string;
}

const WAYS_BACK: Readonly<Record<RollbackClass, string>> = {
  reversible: 'its down migration undoes it',
  app_rollback: 'the code goes back, the database stays',
  forward_fix: 'only forward, by another migration',
  restore_required: 'only a backup',
};

/** Refuses migrations that nothing may be deployed with, file and line of the first five. */
export function refuseUnsafe({ findings }: MigrationReport): Refusal | null {
  const blocking = findings.filter(({ blocks }) => blocks);
  if (blocking.length === 0) return null;
  const rows = blocking
    .slice(0, 5)
    .map(({ path, line, message }) => `- ${code(path)}, line ${line}: ${message}`);
  const more = blocking.length > rows.length ? `\n- … and ${blocking.length - rows.length} more` : '';
  return refuse(
    'migration_unsafe',
    `A migration may not be deployed like this:\n\n${rows.join('\n')}${more}`,
  );
}

/** All that there is to say of the lines of migrations: what keeps them out, and their worst classes. */
export function remarksOnMigrations({ findings, worst }: MigrationReport): readonly MigrationRemark[] {
  const found = findings.map(({ blocks, ...where }): MigrationRemark => {
    const level = blocks ? 'failure' : 'warning';
    return { ...where, level, title: blocks ? 'May not be deployed like this' : 'Blocks a table' };
  });
  const said = new Set(found.map(({ path, line }) => `${line} ${path}`));
  const known = worst
    .filter(({ path, line }) => !said.has(`${line} ${path}`))
    .map(({ kind, rollback, ...where }): MigrationRemark => {
      const { class: name, because } = describeStatement(kind);
      const message = `It ${because}. The way back: ${WAYS_BACK[rollback]}.`;
      return {
        ...where,
        level: takesAway(name) ? 'warning' : 'notice',
        title: `Migration: ${name}`,
        message,
      };
    });
  return [...found, ...known];
}

function takesAway(name: MigrationClass): boolean {
  return MIGRATION_CLASSES.indexOf(name) >= MIGRATION_CLASSES.indexOf('contract');
}
