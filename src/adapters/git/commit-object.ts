import { GitFailure, type Oid } from '../../ports/repository.ts';
import { algorithmOf, writeObject } from './loose-object.ts';
import { asUtf8 } from './message.ts';
import type { ObjectReader } from './object-reader.ts';

/** A commit as it is stored; texts are Latin-1 strings, one character a byte. */
export interface CommitObject {
  readonly oid: Oid;
  readonly tree: Oid;
  readonly parents: readonly Oid[];
  /** `Name <mail> seconds zone`. */
  readonly author: string;
  readonly message: string;
}

/** Reads a commit; its author and message in UTF-8, whatever they were written in. */
export async function readCommit(objects: ObjectReader, oid: Oid): Promise<CommitObject> {
  const object = await objects.read(oid);
  if (object?.type !== 'commit') {
    throw new GitFailure('cat-file', `${oid} is not a commit of this repository`, { retryable: false });
  }
  const raw = object.content.toString('latin1');
  const headerEnd = raw.indexOf('\n\n');
  const header = (headerEnd === -1 ? raw : raw.slice(0, headerEnd)).split('\n');
  const valuesOf = (key: string) =>
    header.filter((line) => line.startsWith(`${key} `)).map((line) => line.slice(key.length + 1));
  const [encoding = 'utf-8'] = valuesOf('encoding');
  const [message = ''] = (headerEnd === -1 ? '' : raw.slice(headerEnd + 2)).split('\0');
  return {
    oid,
    tree: valuesOf('tree')[0] ?? '',
    parents: valuesOf('parent'),
    author: fromEncoding(valuesOf('author')[0] ?? '', encoding),
    message: fromEncoding(message, encoding),
  };
}

function fromEncoding(bytes: string, encoding: string): string {
  if (/^utf-?8$/iu.test(encoding)) return bytes;
  try {
    const text = new TextDecoder(encoding, { fatal: true }).decode(Buffer.from(bytes, 'latin1'));
    return Buffer.from(text, 'utf8').toString('latin1');
  } catch {
    // An unknown or wrong encoding: git keeps the bytes as they are.
    return bytes;
  }
}

/** Writes a commit. `author` and `committer` are `Name <mail> seconds zone`. */
export async function writeCommit(
  directory: string,
  commit: {
    readonly tree: Oid;
    readonly parents: readonly Oid[];
    readonly author: string;
    readonly committer: string;
    readonly message: string;
  },
): Promise<Oid> {
  const header = [
    `tree ${commit.tree}`,
    ...commit.parents.map((parent) => `parent ${parent}`),
    `author ${commit.author}`,
    `committer ${commit.committer}`,
  ];
  const text = asUtf8(`${header.join('\n')}\n\n${commit.message}`);
  return writeObject(directory, {
    type: 'commit',
    content: Buffer.from(text, 'latin1'),
    algorithm: algorithmOf(commit.tree),
  });
}
