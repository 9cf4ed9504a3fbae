import type { MigrationPolicy, ReadMigration } from '../domain/migration.ts';

/** A file of SQL. Untrusted text. */
export interface SqlFile {
  readonly path: string;
  readonly text: string;
}

/** Reads what SQL would do, without running it. */
export interface MigrationReader {
  /**
   * One a file, in the order given. SQL that PostgreSQL's own parser does not take is read by its words; what is not
   * understood counts as the worst. Never throws for what a file holds.
   */
  read(files: readonly SqlFile[], dialect: MigrationPolicy['dialect']): Promise<readonly ReadMigration[]>;
}
