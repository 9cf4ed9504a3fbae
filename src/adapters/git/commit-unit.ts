import type { CommitUnit, Oid } from '../../ports/repository.ts';
import { readLog, type LoggedCommit } from './commit-log.ts';
import type { ChangePair } from './file-change.ts';
import type { ObjectStore } from './object-store.ts';
import { readPatchIds } from './patch-id.ts';

/** The commit as a change of its first parent. */
export function changePair(commit: { readonly oid: Oid; readonly parents: readonly Oid[] }): ChangePair {
  return { commit: commit.oid, base: commit.parents[0] ?? null };
}

/** Puts together what the port tells of a commit. */
export function buildUnit(
  commit: LoggedCommit,
  patchIdOf: (oid: Oid) => string | null,
  inner: readonly LoggedCommit[],
): CommitUnit {
  return {
    oid: commit.oid,
    title: commit.title,
    authorName: commit.authorName,
    patchId: patchIdOf(commit.oid),
    inner: inner.map(({ oid }) => ({ oid, patchId: patchIdOf(oid) })),
  };
}

/** Units of these commits, in their order, with all contents read. */
export async function readUnits(
  store: ObjectStore,
  commits: readonly LoggedCommit[],
): Promise<readonly CommitUnit[]> {
  const innerOf = new Map<Oid, readonly LoggedCommit[]>();
  for (const { oid, parents } of commits) {
    const [first, ...others] = parents;
    if (first === undefined || others.length === 0) continue;
    await store.ensureHistory(parents);
    const brought = await readLog(store.git, { from: others, without: [first] });
    innerOf.set(oid, brought.filter((commit) => commit.parents.length < 2).toReversed());
  }
  const pairs = [...commits, ...[...innerOf.values()].flat()].map(changePair);
  const patchIds = await readPatchIds(store, pairs);
  return commits.map((commit) =>
    buildUnit(commit, (oid) => patchIds.get(oid) ?? null, innerOf.get(commit.oid) ?? []),
  );
}
