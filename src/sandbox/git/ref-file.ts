import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, relative, sep } from 'node:path';

/**
 * Reads the refs of a bare repository from their files, by name: asked for with every fetch, a process for them would
 * take longer than the rest of the answer.
 *
 * Source: gitrepository-layout(5) and git-pack-refs(1): a file of its own stands before a line in `packed-refs`.
 */
export function readRefs(folder: string): ReadonlyMap<string, string> {
  const files = readdirSync(join(folder, 'refs'), { recursive: true, withFileTypes: true });
  const loose = files
    .filter((file) => file.isFile() && !file.name.endsWith('.lock'))
    .map((file) => relative(folder, join(file.parentPath, file.name)).replaceAll(sep, '/'))
    .map((ref) => [ref, readText(join(folder, ref)).trim()] as const);
  const packed = readText(join(folder, 'packed-refs'))
    .split('\n')
    .map((line) => [line.slice(41), line.slice(0, 40)] as const);
  const refs = [...packed, ...loose].filter(([ref, sha]) => ref.startsWith('refs/') && SHA.test(sha));
  return new Map(refs.toSorted(([left], [right]) => (left < right ? -1 : 1)));
}

const SHA = /^[0-9a-f]{40}$/;

/** The branch that `HEAD` stands for. */
export function readHead(folder: string): string {
  return readText(join(folder, 'HEAD')).trim().replace('ref: ', '');
}

/**
 * Moves a ref to a commit by its file alone, if it is at `from`; `null`: wherever it is, or nowhere yet.
 *
 * False, and nothing is done, where git has to look: at a ref that is elsewhere, locked, packed, or in the way of another.
 * The lock is git's own. Source: gitrepository-layout(5) and git's refs/files-backend.c.
 */
export function writeRef(
  folder: string,
  ref: string,
  { from, to }: { from: string | null; to: string },
): boolean {
  const file = join(folder, ref);
  const lock = `${file}.lock`;
  if (from === null && existsSync(join(folder, 'packed-refs'))) return false;
  try {
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(lock, `${to}\n`, { flag: 'wx' });
  } catch {
    return false;
  }
  try {
    if (from !== null && readText(file).trim() !== from) return false;
    renameSync(lock, file);
    return true;
  } catch {
    return false;
  } finally {
    rmSync(lock, { force: true });
  }
}

/** What is not there, or not any more, says nothing. */
function readText(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return '';
    throw error;
  }
}
