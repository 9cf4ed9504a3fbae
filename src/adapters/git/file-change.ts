import type { Oid } from '../../ports/repository.ts';
import type { GitRunner } from './run-git.ts';

/** What a commit did to one path. A renamed file is a deletion and an addition. */
export interface FileChange {
  readonly path: string;
  /** Git's letter: `A`, `D`, `M`, or `T` for another kind of file. */
  readonly status: string;
  readonly oldMode: string;
  readonly newMode: string;
  readonly oldOid: Oid;
  readonly newOid: Oid;
}

/** A commit looked at as a change of `base`; `null` where it is the first commit of all. */
export interface ChangePair {
  readonly commit: Oid;
  readonly base: Oid | null;
}

const SUBMODULE = '160000';

/** What each commit did to its base, by commit, from trees alone. Of two pairs with one commit the last counts. */
export async function readFileChanges(
  git: GitRunner,
  pairs: readonly ChangePair[],
): Promise<ReadonlyMap<Oid, readonly FileChange[]>> {
  const changes = new Map<Oid, FileChange[]>(pairs.map(({ commit }) => [commit, []]));
  if (pairs.length === 0) return changes;
  const { stdout } = await git.run({
    args: ['diff-tree', '--stdin', '--root', '-r', '-z', '--raw', '--no-renames', '--no-abbrev'],
    input: pairLines(pairs),
  });
  const tokens = stdout.toString('utf8').split('\0');
  let current: FileChange[] = [];
  for (let index = 0; index < tokens.length; index += 1) {
    const token = tokens[index] ?? '';
    if (token.startsWith(':')) {
      index += 1;
      current.push(parseRawChange(token, tokens[index] ?? ''));
    } else if (token !== '') {
      current = changes.get(token) ?? [];
    }
  }
  return changes;
}

/** Reads git's `:oldmode newmode oldoid newoid status`. */
export function parseRawChange(raw: string, path: string): FileChange {
  const [oldMode = '', newMode = '', oldOid = '', newOid = '', status = ''] = raw.slice(1).split(' ');
  return { path, status, oldMode, newMode, oldOid, newOid };
}

/** The input that makes `git diff-tree --stdin` compare each commit with the given base and no other parent. */
export function pairLines(pairs: readonly ChangePair[]): string {
  return pairs.map(({ commit, base }) => (base === null ? `${commit}\n` : `${commit} ${base}\n`)).join('');
}

/** The blobs on either side of the changes; submodules have none. */
export function blobsOf(changes: Iterable<FileChange>): readonly Oid[] {
  const blobs: Oid[] = [];
  for (const change of changes) {
    if (isBlob(change.oldMode, change.oldOid)) blobs.push(change.oldOid);
    if (isBlob(change.newMode, change.newOid)) blobs.push(change.newOid);
  }
  return blobs;
}

function isBlob(mode: string, oid: Oid): boolean {
  return mode !== SUBMODULE && !/^0+$/u.test(oid);
}
