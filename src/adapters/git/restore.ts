import type { Oid, Repository } from '../../ports/repository.ts';
import { readTrees } from './ancestry.ts';
import { writeCommit } from './commit-object.ts';
import { blobsOf, readFileChanges } from './file-change.ts';
import { objectNames } from './names.ts';
import type { ObjectStore } from './object-store.ts';
import { committerAt, type Identity } from './stack.ts';

type RestoreRequest = Parameters<Repository['restore']>[0];

/** Does what `Repository.restore` promises. */
export async function restore(
  store: ObjectStore,
  { onto, target, message, nowMs }: RestoreRequest,
  identity: Identity,
): Promise<{ readonly commit: Oid; readonly tree: Oid }> {
  objectNames([onto, target]);
  await store.ensureCommits([onto, target]);
  const [ours = '', tree = ''] = await readTrees(store.git, [onto, target]);
  if (ours === tree) return { commit: onto, tree };
  // A push looks at the contents that differ, and git would fetch them one by one.
  const changes = await readFileChanges(store.git, [{ commit: target, base: onto }]);
  await store.prefetch(blobsOf(changes.get(target) ?? []));
  const by = committerAt(identity, nowMs);
  const commit = await writeCommit(store.git.directory, {
    tree,
    parents: [onto],
    author: by,
    committer: by,
    message: Buffer.from(message, 'utf8').toString('latin1'),
  });
  return { commit, tree };
}
