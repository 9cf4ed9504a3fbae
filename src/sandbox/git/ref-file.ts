import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/**
 * Reads the refs of a bare repository from their files, by name: asked for with every fetch, a process for them would
 * take longer than the rest of the answer.
 *
 * Source: gitrepository-layout(5) and git-pack-refs(1): a file of its own stands before a line in `packed-refs`.
 */
export function readRefs(folder: string): ReadonlyMap<string, string> {
  const loose = listFiles(folder, 'refs')
    .filter((ref) => !ref.endsWith('.lock'))
    .map((ref) => [ref, readText(join(folder, ref)).trim()] as const);
  const packed = readText(join(folder, 'packed-refs'))
    .split('\n')
    .map((line) => [line.slice(41), line.slice(0, 40)] as const);
  const refs = [...packed, ...loose].filter(([ref, sha]) => ref.startsWith('refs/') && SHA.test(sha));
  return new Map(refs.toSorted(([left], [right]) => (left < right ? -1 : 1)));
}

function listFiles(folder: string, path: string): string[] {
  const entries = ifThere(() => readdirSync(join(folder, path), { withFileTypes: true })) ?? [];
  return entries.flatMap((entry) =>
    entry.isDirectory() ? listFiles(folder, `${path}/${entry.name}`) : [`${path}/${entry.name}`],
  );
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
  const isMoved = (from === null || readText(file).trim() === from) && renamed(lock, file);
  if (!isMoved) rmSync(lock, { force: true });
  return isMoved;
}

/** False where a folder is in the way. */
function renamed(from: string, to: string): boolean {
  try {
    renameSync(from, to);
    return true;
  } catch {
    return false;
  }
}

function readText(path: string): string {
  return ifThere(() => readFileSync(path, 'utf8')) ?? '';
}

/** What is not there, or not any more while git works beside this process, says nothing. */
function ifThere<T>(read: () => T): T | null {
  try {
    return read();
  } catch (error) {
    if (error instanceof Error && 'code' in error && GONE.has(error.code)) return null;
    throw error;
  }
}

/** A folder may have taken the place of a file, and a file that of a folder. */
const GONE: ReadonlySet<unknown> = new Set(['ENOENT', 'ENOTDIR', 'EISDIR']);
