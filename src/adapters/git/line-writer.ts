import type { Oid, Prerequisite } from '../../ports/repository.ts';
import { readLog, type LoggedCommit } from './commit-log.ts';
import { changePair } from './commit-unit.ts';
import { blobsOf } from './file-change.ts';
import type { LineRange } from './line-change.ts';
import type { ObjectStore } from './object-store.ts';
import { readPatchIds } from './patch-id.ts';

/** A part of history: what `from` reaches by first parents and `without` does not reach at all. */
export interface Lacked {
  readonly from: Oid;
  readonly without: Oid;
  /** Newest first. */
  readonly commits: readonly LoggedCommit[];
}

/** The commits on the line of `from` that a branch lacks. */
export async function readLacked(store: ObjectStore, from: Oid, without: Oid): Promise<Lacked> {
  await store.ensureHistory([from, without]);
  const commits = await readLog(store.git, { from: [from], without: [without], firstParent: true });
  return { from, without, commits };
}

/**
 * Those of the lacked commits that last wrote one of these lines, as of `lacked.from`. Merges count as one commit,
 * since that is how they can be picked.
 */
export async function writersOf(
  store: ObjectStore,
  lacked: Lacked,
  lines: ReadonlyMap<string, readonly LineRange[]>,
): Promise<ReadonlySet<Oid>> {
  const { from, without, commits } = lacked;
  const asked = [...lines].filter(([, ranges]) => ranges.length > 0);
  const writers = new Set<Oid>();
  if (asked.length === 0 || commits.length === 0) return writers;
  // All versions that blame may look at, in one remote command.
  const versions = commits.flatMap(({ changes }) => changes).filter(({ path }) => lines.has(path));
  await store.prefetch(blobsOf(versions));
  const known = new Set(commits.map(({ oid }) => oid));
  for (const [path, ranges] of asked) {
    const options = ranges.flatMap(({ start, count }) => ['-L', `${start},${start + count - 1}`]);
    const output = await store.git.text({
      args: ['blame', '--incremental', '--first-parent', ...options, from, `^${without}`, '--', path],
      remote: true,
    });
    for (const [, oid = ''] of output.matchAll(/^([0-9a-f]{40,64}) \d+ \d+ \d+$/gmu)) {
      if (known.has(oid)) writers.add(oid);
    }
  }
  return writers;
}

/** Leaves out the commits whose change the branch has as another commit. */
export async function withoutCopies(
  store: ObjectStore,
  lacked: Lacked,
  commits: readonly LoggedCommit[],
): Promise<readonly LoggedCommit[]> {
  if (commits.length === 0) return [];
  const paths = [...new Set(commits.flatMap(({ changes }) => changes.map(({ path }) => path)))];
  const there = await readLog(store.git, { from: [lacked.without], without: [lacked.from], paths });
  const plain = there.filter(({ parents }) => parents.length < 2);
  const ids = await readPatchIds(store, [...commits, ...plain].map(changePair));
  const idsThere = new Set(plain.map(({ oid }) => ids.get(oid)));
  return commits.filter(({ oid }) => !ids.has(oid) || !idsThere.has(ids.get(oid)));
}

/** How the port names a commit that a change waits for. */
export function buildPrerequisite(commit: LoggedCommit, evidence: Prerequisite['evidence']): Prerequisite {
  const files = commit.changes.map(({ path }) => path).toSorted();
  return { oid: commit.oid, title: commit.title, files, evidence };
}
