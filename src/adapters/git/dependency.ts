import type { Oid, Prerequisite } from '../../ports/repository.ts';
import { commonLines, readChangedLines } from './line-change.ts';
import { buildPrerequisite, readLacked, withoutCopies, writersOf } from './line-writer.ts';
import type { StackSession, Tip } from './stack-session.ts';

/**
 * The commits without which a clean pick is not what it was where it came from, oldest first.
 *
 * What counts are the lines that the source removes or replaces and that the branch does not have: whoever wrote
 * those last, wrote something the fix is about and the branch lacks. A clean pick that does this is one that takes
 * back what never got here. Not counted:
 * - lines that the branch has, whoever brought them: the fix finds there what it changes;
 * - neighbours of the fix, also where it only puts lines in: if the branch lacks the very neighbour, git sees a
 *   conflict; if it lacks one further away, nothing tells that the two belong together;
 * - files that the branch has under another name or not at all: git followed the rename, or stopped.
 */
export async function lackedWriters(
  session: StackSession,
  pick: {
    readonly source: Oid;
    readonly tip: Tip;
    /** All sources of the same change. */
    readonly own: ReadonlySet<Oid>;
  },
): Promise<readonly Prerequisite[]> {
  const { store, request } = session;
  const source = await session.commit(pick.source);
  const [parent] = source.parents;
  if (parent === undefined) return [];

  const base = (await session.commit(parent)).tree;
  const touched = await readChangedLines(store, { from: base, to: source.tree }, { followRenames: true });
  const paths = touched.filter(({ ranges }) => ranges.some(({ count }) => count > 0)).map(({ path }) => path);
  if (paths.length === 0) return [];
  const missing = await readChangedLines(
    store,
    { from: base, to: pick.tip.tree },
    { paths, followRenames: false },
  );
  const missingIn = new Map(
    missing.filter(({ change }) => change.status !== 'D').map(({ path, ranges }) => [path, ranges]),
  );
  const lines = new Map(
    touched
      .map(({ path, ranges }) => [path, commonLines(ranges, missingIn.get(path) ?? [])] as const)
      .filter(([, ranges]) => ranges.length > 0),
  );
  if (lines.size === 0) return [];

  const lacked = await readLacked(store, parent, request.onto);
  const writers = await writersOf(store, lacked, lines);
  const unknown = lacked.commits.filter(
    ({ oid }) => writers.has(oid) && !isCountedOn(session, pick.own, oid),
  );
  const unmet = await withoutCopies(store, lacked, unknown);
  return unmet.toReversed().map((commit) => buildPrerequisite(commit, 'wrote_the_lines'));
}

/** Picked in this stack: before, in the same change, or, as far as is known yet, after. */
function isCountedOn(session: StackSession, own: ReadonlySet<Oid>, oid: Oid): boolean {
  if (own.has(oid) || session.applied.has(oid)) return true;
  return session.request.allowed?.includes(oid) === true && !session.leftOut.has(oid);
}
