import { writeCommit, type Signature } from '../git/commit.ts';
import { writeObject } from '../git/object-writer.ts';
import { signatureOf } from '../git/person.ts';
import { setRef } from '../git/ref.ts';
import { branchHead } from '../git/resolve.ts';
import { changeTree, type PathChange } from '../git/tree.ts';
import type { Account } from '../model/account.ts';
import type { Repository } from '../model/repository.ts';
import type { Kernel } from '../sandbox.ts';

/** What a file becomes: a text, an executable or binary one, or `null` for none. */
export type SeedFile =
  | string
  | { content: string; executable?: boolean | undefined; encoding?: 'utf8' | 'base64' | undefined }
  | null;

/** One commit of a recipe. */
export interface SeedCommit {
  message: string;
  author: Account;
  /** Epoch milliseconds. */
  atMs: number;
  files: { [path: string]: SeedFile };
  branch: string;
  /** Where a branch that does not exist yet begins; default: the default branch, or nothing. */
  from?: string | undefined;
}

/** Writes one commit onto a branch without webhooks or rules, as history that was always there, and answers its sha. */
export async function writeSeedCommit(
  kernel: Kernel,
  repository: Repository,
  commit: SeedCommit,
): Promise<string> {
  const bare = kernel.git.open(repository);
  const parent =
    (await branchHead(bare, commit.branch)) ??
    (await branchHead(bare, commit.from ?? repository.defaultBranch));
  const changes = new Map<string, PathChange>(
    Object.entries(commit.files).map(([path, file]) => [path, changeOf(bare.folder, file)]),
  );
  const tree = await changeTree(bare, parent === null ? null : `${parent}^{tree}`, changes);
  const person: Signature = signatureOf(commit.author, commit.atMs);
  const sha = writeCommit(bare.folder, {
    tree,
    parents: parent === null ? [] : [parent],
    author: person,
    committer: person,
    message: `${commit.message.trimEnd()}\n`,
  });
  await setRef(bare.folder, `refs/heads/${commit.branch}`, sha);
  return sha;
}

function changeOf(folder: string, file: SeedFile): PathChange {
  if (file === null) return null;
  const {
    content,
    executable = false,
    encoding = 'utf8',
  } = typeof file === 'string' ? { content: file } : file;
  const sha = writeObject(folder, 'blob', Buffer.from(content, encoding));
  return { mode: executable ? '100755' : '100644', sha };
}
