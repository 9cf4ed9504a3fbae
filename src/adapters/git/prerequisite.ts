import type { ConflictFile, Oid, Prerequisite } from '../../ports/repository.ts';
import type { LoggedCommit } from './commit-log.ts';
import type { CommitObject } from './commit-object.ts';
import { blobsOf } from './file-change.ts';
import { readChangedLines, withNeighbours, type LineRange } from './line-change.ts';
import { buildPrerequisite, readLacked, withoutCopies, writersOf, type Lacked } from './line-writer.ts';
import type { Attempt } from './pick.ts';
import type { StackSession } from './stack-session.ts';

/** More than this and it is no list that a person could use; each costs up to so many merges again. */
const MOST_COMMITS = 12;

/** As many lines around a change as git shows of them. */
const CONTEXT_LINES = 3;

/** One search: what conflicted, where, and the commits that the branch lacks. */
interface Search {
  readonly session: StackSession;
  readonly stopped: NonNullable<Attempt['stopped']>;
  readonly lacked: Lacked;
  /** Place in history, from 0 for the oldest. */
  readonly ageOf: ReadonlyMap<Oid, number>;
}

type Trial = { readonly failed: CommitObject; readonly conflicts: readonly ConflictFile[] } | null;

/**
 * The commits that a conflicting pick seems to build on, oldest first.
 *
 * Whoever wrote the lines around the change goes before it, then whoever those build on, up to 12 commits, each tried in
 * memory. If the change applies then, what it does not need is dropped and the rest is the answer. If not, the
 * answer is who wrote the very lines that it changes, if the branch lacks them. The lines are all that is looked at:
 * this is a hint for people, no reason to pick anything. `own` are all sources of the change.
 */
export async function findPrerequisites(
  session: StackSession,
  stopped: NonNullable<Attempt['stopped']>,
  own: readonly Oid[],
): Promise<readonly Prerequisite[]> {
  const [parent] = stopped.source.parents;
  if (parent === undefined) return [];
  const lacked = await readLacked(session.store, parent, session.request.onto);
  const search: Search = {
    session,
    stopped,
    lacked,
    ageOf: new Map(lacked.commits.toReversed().map(({ oid }, age) => [oid, age])),
  };
  const needed = await closeOver(search);
  if (needed !== null) return named(search, await withoutNeedless(search, needed), 'applies_with_it');

  const paths = new Set(stopped.merged.conflicts.map(({ path }) => path));
  const writers = await writersAround(search, stopped.source, { paths, lines: 0 });
  const open = lacked.commits.filter(
    ({ oid }) => writers.has(oid) && !session.applied.has(oid) && !own.includes(oid),
  );
  const unmet = await withoutCopies(session.store, lacked, open);
  return unmet
    .slice(0, MOST_COMMITS)
    .toReversed()
    .map((commit) => buildPrerequisite(commit, 'wrote_the_lines'));
}

/** Commits with which the change applies, `null` when there are none to be found. */
async function closeOver(search: Search): Promise<ReadonlySet<Oid> | null> {
  const chain = new Set<Oid>();
  for (let trial: Trial = firstTrial(search); trial !== null; trial = await tryWith(search, chain)) {
    const more = (await candidatesFor(search, trial)).filter((oid) => !chain.has(oid));
    if (more.length === 0 || chain.size + more.length > MOST_COMMITS) return null;
    for (const oid of more) chain.add(oid);
  }
  return chain;
}

function firstTrial({ stopped }: Search): Trial {
  return { failed: stopped.source, conflicts: stopped.merged.conflicts };
}

/** Picks these commits, oldest first, and then the change; says which one conflicts, `null` when none does. */
async function tryWith({ session, stopped, lacked, ageOf }: Search, chain: ReadonlySet<Oid>): Promise<Trial> {
  const commits = lacked.commits.filter(({ oid }) => chain.has(oid));
  await session.store.prefetch(commits.flatMap(({ changes }) => blobsOf(changes)));
  let { tree } = stopped.tip;
  for (const oid of inOrder(ageOf, chain)) {
    const commit = await session.commit(oid);
    const merged = await session.pickTree(commit, tree);
    if (merged.conflicts.length > 0) return { failed: commit, conflicts: merged.conflicts };
    tree = merged.tree;
  }
  const merged = await session.pickTree(stopped.source, tree);
  return merged.conflicts.length > 0 ? { failed: stopped.source, conflicts: merged.conflicts } : null;
}

function inOrder(ageOf: ReadonlyMap<Oid, number>, oids: Iterable<Oid>): readonly Oid[] {
  return [...oids].toSorted((a, b) => (ageOf.get(a) ?? 0) - (ageOf.get(b) ?? 0));
}

/** Who wrote the lines around what failed; where lines do not tell, who else touched the files in conflict. */
async function candidatesFor(search: Search, trial: NonNullable<Trial>): Promise<readonly Oid[]> {
  const { failed, conflicts } = trial;
  const paths = new Set(conflicts.map(({ path }) => path));
  const writers = await writersAround(search, failed, { paths, lines: CONTEXT_LINES });
  const missingFiles = conflicts.filter(({ type }) => type.endsWith('/delete')).map(({ path }) => path);
  const before = earlierThan(search, failed.oid);
  const makers = before.filter(({ changes }) => changes.some(({ path }) => missingFiles.includes(path)));
  return [...new Set([...writers, ...makers.map(({ oid }) => oid)])];
}

function earlierThan({ lacked, ageOf }: Search, oid: Oid): readonly LoggedCommit[] {
  const limit = ageOf.get(oid) ?? Infinity;
  return lacked.commits.filter((commit) => (ageOf.get(commit.oid) ?? 0) < limit);
}

async function writersAround(
  { session, lacked }: Search,
  commit: CommitObject,
  where: { readonly paths: ReadonlySet<string>; readonly lines: number },
): Promise<ReadonlySet<Oid>> {
  const [parent] = commit.parents;
  if (parent === undefined) return new Set();
  const { store } = session;
  const base = (await session.commit(parent)).tree;
  const changed = await readChangedLines(store, { from: base, to: commit.tree }, { followRenames: true });
  const inConflict = changed.filter(({ path }) => where.paths.has(path));
  const lines = new Map<string, readonly LineRange[]>();
  for (const { path, change, ranges } of inConflict.length === 0 ? changed : inConflict) {
    // Of a file without lines nobody wrote a line.
    if (isEmpty(change.oldOid)) continue;
    // What was only put in has no lines of its own, but those beside it.
    const own = ranges.filter(({ count }) => count > 0);
    const between = ranges.filter(({ count }) => count === 0);
    const around = [
      ...withNeighbours(own, where.lines),
      ...withNeighbours(between, Math.max(1, where.lines)),
    ];
    lines.set(path, around);
  }
  return writersOf(store, { ...lacked, from: parent }, lines);
}

function isEmpty(blob: Oid): boolean {
  return (
    blob === 'e69de29bb2d1d6434b8b29ae775ad8c2e48c5391' ||
    blob === '473a0f4c3be8a93681a267e3b1e9a7dcda1185436fe141f7749120a303721813'
  );
}

async function withoutNeedless(search: Search, chain: ReadonlySet<Oid>): Promise<ReadonlySet<Oid>> {
  const needed = new Set(chain);
  for (const oid of inOrder(search.ageOf, chain).toReversed()) {
    needed.delete(oid);
    if ((await tryWith(search, needed)) !== null) needed.add(oid);
  }
  return needed;
}

function named(
  { lacked }: Search,
  oids: ReadonlySet<Oid>,
  evidence: Prerequisite['evidence'],
): readonly Prerequisite[] {
  return lacked.commits
    .filter(({ oid }) => oids.has(oid))
    .toReversed()
    .map((commit) => buildPrerequisite(commit, evidence));
}
