import type { BareRepository } from './object-reader.ts';
import { readRefs, writeRef } from './ref-file.ts';
import { git, tryGit } from './run.ts';

/** The sha that stands for "no commit" in updates and payloads. */
export const NO_COMMIT = '0'.repeat(40);

/** A ref and where it points. */
export interface Ref {
  ref: string;
  sha: string;
  /** Of what it points at: `commit`, `tag`. */
  type: string;
}

/** A move of a ref: `oldSha` or `newSha` is `NO_COMMIT` when it is made or deleted. */
export interface RefChange {
  ref: string;
  oldSha: string;
  newSha: string;
}

/** Lists refs below prefixes (`refs/heads/`), in order of name. */
export async function listRefs(bare: BareRepository, ...prefixes: string[]): Promise<Ref[]> {
  const below = [...readRefs(bare.folder)].filter(
    ([ref]) => prefixes.length === 0 || prefixes.some((prefix) => ref.startsWith(prefix)),
  );
  return Promise.all(
    below.map(async ([ref, sha]) => ({ ref, sha, type: (await bare.reader.info(sha))?.type ?? 'commit' })),
  );
}

/**
 * Moves refs in one transaction, each only if it still is where `oldSha` says.
 *
 * Answers `null`, or git's words when nothing was moved.
 */
export async function moveRefs(bare: BareRepository, changes: RefChange[]): Promise<string | null> {
  const [change, ...others] = changes;
  if (change && others.length === 0 && (await moveOne(bare, change))) return null;
  const input = changes.map(({ ref, oldSha, newSha }) => `update ${ref}\0${newSha}\0${oldSha}\0`).join('');
  const result = await tryGit(bare.folder, ['update-ref', '-z', '--stdin'], { input });
  return result.code === 0 ? null : result.stderr.trim();
}

/** The usual case without a process: one ref that is there goes to another commit. */
async function moveOne(
  { folder, reader }: BareRepository,
  { ref, oldSha, newSha }: RefChange,
): Promise<boolean> {
  if (oldSha === NO_COMMIT || newSha === NO_COMMIT || !isRefName(ref)) return false;
  const target = await reader.info(newSha);
  return target?.type === 'commit' && writeRef(folder, ref, { from: oldSha, to: newSha });
}

/** Points a ref somewhere whatever it was; only for refs that nobody but the sandbox writes. */
export async function setRef(folder: string, ref: string, sha: string): Promise<void> {
  const isWritten = isRefName(ref) && writeRef(folder, ref, { from: null, to: sha });
  if (!isWritten) await git(folder, ['update-ref', ref, sha]);
}

/** Tells whether git accepts a full ref name. */
export function isRefName(ref: string): boolean {
  const bad = /[\0-\x20\x7f~^:?*[\\]|\.\.|@\{|\/\/|\/$|\.$|\.lock(\/|$)|(^|\/)\./;
  return /^refs\/[^/]+\/.+/.test(ref) && !bad.test(ref);
}
