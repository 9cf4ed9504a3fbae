import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import type { Oid } from '../../ports/repository.ts';
import { isTreePath } from './names.ts';
import { withObjectReader, type ObjectReader } from './object-reader.ts';
import type { ObjectStore } from './object-store.ts';
import { listTree, type TreeEntry } from './tree-listing.ts';

const FILE_NAME = '.gitattributes';

/**
 * A folder that git takes for the work tree and that holds nothing but a branch's attribute files.
 *
 * Without it `merge-tree` sees no attributes at all: `merge=union` would conflict, and a file with `-merge`
 * would be merged in silence. Measured on git 2.39 and 2.47.
 */
export interface AttributeFolder {
  readonly path: string;
  /** Makes it hold the attribute files among these entries and no others. */
  fill(objects: ObjectReader, entries: readonly TreeEntry[]): Promise<void>;
  dispose(): Promise<void>;
}

/** The attribute files among the entries of a tree. Git itself ignores those that are symlinks. */
function attributeFiles(entries: readonly TreeEntry[]): readonly TreeEntry[] {
  return entries.filter((entry) => isAttributeFile(entry.path) && entry.mode.startsWith('100'));
}

/** Whether the last part of the path is the name of git's attribute files. */
export function isAttributeFile(path: string): boolean {
  return basename(path) === FILE_NAME;
}

export async function createAttributeFolder(): Promise<AttributeFolder> {
  const root = await mkdtemp(join(tmpdir(), 'tonic-attributes-'));
  let held = '';

  async function fill(objects: ObjectReader, entries: readonly TreeEntry[]): Promise<void> {
    // A tree is what somebody pushed: its paths are not to lead out of the folder.
    const files = attributeFiles(entries).filter(({ path }) => isTreePath(path));
    const wanted = files.map(({ path, oid }) => `${oid} ${path}`).join('\0');
    if (wanted === held) return;
    await rm(root, { recursive: true, force: true });
    await mkdir(root);
    for (const { path, oid } of files) {
      const object = await objects.read(oid);
      if (object === null) continue;
      await mkdir(join(root, dirname(path)), { recursive: true });
      await writeFile(join(root, path), object.content);
    }
    held = wanted;
  }

  return { path: root, fill, dispose: () => rm(root, { recursive: true, force: true }) };
}

/** Runs `use` with an attribute folder for one tree. */
export async function withAttributes<T>(
  store: ObjectStore,
  tree: Oid,
  use: (workTree: string) => Promise<T>,
): Promise<T> {
  const folder = await createAttributeFolder();
  try {
    const files = attributeFiles(await listTree(store.git, tree));
    await store.prefetch(files.map(({ oid }) => oid));
    await withObjectReader(store.git, (objects) => folder.fill(objects, files));
    return await use(folder.path);
  } finally {
    await folder.dispose();
  }
}
