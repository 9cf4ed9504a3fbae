import { createHash } from 'node:crypto';
import { z } from 'zod';
import type { Alert } from '../../../domain/alert.ts';
import type { Bug } from '../../../domain/bug.ts';
import type { EnvironmentRecord, LedgerWrites, OutboxEntry } from '../../../domain/ledger.ts';
import { ENVIRONMENTS } from '../../../domain/policy.ts';
import type { SaidFreeze } from '../../../domain/freeze.ts';
import type { Release } from '../../../domain/release.ts';
import type { ReleasePull } from '../../../domain/release-pull.ts';
import type { SlotRecord } from '../../../domain/slot.ts';
import type { Watermark } from '../../../domain/watermark.ts';
import { LedgerFailure } from '../../../ports/ledger.ts';
import { snakeCase, toCamelCase, toSnakeCase } from './key-case.ts';
import { LEDGER_SCHEMAS, SCHEMA_VERSION } from './schema.ts';

/** One file of the ledger with what it says. */
export type LedgerRecord =
  | { readonly kind: 'bug'; readonly record: Bug }
  | { readonly kind: 'slot'; readonly record: SlotRecord }
  | { readonly kind: 'environment'; readonly record: EnvironmentRecord }
  | { readonly kind: 'release'; readonly record: Release }
  | { readonly kind: 'pull'; readonly record: ReleasePull }
  | { readonly kind: 'outbox'; readonly record: OutboxEntry }
  | { readonly kind: 'alert'; readonly record: Alert }
  | { readonly kind: 'freezes'; readonly record: { readonly said: readonly SaidFreeze[] } }
  | { readonly kind: 'watermark'; readonly record: Watermark };

export type LedgerFileKind = LedgerRecord['kind'];

/** Tells people who find the branch what it is; the only file that is not a record. */
export const README_PATH = 'README.md';

const SAFE_NAME = /^[A-Za-z0-9][A-Za-z0-9._-]{0,150}$/u;

const PATHS: readonly (readonly [LedgerFileKind, RegExp])[] = [
  ['bug', /^bugs\/[1-9]\d*\.json$/u],
  ['slot', /^slots\/\d{4}-\d{2}-\d{2}-T[12]\.json$/u],
  ['environment', new RegExp(`^environments/(?:${ENVIRONMENTS.join('|')})\\.json$`, 'u')],
  ['release', /^releases\/\d{4}-\d{2}-\d{2}-[A-Za-z0-9-]{1,80}\.json$/u],
  ['pull', /^pulls\/[1-9]\d*\.json$/u],
  ['outbox', /^outbox\/[A-Za-z0-9][A-Za-z0-9._-]{0,150}\.json$/u],
  ['alert', /^alerts\/[A-Za-z0-9][A-Za-z0-9._-]{0,150}\.json$/u],
  ['freezes', /^freezes\.json$/u],
  ['watermark', /^watermark\.json$/u],
];

/** Where a record lies. @throws Error for an id that is not safe as a file name. */
export function pathOf(entry: LedgerRecord): string {
  switch (entry.kind) {
    case 'bug':
      return `bugs/${entry.record.number}.json`;
    case 'slot':
      return `slots/${entry.record.id.replace('/', '-')}.json`;
    case 'environment':
      return `environments/${entry.record.environment}.json`;
    case 'release':
      return `releases/${entry.record.id}.json`;
    case 'pull':
      return `pulls/${entry.record.pull}.json`;
    case 'outbox':
      return outboxPath(entry.record.id);
    case 'alert':
      return `alerts/${safeName(entry.record.key)}.json`;
    case 'freezes':
      return 'freezes.json';
    case 'watermark':
      break;
  }
  return 'watermark.json';
}

/** Where an outbox entry lies. @throws Error for an id that is not safe as a file name. */
export function outboxPath(id: string): string {
  return `outbox/${safeName(id)}.json`;
}

function safeName(id: string): string {
  if (!SAFE_NAME.test(id)) throw new Error(`the id "${id}" is not safe as a file name`);
  return id;
}

/** What a path holds. @throws LedgerFailure for a path that the ledger does not have. */
export function kindOf(path: string): LedgerFileKind {
  const known = PATHS.find(([, pattern]) => pattern.test(path));
  if (known !== undefined) return known[0];
  throw broken(path, 'the ledger has no such file; a newer version may have written it');
}

/** Reads a file of the ledger. @throws LedgerFailure, never retryable, when it is not exactly what was written. */
export function parseLedgerFile(path: string, text: string): LedgerRecord {
  const kind = kindOf(path);
  const { schemaVersion, ...content } = readObject(path, text);
  if (schemaVersion !== SCHEMA_VERSION) {
    const found = JSON.stringify(schemaVersion) ?? 'none';
    throw broken(
      path,
      `schema_version is ${found}, this version reads ${SCHEMA_VERSION} only; update every part of the system to the newest version`,
    );
  }
  const entry = readRecord(path, kind, content);
  if (pathOf(entry) !== path) throw broken(path, `it holds the record of ${pathOf(entry)}`);
  return entry;
}

function readRecord(path: string, kind: LedgerFileKind, content: unknown): LedgerRecord {
  try {
    return RECORD_READERS[kind](content);
  } catch (error) {
    if (error instanceof z.ZodError) throw broken(path, describeIssues(error.issues));
    throw error;
  }
}

const RECORD_READERS: Readonly<Record<LedgerFileKind, (content: unknown) => LedgerRecord>> = {
  bug: (content) => ({ kind: 'bug', record: LEDGER_SCHEMAS.bug.parse(content) }),
  slot: (content) => ({ kind: 'slot', record: LEDGER_SCHEMAS.slot.parse(content) }),
  environment: (content) => ({ kind: 'environment', record: LEDGER_SCHEMAS.environment.parse(content) }),
  release: (content) => ({ kind: 'release', record: LEDGER_SCHEMAS.release.parse(content) }),
  pull: (content) => ({ kind: 'pull', record: LEDGER_SCHEMAS.pull.parse(content) }),
  outbox: (content) => ({ kind: 'outbox', record: LEDGER_SCHEMAS.outbox.parse(content) }),
  alert: (content) => ({ kind: 'alert', record: LEDGER_SCHEMAS.alert.parse(content) }),
  freezes: (content) => ({ kind: 'freezes', record: LEDGER_SCHEMAS.freezes.parse(content) }),
  watermark: (content) => ({ kind: 'watermark', record: LEDGER_SCHEMAS.watermark.parse(content) }),
};

function readObject(path: string, text: string): Record<string, unknown> {
  let content: unknown;
  try {
    content = toCamelCase(JSON.parse(text));
  } catch (error) {
    throw broken(path, `it is no complete JSON: ${error instanceof Error ? error.message : ''}`, error);
  }
  if (typeof content !== 'object' || content === null || Array.isArray(content))
    throw broken(path, 'it is no JSON object');
  return { ...content };
}

function describeIssues(
  issues: readonly { readonly path: readonly PropertyKey[]; readonly message: string }[],
): string {
  return issues
    .slice(0, 3)
    .map(
      ({ path, message }) =>
        `${path.map((key) => snakeCase(String(key))).join('.') || 'the record'}: ${message}`,
    )
    .join('; ');
}

/**
 * Writes a record as text: the same record gives the same bytes, one value a line, so that `git diff` reads well.
 *
 * @throws Error for a record that could not be read back.
 */
export function renderLedgerFile({ kind, record }: LedgerRecord): string {
  const content = { schemaVersion: SCHEMA_VERSION, ...LEDGER_SCHEMAS[kind].parse(record) };
  return `${JSON.stringify(toSnakeCase(content), null, 2)}\n`;
}

/** The records of some writes; a later one of the same path wins. */
export function recordsOf(writes: LedgerWrites): LedgerRecord[] {
  return [
    ...(writes.bugs ?? []).map((record) => ({ kind: 'bug', record }) as const),
    ...(writes.slots ?? []).map((record) => ({ kind: 'slot', record }) as const),
    ...(writes.environments ?? []).map((record) => ({ kind: 'environment', record }) as const),
    ...(writes.releases ?? []).map((record) => ({ kind: 'release', record }) as const),
    ...(writes.pulls ?? []).map((record) => ({ kind: 'pull', record }) as const),
    ...(writes.outbox ?? []).map((record) => ({ kind: 'outbox', record }) as const),
    ...(writes.alerts ?? []).map((record) => ({ kind: 'alert', record }) as const),
    ...(writes.freezes === undefined ? [] : [{ kind: 'freezes', record: { said: writes.freezes } } as const]),
    ...(writes.watermark === undefined ? [] : [{ kind: 'watermark', record: writes.watermark } as const]),
  ];
}

/** Git's name for a blob. Source: SHA-1 over `blob <bytes>\0<content>`. */
export function blobOid(text: string): string {
  const content = Buffer.from(text);
  return createHash('sha1').update(`blob ${content.length}\0`).update(content).digest('hex');
}

/** The ledger is not what this system wrote. */
export function broken(path: string, why: string, cause?: unknown): LedgerFailure {
  return new LedgerFailure(
    `The ledger's ${path} cannot be trusted: ${why}. Nothing was changed. Look at the branch's history and put the file back with a revert.`,
    { retryable: false, path, cause },
  );
}
