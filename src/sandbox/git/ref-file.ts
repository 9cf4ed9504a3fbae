import { readdirSync, readFileSync } from 'node:fs';
import { join, relative, sep } from 'node:path';

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

/** What is not there, or not any more, says nothing. */
function readText(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return '';
    throw error;
  }
}
