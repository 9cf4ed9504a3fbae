import { createHash, randomBytes } from 'node:crypto';
import { mkdir, rename, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { deflateSync } from 'node:zlib';
import type { Oid } from '../../ports/repository.ts';

/**
 * Writes an object into the store and gives its name; writing it twice is harmless.
 * A process per object would cost more than the merge that it is for.
 *
 * Source: gitformat-loose(5): zlib over `<type> <size in bytes>\0<content>`, named by the hash of that.
 */
export async function writeObject(
  directory: string,
  object: {
    readonly type: 'blob' | 'commit';
    readonly content: Buffer;
    readonly algorithm: 'sha1' | 'sha256';
  },
): Promise<Oid> {
  const raw = Buffer.concat([Buffer.from(`${object.type} ${object.content.length}\0`), object.content]);
  const oid = createHash(object.algorithm).update(raw).digest('hex');
  const folder = join(directory, 'objects', oid.slice(0, 2));
  const path = join(folder, oid.slice(2));
  if (await exists(path)) return oid;

  await mkdir(folder, { recursive: true });
  // Written aside and renamed, so that nobody ever reads half an object.
  const aside = join(folder, `tmp_obj_${randomBytes(8).toString('hex')}`);
  await writeFile(aside, deflateSync(raw, { level: 1 }), { mode: 0o444 });
  await rename(aside, path);
  return oid;
}

/** The hash that names objects in a store where `oid` is the name of one. */
export function algorithmOf(oid: Oid): 'sha1' | 'sha256' {
  return oid.length === 64 ? 'sha256' : 'sha1';
}

async function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}
