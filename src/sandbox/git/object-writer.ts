import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { deflateSync } from 'node:zlib';
import type { ObjectType } from './object-reader.ts';

let written = 0;

/** Writes a loose object, as `git hash-object -w` does, and answers its sha; the same content twice is written once. */
export function writeObject(folder: string, type: ObjectType, content: Buffer): string {
  const stored = Buffer.concat([Buffer.from(`${type} ${content.length}\0`), content]);
  const sha = createHash('sha1').update(stored).digest('hex');
  const parent = join(folder, 'objects', sha.slice(0, 2));
  const file = join(parent, sha.slice(2));
  if (existsSync(file)) return sha;
  mkdirSync(parent, { recursive: true });
  written += 1;
  // Under another name first: a reader never sees half an object.
  const temporary = join(parent, `tmp_${process.pid}_${written}`);
  writeFileSync(temporary, deflateSync(stored, { level: 1 }), { mode: 0o444 });
  renameSync(temporary, file);
  return sha;
}
