import type { Oid } from '../../ports/repository.ts';
import { objectNames } from './names.ts';
import type { ObjectStore } from './object-store.ts';
import { listTree } from './tree-listing.ts';

/**
 * Writes the files of a commit into an empty folder, as `git checkout` would, in one remote command for the contents.
 *
 * Large files kept elsewhere (LFS) stay pointers, submodules stay empty folders.
 */
export async function checkOut(store: ObjectStore, commit: Oid, folder: string): Promise<void> {
  const names = objectNames([commit]);
  await store.ensureCommits(names);
  const [oid = commit] = names;
  const entries = await listTree(store.git, oid);
  await store.prefetch(entries.filter((entry) => entry.type === 'blob').map((entry) => entry.oid));
  // The store has no index of its own, so it is free for this.
  await store.git.run({ args: ['read-tree', oid] });
  await store.git.run({
    args: ['checkout-index', '--all', '--force', `--prefix=${folder}/`],
    workTree: folder,
  });
}
