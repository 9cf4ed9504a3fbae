import { readCommit } from './commit.ts';
import type { BareRepository } from './object-reader.ts';
import { isFolder, readTree, type TreeEntry } from './tree.ts';

/** Paths a commit changed, as push payloads list them. */
export interface ChangedPaths {
  added: string[];
  removed: string[];
  modified: string[];
}

/** Lists what each commit changed against its parent; merges list nothing, renames are both. */
export async function changedPaths(
  bare: BareRepository,
  shas: readonly string[],
): Promise<Map<string, ChangedPaths>> {
  const changes = await Promise.all(shas.map(async (sha) => [sha, await pathsChangedBy(bare, sha)] as const));
  return new Map(changes);
}

async function pathsChangedBy(bare: BareRepository, sha: string): Promise<ChangedPaths> {
  const commit = await readCommit(bare.reader, sha);
  if (!commit || commit.parents.length > 1) return { added: [], removed: [], modified: [] };
  const [parent] = commit.parents;
  const before = parent === undefined ? null : await readCommit(bare.reader, parent);
  const changes = await compareTrees(bare, { before: before?.tree ?? null, after: commit.tree }, '');
  const pathsOf = (kind: keyof ChangedPaths): string[] =>
    changes.flatMap((change) => (change.kind === kind ? [change.path] : [])).toSorted();
  return { added: pathsOf('added'), removed: pathsOf('removed'), modified: pathsOf('modified') };
}

interface Change {
  kind: keyof ChangedPaths;
  path: string;
}

/** Two sides of a comparison; `null` where there is nothing. */
interface Sides<T> {
  before: T | null;
  after: T | null;
}

/** Lists the files that differ; folders that are the same are not looked into. */
async function compareTrees(bare: BareRepository, trees: Sides<string>, folder: string): Promise<Change[]> {
  const [before, after] = await Promise.all([rowsOf(bare, trees.before), rowsOf(bare, trees.after)]);
  const names = [...new Set([...before.keys(), ...after.keys()])];
  const rows = names.map((name) => ({
    path: `${folder}${name}`,
    sides: { before: before.get(name) ?? null, after: after.get(name) ?? null },
  }));
  const differing = rows.filter(
    ({ sides }) => sides.before?.sha !== sides.after?.sha || sides.before?.mode !== sides.after?.mode,
  );
  return (await Promise.all(differing.map(({ path, sides }) => compareRows(bare, sides, path)))).flat();
}

async function rowsOf(bare: BareRepository, tree: string | null): Promise<ReadonlyMap<string, TreeEntry>> {
  return new Map((await readTree(bare, tree)).map((entry) => [entry.name, entry]));
}

/** A file may take the place of a folder, and a folder that of a file. */
async function compareRows(bare: BareRepository, rows: Sides<TreeEntry>, path: string): Promise<Change[]> {
  const folders = { before: folderOf(rows.before), after: folderOf(rows.after) };
  const hasFolder = folders.before !== null || folders.after !== null;
  const inside = hasFolder ? await compareTrees(bare, folders, `${path}/`) : [];
  const kind = changeOfFile({ before: isFile(rows.before), after: isFile(rows.after) });
  return kind === null ? inside : [{ kind, path }, ...inside];
}

function changeOfFile({ before, after }: { before: boolean; after: boolean }): Change['kind'] | null {
  if (before && after) return 'modified';
  if (after) return 'added';
  return before ? 'removed' : null;
}

function isFile(entry: TreeEntry | null): boolean {
  return entry !== null && !isFolder(entry);
}

function folderOf(entry: TreeEntry | null): string | null {
  return entry !== null && isFolder(entry) ? entry.sha : null;
}
