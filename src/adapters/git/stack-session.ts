import type { Oid, Repository } from '../../ports/repository.ts';
import { mergeBaseOf } from './ancestry.ts';
import { createAttributeFolder, isAttributeFile, type AttributeFolder } from './attributes.ts';
import { readCommit, type CommitObject } from './commit-object.ts';
import { blobsOf, readFileChanges, type ChangePair, type FileChange } from './file-change.ts';
import { objectNames } from './names.ts';
import type { ObjectReader } from './object-reader.ts';
import type { ObjectStore } from './object-store.ts';
import { mergeTrees, type MergedTree, type MergePlace } from './three-way.ts';
import { listTree } from './tree-listing.ts';

export type StackRequest = Parameters<Repository['stack']>[0];

/** The end of the branch that is being built. */
export interface Tip {
  readonly commit: Oid;
  readonly tree: Oid;
}

/** All that building one stack shares. */
export interface StackSession {
  readonly store: ObjectStore;
  readonly objects: ObjectReader;
  readonly request: StackRequest;
  /** `Name <mail> seconds zone`. */
  readonly committer: string;
  /** What a picked commit did to its first parent, or a merged head to its base with the branch. */
  filesOf(source: Oid): readonly FileChange[];
  commit(oid: Oid): Promise<CommitObject>;
  /** The place to merge into a branch with this tree. */
  placeFor(tree: Oid): Promise<MergePlace>;
  /** The tree after picking `source` (against its first parent) onto a branch with the tree `onto`. */
  pickTree(source: CommitObject, onto: Oid): Promise<MergedTree>;
  /** Sources that this stack applied so far. */
  readonly applied: Set<Oid>;
  /** Sources that this stack had to leave out. */
  readonly leftOut: Set<Oid>;
  dispose(): Promise<void>;
}

/** Gets everything that the changes need, in three remote commands at most, and opens a session. */
export async function openSession(
  store: ObjectStore,
  objects: ObjectReader,
  given: { readonly request: StackRequest; readonly committer: string },
): Promise<StackSession> {
  const { request } = given;
  const commits = new Map<Oid, CommitObject>();
  const commit = async (oid: Oid): Promise<CommitObject> => {
    const known = commits.get(oid) ?? (await readCommit(objects, oid));
    commits.set(oid, known);
    return known;
  };

  await bringCommits(store, request);
  const pairs = await pairsOf(store, request, commit);
  const files = await readFileChanges(store.git, pairs);
  const { tree } = await commit(request.onto);
  await bringContents(store, tree, files);

  const folder = await createAttributeFolder();
  const attributesStay = ![...files.values()].flat().some(({ path }) => isAttributeFile(path));
  const placeFor = createPlaces(store, objects, { folder, attributesStay });
  return {
    store,
    objects,
    request,
    commit,
    placeFor,
    committer: given.committer,
    filesOf: (source) => files.get(source) ?? [],
    pickTree: async (source, onto) => {
      const [parent] = source.parents;
      const base = parent === undefined ? emptyTree(source.tree) : (await commit(parent)).tree;
      return mergeTrees(await placeFor(onto), { base, ours: onto, theirs: source.tree });
    },
    applied: new Set(),
    leftOut: new Set(),
    dispose: () => folder.dispose(),
  };
}

async function bringCommits(store: ObjectStore, request: StackRequest): Promise<void> {
  const picked = request.changes.flatMap((change) => (change.kind === 'pick' ? change.commits : []));
  const heads = request.changes.flatMap((change) => (change.kind === 'merge' ? [change.head] : []));
  objectNames([request.onto, ...picked, ...heads]);
  if (heads.length > 0) await store.ensureHistory([request.onto, ...heads]);
  await store.ensureCommits([request.onto, ...picked]);
}

async function pairsOf(
  store: ObjectStore,
  request: StackRequest,
  commit: (oid: Oid) => Promise<CommitObject>,
): Promise<readonly ChangePair[]> {
  const pairs: ChangePair[] = [];
  for (const change of request.changes) {
    if (change.kind === 'merge') {
      const base = await mergeBaseOf(store.git, request.onto, change.head);
      pairs.push({ commit: change.head, base });
      continue;
    }
    for (const oid of change.commits) {
      pairs.push({ commit: oid, base: (await commit(oid)).parents[0] ?? null });
    }
  }
  return pairs;
}

/** One remote command for both sides of every change, for the branch's own files, and for its attributes. */
async function bringContents(
  store: ObjectStore,
  tree: Oid,
  files: ReadonlyMap<Oid, readonly FileChange[]>,
): Promise<void> {
  const changes = [...files.values()].flat();
  const paths = new Set(changes.map(({ path }) => path));
  const entries = await listTree(store.git, tree);
  const ours = entries.filter(
    ({ path, type }) => type === 'blob' && (paths.has(path) || isAttributeFile(path)),
  );
  await store.prefetch([...blobsOf(changes), ...ours.map(({ oid }) => oid)]);
}

/** The attribute folder is filled once, unless some change of the stack may change the attributes themselves. */
function createPlaces(
  store: ObjectStore,
  objects: ObjectReader,
  facts: { readonly folder: AttributeFolder; readonly attributesStay: boolean },
): (tree: Oid) => Promise<MergePlace> {
  let filledFor: Oid | null = null;
  return async (tree) => {
    if (filledFor === null || (!facts.attributesStay && filledFor !== tree)) {
      await facts.folder.fill(objects, await listTree(store.git, tree));
      filledFor = tree;
    }
    return { git: store.git, workTree: facts.folder.path };
  };
}

/** Git knows this tree without having it. */
function emptyTree(likeOid: Oid): Oid {
  return likeOid.length === 64
    ? '6ef19b41225c5369f1c104d45d8d85efa9b057b53b14b4b9b939dd74decc5321'
    : '4b825dc642cb6eb9a060e54bf8d69288fbee4904';
}
