import type { FixFacts } from '../../domain/fix.ts';
import type { MigrationPolicy, MigrationReport } from '../../domain/migration.ts';

/** The migrations that pull requests bring, as this process has read them: the same head is not read twice. */
export interface MigrationMemory {
  recall(pull: FixFacts, policy: MigrationPolicy): MigrationReport | null;
  note(pull: FixFacts, policy: MigrationPolicy, report: MigrationReport): void;
}

/** More pull requests are not open at once; one that is forgotten is read again. */
const MOST_REMEMBERED = 1_000;

/** Nothing read yet. */
export function createMigrationMemory(): MigrationMemory {
  const read = new Map<number, { readonly key: string; readonly report: MigrationReport }>();
  return {
    recall: (pull, policy) => {
      const known = read.get(pull.pull);
      return known?.key === keyOf(pull, policy) ? known.report : null;
    },
    note: (pull, policy, report) => {
      const [oldest] = read.keys();
      if (read.size >= MOST_REMEMBERED && oldest !== undefined) read.delete(oldest);
      read.set(pull.pull, { key: keyOf(pull, policy), report });
    },
  };
}

function keyOf({ head, base }: FixFacts, policy: MigrationPolicy): string {
  return JSON.stringify([head, base, policy]);
}
