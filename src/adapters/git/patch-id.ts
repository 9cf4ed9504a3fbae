import type { Oid } from '../../ports/repository.ts';
import { blobsOf, pairLines, readFileChanges, type ChangePair } from './file-change.ts';
import type { ObjectStore } from './object-store.ts';

/** Said in full, so that no default of some git version decides. */
const PATCH = [
  '-p',
  '--no-renames',
  '--full-index',
  '--no-ext-diff',
  '--no-textconv',
  '--diff-algorithm=myers',
  '--unified=3',
];

/**
 * `git patch-id --stable` of what each commit did to its base, by commit; a commit that changed nothing is left
 * out. Two processes for all of them, and one remote command at most.
 *
 * Renames are not detected, so that an id does not depend on how alike two files are. Full object names make
 * the ids of binary files differ when their contents do.
 */
export async function readPatchIds(
  store: ObjectStore,
  pairs: readonly ChangePair[],
): Promise<ReadonlyMap<Oid, string>> {
  if (pairs.length === 0) return new Map();
  const changes = await readFileChanges(store.git, pairs);
  await store.prefetch([...changes.values()].flatMap((files) => blobsOf(files)));
  return patchIdsOf(store, pairs);
}

/** As {@link readPatchIds}, for contents that are here already. */
export async function patchIdsOf(
  store: ObjectStore,
  pairs: readonly ChangePair[],
): Promise<ReadonlyMap<Oid, string>> {
  if (pairs.length === 0) return new Map();
  const { stdout } = await store.git.pipe(
    {
      args: ['diff-tree', '--stdin', '--root', '-r', ...PATCH],
      input: pairLines(pairs),
      remote: true,
    },
    { args: ['patch-id', '--stable'] },
  );
  const ids = new Map<Oid, string>();
  for (const line of stdout.toString('utf8').split('\n')) {
    const [patchId = '', commit = ''] = line.split(' ');
    if (commit !== '') ids.set(commit, patchId);
  }
  return ids;
}
