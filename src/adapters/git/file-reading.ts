import type { FileLine, LineOrigin, Oid } from '../../ports/repository.ts';
import { readLog } from './commit-log.ts';
import { blobsOf, readFileChanges } from './file-change.ts';
import { isTreePath } from './names.ts';
import { withObjectReader, type ObjectReader } from './object-reader.ts';
import type { ObjectStore } from './object-store.ts';
import { listTree, type TreeEntry } from './tree-listing.ts';

/** Git itself takes a file for binary when there is a zero byte in this many first bytes. */
const LOOKED_AT_FOR_ZERO_BYTES = 8000;

/** Versions of a file whose contents are brought in one go before it is blamed. */
const VERSIONS_BROUGHT = 1000;

/** Does what `Repository.readFiles` promises, by as few processes for many as for two. A symlink is no text file. */
export async function readTextFiles(
  store: ObjectStore,
  { commit, paths }: { readonly commit: Oid; readonly paths: readonly string[] },
  maxBytes: number,
): Promise<ReadonlyMap<string, string>> {
  const wanted = new Set(paths.filter((path) => isTreePath(path)));
  const texts = new Map<string, string>();
  if (wanted.size === 0) return texts;
  await store.ensureCommits([commit]);
  const listed = await listTree(store.git, commit, [...wanted]);
  const files = listed.filter(({ path, mode }) => wanted.has(path) && mode.startsWith('100'));
  if (files.length === 0) return texts;
  // A single one is brought by the process that reads it.
  if (files.length > 1) await store.prefetch(files.map(({ oid }) => oid));
  await withObjectReader(store.git, async (objects) => {
    for (const { path, oid } of files) {
      const text = await readText(objects, oid, maxBytes);
      if (text !== null) texts.set(path, text);
    }
  });
  return texts;
}

async function readText(objects: ObjectReader, oid: Oid, maxBytes: number): Promise<string | null> {
  const size = await objects.size(oid);
  if (size === null || size > maxBytes) return null;
  const content = (await objects.read(oid))?.content;
  if (content === undefined || content.subarray(0, LOOKED_AT_FOR_ZERO_BYTES).includes(0)) return null;
  return content.toString('utf8');
}

async function findEntry(
  store: ObjectStore,
  { commit, path }: { readonly commit: Oid; readonly path: string },
): Promise<TreeEntry | undefined> {
  if (!isTreePath(path)) return undefined;
  return (await listTree(store.git, commit, [path])).find((entry) => entry.path === path);
}

/** Does what `Repository.listFiles` promises. Submodules are no files. */
export async function listFiles(store: ObjectStore, commit: Oid): Promise<readonly string[]> {
  await store.ensureCommits([commit]);
  const entries = await listTree(store.git, commit);
  return entries.filter(({ type }) => type === 'blob').map(({ path }) => path);
}

/** Does what `Repository.changedFiles` promises, from trees alone. */
export async function changedFiles(store: ObjectStore, from: Oid, to: Oid): Promise<readonly string[]> {
  await store.ensureCommits([from, to]);
  const changes = await readFileChanges(store.git, [{ commit: to, base: from }]);
  return (changes.get(to) ?? []).map(({ path }) => path).toSorted();
}

/** Does what `Repository.blame` promises; one process a file. */
export async function blameLines(
  store: ObjectStore,
  commit: Oid,
  lines: readonly FileLine[],
): Promise<readonly LineOrigin[]> {
  if (lines.length === 0) return [];
  await store.ensureHistory([commit]);
  const asked = new Map<string, number[]>();
  for (const { path, line } of lines) {
    if (isTreePath(path)) asked.set(path, [...(asked.get(path) ?? []), line]);
  }
  if (asked.size === 0) return [];
  await bringVersions(store, { from: [commit], paths: [...asked.keys()] });
  const origins: LineOrigin[] = [];
  for (const [path, numbers] of asked) origins.push(...(await blameFile(store, { commit, path, numbers })));
  return origins;
}

/** One remote command for all the versions that blame may look at, instead of one each. */
async function bringVersions(
  store: ObjectStore,
  range: { readonly from: readonly Oid[]; readonly paths: readonly string[] },
): Promise<void> {
  const versions = await readLog(store.git, { ...range, limit: VERSIONS_BROUGHT });
  await store.prefetch(versions.flatMap(({ changes }) => blobsOf(changes)));
}

async function blameFile(
  store: ObjectStore,
  file: { readonly commit: Oid; readonly path: string; readonly numbers: readonly number[] },
): Promise<readonly LineOrigin[]> {
  const { commit, path } = file;
  const count = await countLines(store, commit, path);
  const wanted = [...new Set(file.numbers)].filter(
    (line) => Number.isInteger(line) && line >= 1 && line <= count,
  );
  if (wanted.length === 0) return [];
  const { stdout } = await store.git.run({
    args: [
      'blame',
      '--line-porcelain',
      '--encoding=UTF-8',
      ...wanted.toSorted((a, b) => a - b).flatMap((line) => ['-L', `${line},${line}`]),
      commit,
      '--',
      path,
    ],
    remote: true,
  });
  return parseBlame(stdout.toString('utf8'), path);
}

async function countLines(store: ObjectStore, commit: Oid, path: string): Promise<number> {
  const entry = await findEntry(store, { commit, path });
  if (entry?.type !== 'blob') return 0;
  const object = await withObjectReader(store.git, (objects) => objects.read(entry.oid));
  const text = object?.content.toString('latin1') ?? '';
  return text === '' ? 0 : text.replace(/\n$/u, '').split('\n').length;
}

/** Source: git-blame(1), "THE PORCELAIN FORMAT": a header line, `key value` lines, then a tab and the text. */
function parseBlame(output: string, path: string): readonly LineOrigin[] {
  const origins: LineOrigin[] = [];
  let oid = '';
  let line = 0;
  let facts = new Map<string, string>();
  for (const row of output.split('\n')) {
    const [, name, number] = /^([0-9a-f]{40,64}) \d+ (\d+)/u.exec(row) ?? [];
    if (row.startsWith('\t')) {
      const title = (facts.get('summary') ?? '').slice(0, 200);
      origins.push({ path, line, oid, title, authorName: facts.get('author') ?? '', text: row.slice(1) });
    } else if (name !== undefined) {
      oid = name;
      line = Number(number);
      facts = new Map();
    } else {
      const space = row.indexOf(' ');
      facts.set(row.slice(0, space), row.slice(space + 1));
    }
  }
  return origins;
}
