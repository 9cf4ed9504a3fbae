/** What a migration does to the shape of a database, in the order from harmless to final. */
export const MIGRATION_CLASSES = ['none', 'expand', 'backfill', 'switch', 'contract', 'destructive'] as const;

/**
 * `expand` adds; `backfill` fills in; `switch` changes what readers and writers find; `contract` takes away what old code
 * may need and loses no data; `destructive` loses data. `none` has nothing to do with shape.
 */
export type MigrationClass = (typeof MIGRATION_CLASSES)[number];

/** How one gets back, from easy to hard. */
export const ROLLBACK_CLASSES = ['reversible', 'app_rollback', 'forward_fix', 'restore_required'] as const;

/**
 * `reversible`: the down migration undoes it and loses nothing. `app_rollback`: the code goes back, the database stays.
 * `forward_fix`: the old code does not fit any more, so another migration has to mend it. `restore_required`: data
 * is gone, only a backup has it.
 */
export type RollbackClass = (typeof ROLLBACK_CLASSES)[number];

interface StatementRow {
  readonly class: MigrationClass;
  readonly rollback: RollbackClass;
  /** One clause that goes on after "it". */
  readonly because: string;
  /** What undoes it without losing data, where there is such a thing. */
  readonly undoneBy?: StatementKind;
}

const ROWS = {
  nothing: { class: 'none', rollback: 'reversible', because: 'changes no shape' },
  create_table: { class: 'expand', rollback: 'app_rollback', because: 'adds a table' },
  add_column: { class: 'expand', rollback: 'app_rollback', because: 'adds a column' },
  add_required_column: {
    class: 'contract',
    rollback: 'forward_fix',
    because: 'adds a column that old code does not fill',
  },
  drop_not_null: {
    class: 'expand',
    rollback: 'app_rollback',
    because: 'lets a column be empty',
    undoneBy: 'set_not_null',
  },
  create_index: {
    class: 'expand',
    rollback: 'app_rollback',
    because: 'adds an index',
    undoneBy: 'drop_index',
  },
  create_view: { class: 'expand', rollback: 'app_rollback', because: 'adds a view', undoneBy: 'drop_view' },
  create_routine: {
    class: 'expand',
    rollback: 'app_rollback',
    because: 'adds a routine or trigger',
    undoneBy: 'drop_routine',
  },
  create_other: { class: 'expand', rollback: 'app_rollback', because: 'adds an object' },
  add_enum_value: { class: 'expand', rollback: 'app_rollback', because: 'adds a value to a type' },
  grant: { class: 'expand', rollback: 'app_rollback', because: 'gives rights', undoneBy: 'revoke' },
  loosen: { class: 'expand', rollback: 'app_rollback', because: 'loosens a rule' },
  validate_constraint: { class: 'expand', rollback: 'app_rollback', because: 'checks what is there' },
  insert: { class: 'backfill', rollback: 'app_rollback', because: 'adds rows' },
  update: { class: 'backfill', rollback: 'forward_fix', because: 'overwrites values' },
  rename: {
    class: 'switch',
    rollback: 'forward_fix',
    because: 'renames what old code asks for by name',
    undoneBy: 'rename',
  },
  replace_view: { class: 'switch', rollback: 'forward_fix', because: 'changes what a view shows' },
  replace_routine: { class: 'switch', rollback: 'forward_fix', because: 'changes what a routine does' },
  alter_default: { class: 'switch', rollback: 'forward_fix', because: 'changes a default' },
  alter_other: { class: 'switch', rollback: 'forward_fix', because: 'changes an object' },
  set_not_null: {
    class: 'contract',
    rollback: 'forward_fix',
    because: 'refuses the empty values that old code may write',
    undoneBy: 'drop_not_null',
  },
  add_constraint: {
    class: 'contract',
    rollback: 'forward_fix',
    because: 'refuses rows that old code may write',
    undoneBy: 'drop_constraint',
  },
  drop_constraint: {
    class: 'contract',
    rollback: 'forward_fix',
    because: 'takes a rule away',
    undoneBy: 'add_constraint',
  },
  drop_index: {
    class: 'contract',
    rollback: 'forward_fix',
    because: 'takes an index away that queries may need',
    undoneBy: 'create_index',
  },
  drop_view: {
    class: 'contract',
    rollback: 'forward_fix',
    because: 'takes away a view that old code may read',
    undoneBy: 'create_view',
  },
  drop_routine: {
    class: 'contract',
    rollback: 'forward_fix',
    because: 'takes away a routine or trigger that old code may need',
    undoneBy: 'create_routine',
  },
  drop_other: { class: 'contract', rollback: 'forward_fix', because: 'takes an object away' },
  revoke: { class: 'contract', rollback: 'forward_fix', because: 'takes rights away', undoneBy: 'grant' },
  alter_type: { class: 'destructive', rollback: 'restore_required', because: 'rewrites a column’s values' },
  drop_column: {
    class: 'destructive',
    rollback: 'restore_required',
    because: 'drops a column with its values',
  },
  drop_table: { class: 'destructive', rollback: 'restore_required', because: 'drops a table with its rows' },
  drop_schema: { class: 'destructive', rollback: 'restore_required', because: 'drops a schema or database' },
  delete: { class: 'destructive', rollback: 'restore_required', because: 'deletes rows' },
  truncate: { class: 'destructive', rollback: 'restore_required', because: 'empties a table' },
  opaque: {
    class: 'destructive',
    rollback: 'restore_required',
    because: 'runs code that cannot be read here, so the worst is taken for granted',
  },
  unreadable: {
    class: 'destructive',
    rollback: 'restore_required',
    because: 'cannot be read here (no text, or too much of it), so the worst is taken for granted',
  },
  unknown: {
    class: 'destructive',
    rollback: 'restore_required',
    because: 'is not understood, so the worst is taken for granted',
  },
} as const satisfies Record<string, Omit<StatementRow, 'undoneBy'> & { readonly undoneBy?: string }>;

/** What one statement, or one action of an `ALTER TABLE`, does. */
export type StatementKind = keyof typeof ROWS;

/** A statement, read: what it does, and where it stands. */
export interface MigrationStatement {
  readonly kind: StatementKind;
  /** From 1, of its first word. */
  readonly line: number;
  /** It blocks readers or writers of a large table while it runs. */
  readonly locks: boolean;
}

/** All that is known of a kind of statement. */
export function describeStatement(kind: StatementKind): StatementRow {
  return ROWS[kind];
}

/** The worse of two classes. */
export function worseClass(left: MigrationClass, right: MigrationClass): MigrationClass {
  return MIGRATION_CLASSES.indexOf(left) >= MIGRATION_CLASSES.indexOf(right) ? left : right;
}

/** The harder of two ways back. */
export function harderRollback(left: RollbackClass, right: RollbackClass): RollbackClass {
  return ROLLBACK_CLASSES.indexOf(left) >= ROLLBACK_CLASSES.indexOf(right) ? left : right;
}
