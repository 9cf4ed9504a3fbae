import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ReleaseRecord } from '../src/compose-action-record.ts';

/** Writes the records into a folder, for a later step to upload. Gives the folder; empty when there is none to write. */
export function writeRecords(records: readonly ReleaseRecord[], folder: string): string {
  if (records.length === 0) return '';
  mkdirSync(folder, { recursive: true });
  for (const { name, text } of records) writeFileSync(join(folder, name), `${text}\n`);
  return folder;
}
