import type { FixCommits, Oid, Repository } from '../../ports/repository.ts';
import { mergeBaseOf } from './ancestry.ts';
import { readLog, type LoggedCommit } from './commit-log.ts';
import { changePair, readUnits } from './commit-unit.ts';
import { readFileChanges, type FileChange } from './file-change.ts';
import { objectNames } from './names.ts';
import type { ObjectStore } from './object-store.ts';
import { readPatchIds } from './patch-id.ts';

type Fix = Parameters<Repository['describeFix']>[0];
type MergedFix = Extract<Fix, { kind: 'merged' }>;
type ProposedFix = Extract<Fix, { kind: 'proposed' }>;

/** Does what `Repository.describeFix` promises. */
export async function describeFix(store: ObjectStore, fix: Fix): Promise<FixCommits> {
  return fix.kind === 'merged' ? describeMerged(store, fix) : describeProposed(store, fix);
}

async function describeMerged(store: ObjectStore, fix: MergedFix): Promise<FixCommits> {
  objectNames([fix.mergeCommit, ...fix.pullCommits]);
  await store.ensureCommits([fix.mergeCommit]);
  const [merge] = await readLog(store.git, { from: [fix.mergeCommit], noWalk: true });
  if (merge === undefined) throw new Error(`git log did not tell of ${fix.mergeCommit}`);
  const isRebaseThinkable = merge.parents.length === 1 && fix.pullCommits.length > 1;
  const commits = isRebaseThinkable ? await rebasedCommits(store, merge, fix.pullCommits) : [merge];
  const base = commits[0]?.parents[0] ?? null;
  return describe(store, commits, { base, head: fix.mergeCommit });
}

async function describeProposed(store: ObjectStore, { base, head }: ProposedFix): Promise<FixCommits> {
  await store.ensureHistory([base, head]);
  const commits = await readLog(store.git, { from: [head], without: [base] });
  const plain = commits.filter(({ parents }) => parents.length < 2).toReversed();
  return describe(store, plain, { base: await mergeBaseOf(store.git, base, head), head });
}

async function describe(
  store: ObjectStore,
  commits: readonly LoggedCommit[],
  whole: WholeChange,
): Promise<FixCommits> {
  const units = await readUnits(store, commits);
  const [only] = commits;
  const isOnly = commits.length === 1 && only?.oid === whole.head && (only.parents[0] ?? null) === whole.base;
  const { patchId, changes } = isOnly
    ? { patchId: units[0]?.patchId ?? null, changes: only.changes }
    : await readWhole(store, whole);
  return { commits: units, patchId, files: changes.map(({ path }) => path).toSorted() };
}

/** From before the first commit of a fix to its last one. */
interface WholeChange {
  readonly base: Oid | null;
  readonly head: Oid;
}

async function readWhole(
  store: ObjectStore,
  { base, head }: WholeChange,
): Promise<{ readonly patchId: string | null; readonly changes: readonly FileChange[] }> {
  const pair = { commit: head, base };
  const changes = (await readFileChanges(store.git, [pair])).get(head) ?? [];
  return { changes, patchId: (await readPatchIds(store, [pair])).get(head) ?? null };
}

/**
 * The commits on the branch that a rebase made of the pull request's, oldest first; only the merge commit itself
 * when it was a squash.
 *
 * From the end backwards, each commit must be one of the pull request's in the same order: the same patch, or, where
 * the rebase changed the surroundings, the same author, time and message. A rebase may have dropped some.
 */
async function rebasedCommits(
  store: ObjectStore,
  merge: LoggedCommit,
  pullCommits: readonly Oid[],
): Promise<readonly LoggedCommit[]> {
  await store.ensureHistory([merge.oid, ...pullCommits]);
  const originals = await readLog(store.git, { from: pullCommits, noWalk: true });
  const line = await readLog(store.git, { from: [merge.oid], firstParent: true, limit: pullCommits.length });
  const ids = await readPatchIds(store, [...originals, ...line].map(changePair));
  const isCopy = (copy: LoggedCommit, original: LoggedCommit) =>
    copy.signature === original.signature ||
    (ids.has(copy.oid) && ids.get(copy.oid) === ids.get(original.oid));

  const open = originals.filter(({ parents }) => parents.length < 2);
  const copies: LoggedCommit[] = [];
  for (const commit of line) {
    const position = open.findLastIndex((original) => isCopy(commit, original));
    if (position === -1 || commit.parents.length > 1) break;
    open.length = position;
    copies.push(commit);
  }
  return copies.length === 0 ? [merge] : copies.toReversed();
}
