import { z } from 'zod';
import type { StatementKind } from '../../domain/migration-statement.ts';

/** A statement of PostgreSQL's parser: one key, which names its kind. Source: libpg-query 18, `RawStmt.stmt`. */
export const PostgresNode = z.record(z.string(), z.looseObject({}));
type PostgresNode = z.infer<typeof PostgresNode>;

/** What a statement, or an action of it, does. */
export interface PostgresMeaning {
  readonly kind: StatementKind;
  readonly locks: boolean;
}

const calm = (kind: StatementKind): PostgresMeaning => ({ kind, locks: false });
const heavy = (kind: StatementKind): PostgresMeaning => ({ kind, locks: true });

/** Statements that mean one thing whatever they say. */
const PLAIN: Readonly<Record<string, StatementKind>> = {
  TransactionStmt: 'nothing',
  VariableSetStmt: 'nothing',
  VariableShowStmt: 'nothing',
  CommentStmt: 'nothing',
  SecLabelStmt: 'nothing',
  ExplainStmt: 'nothing',
  VacuumStmt: 'nothing',
  ReindexStmt: 'nothing',
  LockStmt: 'nothing',
  CreateStmt: 'create_table',
  CreateForeignTableStmt: 'create_table',
  CreateTrigStmt: 'create_routine',
  CreateEventTrigStmt: 'create_routine',
  CreateSchemaStmt: 'create_other',
  CreateExtensionStmt: 'create_other',
  CreateEnumStmt: 'create_other',
  CreateRangeStmt: 'create_other',
  CompositeTypeStmt: 'create_other',
  CreateDomainStmt: 'create_other',
  CreateSeqStmt: 'create_other',
  CreateRoleStmt: 'create_other',
  CreateStatsStmt: 'create_other',
  CreatePublicationStmt: 'create_other',
  CreatePolicyStmt: 'alter_other',
  AlterPolicyStmt: 'alter_other',
  AlterSeqStmt: 'alter_other',
  AlterRoleStmt: 'alter_other',
  AlterOwnerStmt: 'alter_other',
  AlterExtensionStmt: 'alter_other',
  AlterFunctionStmt: 'replace_routine',
  AlterDomainStmt: 'alter_other',
  AlterObjectSchemaStmt: 'rename',
  RenameStmt: 'rename',
  RefreshMatViewStmt: 'nothing',
  UpdateStmt: 'update',
  DeleteStmt: 'delete',
  TruncateStmt: 'truncate',
  DoStmt: 'opaque',
  CallStmt: 'opaque',
  ExecuteStmt: 'opaque',
  CopyStmt: 'insert',
  MergeStmt: 'delete',
  DropdbStmt: 'drop_schema',
  DropOwnedStmt: 'drop_schema',
  DropRoleStmt: 'drop_other',
};

/** Says what a statement does, one meaning an action; a statement that is not known means the worst. */
export function readPostgresStatement(node: PostgresNode): readonly PostgresMeaning[] {
  const [entry] = Object.entries(node);
  if (entry === undefined) return [calm('unknown')];
  const [name, content] = entry;
  const plain = PLAIN[name];
  if (plain !== undefined) return [calm(plain)];
  const read = READERS[name];
  return read === undefined ? [calm('unknown')] : read(content);
}

type Reader = (content: Readonly<Record<string, unknown>>) => readonly PostgresMeaning[];

const READERS: Readonly<Record<string, Reader>> = {
  SelectStmt: (select) => [calm(isQueryOnly(select) ? 'nothing' : 'opaque')],
  InsertStmt: (insert) => [calm(insert['onConflictClause'] === undefined ? 'insert' : 'update')],
  CreateTableAsStmt: () => [calm('create_table')],
  IndexStmt: ({ concurrent }) => [concurrent === true ? calm('create_index') : heavy('create_index')],
  ViewStmt: ({ replace }) => [calm(replace === true ? 'replace_view' : 'create_view')],
  CreateFunctionStmt: ({ replace }) => [calm(replace === true ? 'replace_routine' : 'create_routine')],
  RuleStmt: () => [calm('alter_other')],
  GrantStmt: ({ is_grant: isGrant }) => [calm(isGrant === true ? 'grant' : 'revoke')],
  GrantRoleStmt: ({ is_grant: isGrant }) => [calm(isGrant === true ? 'grant' : 'revoke')],
  AlterEnumStmt: ({ oldVal }) => [calm(oldVal === undefined ? 'add_enum_value' : 'rename')],
  DefineStmt: () => [calm('create_other')],
  DropStmt: ({ removeType, behavior }) => [calm(readDrop(String(removeType), behavior))],
  AlterTableStmt: ({ cmds }) => Commands.parse(cmds).map(({ AlterTableCmd }) => readCommand(AlterTableCmd)),
};

/** A `SELECT` that calls a function may do anything: only what it certainly does not call is harmless. */
function isQueryOnly(select: Readonly<Record<string, unknown>>): boolean {
  return select['intoClause'] === undefined && !JSON.stringify(select).includes('"FuncCall"');
}

const DROPS: Readonly<Record<string, StatementKind>> = {
  OBJECT_TABLE: 'drop_table',
  OBJECT_FOREIGN_TABLE: 'drop_table',
  OBJECT_MATVIEW: 'drop_view',
  OBJECT_VIEW: 'drop_view',
  OBJECT_INDEX: 'drop_index',
  OBJECT_FUNCTION: 'drop_routine',
  OBJECT_PROCEDURE: 'drop_routine',
  OBJECT_ROUTINE: 'drop_routine',
  OBJECT_AGGREGATE: 'drop_routine',
  OBJECT_TRIGGER: 'drop_routine',
  OBJECT_SCHEMA: 'drop_schema',
  OBJECT_DATABASE: 'drop_schema',
};

/** `CASCADE` takes along what hangs on it, tables and columns among it. */
function readDrop(type: string, behavior: unknown): StatementKind {
  const kind = DROPS[type] ?? 'drop_other';
  const takesDataAlong = kind === 'drop_other' || kind === 'drop_routine';
  return behavior === 'DROP_CASCADE' && takesDataAlong ? 'drop_column' : kind;
}

const Definition = z.looseObject({
  Constraint: z.looseObject({ contype: z.string(), skip_validation: z.boolean().optional() }).optional(),
  ColumnDef: z
    .looseObject({
      constraints: z.array(z.looseObject({ Constraint: z.looseObject({ contype: z.string() }) })).optional(),
    })
    .optional(),
});

const Command = z.looseObject({ subtype: z.string().default('AT_AddColumn'), def: Definition.optional() });
const Commands = z.array(z.looseObject({ AlterTableCmd: Command }));

const ACTIONS: Readonly<Record<string, PostgresMeaning>> = {
  AT_DropColumn: calm('drop_column'),
  AT_AlterColumnType: heavy('alter_type'),
  AT_SetNotNull: heavy('set_not_null'),
  AT_DropNotNull: calm('drop_not_null'),
  AT_ColumnDefault: calm('alter_default'),
  AT_CookedColumnDefault: calm('alter_default'),
  AT_ValidateConstraint: calm('validate_constraint'),
  AT_DropConstraint: calm('drop_constraint'),
  AT_SetStatistics: calm('nothing'),
  AT_SetRelOptions: calm('nothing'),
  AT_SetOptions: calm('nothing'),
  AT_ClusterOn: calm('nothing'),
  AT_DetachPartition: calm('drop_table'),
  AT_AttachPartition: calm('add_constraint'),
  AT_EnableRowSecurity: calm('alter_other'),
  AT_DisableRowSecurity: calm('loosen'),
  AT_EnableTrig: calm('alter_other'),
  AT_DisableTrig: calm('alter_other'),
  AT_ChangeOwner: calm('alter_other'),
};

function readCommand({ subtype, def }: z.infer<typeof Command>): PostgresMeaning {
  if (subtype === 'AT_AddColumn') return readAddedColumn(def?.ColumnDef?.constraints ?? []);
  if (subtype !== 'AT_AddConstraint') return ACTIONS[subtype] ?? calm('unknown');
  // `NOT VALID` spares looking at what is there.
  return def?.Constraint?.skip_validation === true ? calm('add_constraint') : heavy('add_constraint');
}

/** Old code names no value for the new column: it needs a default or may be empty. */
function readAddedColumn(
  constraints: readonly { readonly Constraint: { readonly contype: string } }[],
): PostgresMeaning {
  const has = (...types: string[]) =>
    constraints.some(({ Constraint }) => types.includes(Constraint.contype));
  const isFilled = has('CONSTR_DEFAULT', 'CONSTR_IDENTITY', 'CONSTR_GENERATED');
  if (has('CONSTR_NOTNULL', 'CONSTR_PRIMARY') && !isFilled) return calm('add_required_column');
  if (has('CONSTR_CHECK', 'CONSTR_FOREIGN', 'CONSTR_UNIQUE')) return heavy('add_column');
  // Every row gets its own value: the table is written anew.
  return has('CONSTR_IDENTITY', 'CONSTR_GENERATED') ? heavy('add_column') : calm('add_column');
}
