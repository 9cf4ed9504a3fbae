import type { BareRepository } from './object-reader.ts';
import { writeObject } from './object-writer.ts';

/** The tree with nothing in it; every git knows it. */
export const EMPTY_TREE = '4b825dc642cb6eb9a060e54bf8d69288fbee4904';

/** One row of a tree. */
export interface TreeEntry {
  /** `100644`, `100755`, `120000` (symlink), `040000` (tree), `160000` (submodule). */
  mode: string;
  name: string;
  sha: string;
}

/** What a path becomes; `null` takes it away. `keepMode` leaves a file that is there executable if it was. */
export type PathChange = { mode: string; sha: string; keepMode?: true } | null;

/** Tells whether an entry is a folder. */
export function isFolder(entry: { mode: string }): boolean {
  return entry.mode === '040000' || entry.mode === '40000';
}

/** Reads the rows out of a tree object. */
export function parseTree(content: Buffer): TreeEntry[] {
  const entries: TreeEntry[] = [];
  for (let at = 0; at < content.length;) {
    const blank = content.indexOf(32, at);
    const end = content.indexOf(0, blank);
    entries.push({
      mode: content.toString('utf8', at, blank).padStart(6, '0'),
      name: content.toString('utf8', blank + 1, end),
      sha: content.toString('hex', end + 1, end + 21),
    });
    at = end + 21;
  }
  return entries;
}

/** Writes a tree in git's order, in which folders sort as if their name ended in a slash. */
function writeTree(folder: string, entries: TreeEntry[]): string {
  const rows = entries
    .map((entry) => ({ entry, key: Buffer.from(isFolder(entry) ? `${entry.name}/` : entry.name) }))
    .toSorted((a, b) => Buffer.compare(a.key, b.key))
    .map(({ entry }) =>
      Buffer.concat([
        Buffer.from(`${entry.mode.replace(/^0/, '')} ${entry.name}\0`),
        Buffer.from(entry.sha, 'hex'),
      ]),
    );
  return writeObject(folder, 'tree', Buffer.concat(rows));
}

/**
 * Writes the tree that `baseTree` becomes when paths change, and answers its sha.
 *
 * Folders that become empty disappear; a file in the way of a folder is replaced. `baseTree` may be `null`.
 */
export async function changeTree(
  git: BareRepository,
  baseTree: string | null,
  changes: ReadonlyMap<string, PathChange>,
): Promise<string> {
  return (await changeFolder(git, baseTree, changes)) ?? writeTree(git.folder, []);
}

async function changeFolder(
  git: BareRepository,
  tree: string | null,
  changes: ReadonlyMap<string, PathChange>,
): Promise<string | null> {
  const entries = new Map((await readTree(git, tree)).map((entry) => [entry.name, entry]));
  const { here, below } = splitByFolder(changes);
  for (const [name, change] of here) changeRow(entries, name, change);
  for (const [name, inner] of below) {
    const known = entries.get(name);
    const folder = known && isFolder(known) ? known : null;
    const sha = await changeFolder(git, folder?.sha ?? null, inner);
    if (sha) entries.set(name, { name, mode: '040000', sha });
    else if (folder) entries.delete(name);
  }
  return entries.size === 0 ? null : writeTree(git.folder, [...entries.values()]);
}

/** The rows of a tree; none of `null`. */
export async function readTree(git: BareRepository, tree: string | null): Promise<TreeEntry[]> {
  const object = tree === null ? null : await git.reader.read(tree);
  return object ? parseTree(object.content) : [];
}

function changeRow(entries: Map<string, TreeEntry>, name: string, change: PathChange): void {
  if (change) entries.set(name, { name, sha: change.sha, mode: modeOf(change, entries.get(name)) });
  else entries.delete(name);
}

/** Parts changes into those of this folder's own rows and those further down, by folder. */
function splitByFolder(changes: ReadonlyMap<string, PathChange>) {
  const here = new Map<string, PathChange>();
  const below = new Map<string, Map<string, PathChange>>();
  for (const [path, change] of changes) {
    const slash = path.indexOf('/');
    const name = slash < 0 ? path : path.slice(0, slash);
    if (slash < 0) here.set(name, change);
    else
      below.set(name, (below.get(name) ?? new Map<string, PathChange>()).set(path.slice(slash + 1), change));
  }
  return { here, below };
}

function modeOf(change: { mode: string; keepMode?: true }, known: TreeEntry | undefined): string {
  return change.keepMode && known && known.mode.startsWith('100') ? known.mode : change.mode;
}
