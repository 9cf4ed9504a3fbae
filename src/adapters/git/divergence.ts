import type { Divergence, Oid } from '../../ports/repository.ts';
import { mergeBaseOf, readTrees } from './ancestry.ts';
import { withAttributes } from './attributes.ts';
import { readLog, type LoggedCommit } from './commit-log.ts';
import { buildUnit, changePair } from './commit-unit.ts';
import { blobsOf } from './file-change.ts';
import type { ObjectStore } from './object-store.ts';
import { patchIdsOf } from './patch-id.ts';

/** A step on a branch: a commit on its line of first parents, with those that a merge brought along. */
interface Step {
  readonly commit: LoggedCommit;
  readonly inner: readonly LoggedCommit[];
}

/**
 * Compares two commits along their first parents; about ten processes, whatever the number of commits.
 *
 * First come only commits and trees. Contents are read for changes that could be equal to one on the other side,
 * which needs the same files in the same way, and for those that touch `alsoReadPaths`.
 * A merge from the other side that adds nothing to the automatic merge is no change of its own and left out.
 * A merge that does add something is compared as a whole: its `inner` is empty.
 */
export async function diverge(
  store: ObjectStore,
  sides: { readonly left: Oid; readonly right: Oid },
  alsoReadPaths: readonly string[],
): Promise<Divergence> {
  const { left, right } = sides;
  await store.ensureHistory([left, right]);
  const [trees, mergeBase, leftCommits, rightCommits] = await Promise.all([
    readTrees(store.git, [left, right]),
    mergeBaseOf(store.git, left, right),
    readLog(store.git, { from: [left], without: [right] }),
    readLog(store.git, { from: [right], without: [left] }),
  ]);
  const leftSteps = stepsOf(left, leftCommits);
  const rightSteps = stepsOf(right, rightCommits);

  const compared = commitsToRead(leftSteps, rightSteps, new Set(alsoReadPaths));
  await store.prefetch(compared.flatMap((commit) => blobsOf(commit.changes)));
  const patchIds = await patchIdsOf(store, compared.map(changePair));
  const read = new Set(compared.map(({ oid }) => oid));

  const idOf = (commit: LoggedCommit): string | null => {
    if (commit.changes.length === 0) return null;
    return read.has(commit.oid) ? (patchIds.get(commit.oid) ?? null) : `unread:${commit.oid}`;
  };
  const idsOn = (steps: readonly Step[]) =>
    new Set(steps.flatMap(({ commit, inner }) => [commit, ...inner]).map(idOf));
  const leftOwn = await ownSteps(store, leftSteps, { known: leftCommits, idOf, others: idsOn(rightSteps) });
  const rightOwn = await ownSteps(store, rightSteps, { known: rightCommits, idOf, others: idsOn(leftSteps) });

  const all = new Map([...leftCommits, ...rightCommits].map((commit) => [commit.oid, commit]));
  const unitOf = ({ commit, inner }: Step) => buildUnit(commit, (oid) => idOf(all.get(oid) ?? commit), inner);
  return {
    left,
    right,
    mergeBase,
    sameTree: trees[0] === trees[1],
    leftOnly: leftOwn.map(unitOf),
    rightOnly: rightOwn.map(unitOf),
  };
}

/** The line of first parents from `tip` down, oldest first; each merge with the commits not seen before it. */
function stepsOf(tip: Oid, commits: readonly LoggedCommit[]): readonly Step[] {
  const byOid = new Map(commits.map((commit) => [commit.oid, commit]));
  const age = new Map(commits.map((commit, position) => [commit.oid, position]));
  const line: LoggedCommit[] = [];
  for (let commit = byOid.get(tip); commit !== undefined; commit = byOid.get(commit.parents[0] ?? '')) {
    line.push(commit);
  }
  const seen = new Set<Oid>();
  return line.toReversed().map((commit) => {
    seen.add(commit.oid);
    const inner = newlyReached(commit.parents.slice(1), byOid, seen);
    return { commit, inner: inner.toSorted((a, b) => (age.get(b.oid) ?? 0) - (age.get(a.oid) ?? 0)) };
  });
}

/** Commits reached from `starts` that were not `seen`, without merges; they are seen from now on. */
function newlyReached(
  starts: readonly Oid[],
  byOid: ReadonlyMap<Oid, LoggedCommit>,
  seen: Set<Oid>,
): readonly LoggedCommit[] {
  const reached: LoggedCommit[] = [];
  const open = [...starts];
  for (let oid = open.pop(); oid !== undefined; oid = open.pop()) {
    const commit = byOid.get(oid);
    if (commit === undefined || seen.has(oid)) continue;
    seen.add(oid);
    open.push(...commit.parents);
    if (commit.parents.length < 2) reached.push(commit);
  }
  return reached;
}

/** Two changes can only be equal when they do the same kind of thing to the same files. */
function shapeOf(commit: LoggedCommit): string {
  return commit.changes.map(({ status, path }) => `${status}${path}`).join('\0');
}

function commitsToRead(
  left: readonly Step[],
  right: readonly Step[],
  alsoReadPaths: ReadonlySet<string>,
): readonly LoggedCommit[] {
  const commitsOf = (steps: readonly Step[]) => steps.flatMap(({ commit, inner }) => [commit, ...inner]);
  const [ours, theirs] = [commitsOf(left), commitsOf(right)];
  const [ourShapes, theirShapes] = [new Set(ours.map(shapeOf)), new Set(theirs.map(shapeOf))];
  const isAsked = (commit: LoggedCommit) => commit.changes.some(({ path }) => alsoReadPaths.has(path));
  return [
    ...ours.filter((commit) => isAsked(commit) || theirShapes.has(shapeOf(commit))),
    ...theirs.filter((commit) => isAsked(commit) || ourShapes.has(shapeOf(commit))),
  ].filter((commit) => commit.changes.length > 0);
}

/** Leaves out the merges that only brought the other side, and does not let a merge hide what it added itself. */
async function ownSteps(
  store: ObjectStore,
  steps: readonly Step[],
  facts: {
    /** All commits of this side that the other one does not reach. */
    readonly known: readonly LoggedCommit[];
    readonly idOf: (commit: LoggedCommit) => string | null;
    readonly others: ReadonlySet<string | null>;
  },
): Promise<readonly Step[]> {
  const own = new Set(facts.known.map(({ oid }) => oid));
  const isSync = ({ commit }: Step) => commit.parents.length === 2 && !own.has(commit.parents[1] ?? '');
  const looksKnown = ({ inner }: Step) =>
    inner.length > 0 && inner.every((commit) => facts.others.has(facts.idOf(commit)));
  const doubtful = steps.filter(
    (step) => step.commit.parents.length === 2 && (isSync(step) || looksKnown(step)),
  );
  const automatic = await automaticMerges(
    store,
    doubtful.map(({ commit }) => commit),
  );
  return steps
    .filter((step) => !(isSync(step) && automatic.has(step.commit.oid)))
    .map((step) => (looksKnown(step) && !automatic.has(step.commit.oid) ? { ...step, inner: [] } : step));
}

/** Those merges whose tree is exactly what git makes of their two parents, in one process. */
async function automaticMerges(
  store: ObjectStore,
  merges: readonly LoggedCommit[],
): Promise<ReadonlySet<Oid>> {
  if (merges.length === 0) return new Set();
  const trees = await readTrees(
    store.git,
    merges.map(({ oid }) => oid),
  );
  const { stdout } = await withAttributes(store, trees[0] ?? '', (workTree) =>
    store.git.run({
      args: ['merge-tree', '--write-tree', '--no-messages', '--name-only', '-z', '--stdin'],
      input: merges.map(({ parents }) => `${parents[0] ?? ''} ${parents[1] ?? ''}\n`).join(''),
      remote: true,
      workTree,
    }),
  );
  // For each merge: `1` (clean) or `0`, the tree, then names of files in conflict; an empty token ends it.
  const tokens = stdout.toString('utf8').split('\0');
  const automatic = new Set<Oid>();
  let index = 0;
  for (const [position, { oid }] of merges.entries()) {
    if (tokens[index] === '1' && tokens[index + 1] === trees[position]) automatic.add(oid);
    index = tokens.indexOf('', index) + 1;
  }
  return automatic;
}
