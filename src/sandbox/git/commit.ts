import type { ObjectReader } from './object-reader.ts';
import { writeObject } from './object-writer.ts';

/** Name, address and time on a commit. */
export interface Signature {
  name: string;
  email: string;
  /** Epoch milliseconds; git keeps whole seconds. */
  atMs: number;
  /** As git writes it: `+0000`. */
  zone: string;
}

/** A commit without its place in the store. */
export interface CommitContent {
  tree: string;
  parents: string[];
  author: Signature;
  committer: Signature;
  message: string;
}

/** A commit as read. */
export interface Commit extends CommitContent {
  sha: string;
  /** The `gpgsig` header, if it has one. */
  signature: string | null;
  /** What the signature covers: the commit without that header. */
  payload: string;
}

/** Makes the signature for the text of a commit. */
export type Signer = (payload: string) => string;

/** Writes a commit, signed where a signer is given, and answers its sha. */
export function writeCommit(folder: string, commit: CommitContent, sign?: Signer): string {
  const head = [
    `tree ${commit.tree}`,
    ...commit.parents.map((parent) => `parent ${parent}`),
    `author ${renderSignature(commit.author)}`,
    `committer ${renderSignature(commit.committer)}`,
  ];
  const unsigned = `${head.join('\n')}\n\n${commit.message}`;
  const signed = sign
    ? `${head.join('\n')}\ngpgsig ${sign(unsigned).trim().replaceAll('\n', '\n ')}\n\n${commit.message}`
    : unsigned;
  return writeObject(folder, 'commit', Buffer.from(signed));
}

/** Reads the commit that an expression leads to; `null` when it leads to none. */
export async function readCommit(reader: ObjectReader, expression: string): Promise<Commit | null> {
  const object = await reader.read(`${expression}^{commit}`);
  return object?.type === 'commit' ? parseCommit(object.sha, object.content.toString('utf8')) : null;
}

/** Reads the text of a commit object. */
function parseCommit(sha: string, text: string): Commit {
  const blank = text.indexOf('\n\n');
  const message = blank < 0 ? '' : text.slice(blank + 2);
  // A line that begins with a blank continues the header before it.
  const headers = text.slice(0, blank < 0 ? text.length : blank).split(/\n(?! )/);
  const values = (name: string): string[] =>
    headers.filter((line) => line.startsWith(`${name} `)).map((line) => line.slice(name.length + 1));
  const signature = values('gpgsig')[0]?.replaceAll('\n ', '\n') ?? null;
  return {
    sha,
    tree: values('tree')[0] ?? '',
    parents: values('parent'),
    author: parseSignature(values('author')[0] ?? ''),
    committer: parseSignature(values('committer')[0] ?? ''),
    message,
    signature,
    payload: `${headers.filter((line) => !line.startsWith('gpgsig ')).join('\n')}\n\n${message}`,
  };
}

function renderSignature({ name, email, atMs, zone }: Signature): string {
  return `${clean(name)} <${clean(email)}> ${Math.floor(atMs / 1000)} ${zone}`;
}

function parseSignature(line: string): Signature {
  const match = /^(.*) ?<(.*)> (\d+) ([+-]\d{4})$/.exec(line);
  return {
    name: match?.[1]?.trim() ?? '',
    email: match?.[2] ?? '',
    atMs: Number(match?.[3] ?? 0) * 1000,
    zone: match?.[4] ?? '+0000',
  };
}

/** Git's own separators may not stand in a name. */
function clean(text: string): string {
  return text.replaceAll(/[<>\n\0]/g, '').trim();
}
