import { diffFiles } from '../git/diff.ts';
import { countApart, mergeBase } from '../git/history.ts';
import { mergeCommits } from '../git/merge.ts';
import type { Pull } from '../model/pull.ts';
import type { Repository } from '../model/repository.ts';
import type { Kernel } from '../sandbox.ts';

/** What git says of a pull's two ends. */
export interface PullShape {
  mergeable: boolean;
  conflictFiles: string[];
  commits: number;
  additions: number;
  deletions: number;
  changedFiles: number;
}

/** Both ends are shas, so an answer stays right; the oldest is forgotten first. */
const known = new WeakMap<Repository, Map<string, Promise<PullShape>>>();
const KEPT = 500;

/** Computes, once per pair of ends, whether a pull merges and how large it is. */
export function shapeOf(kernel: Kernel, repository: Repository, pull: Pull): Promise<PullShape> {
  const shapes = known.get(repository) ?? new Map<string, Promise<PullShape>>();
  known.set(repository, shapes);
  const key = `${pull.baseSha}..${pull.headSha}`;
  const shape = shapes.get(key) ?? computeShape(kernel.git.folderOf(repository), pull);
  shapes.set(key, shape);
  const oldest = shapes.keys().next().value;
  if (shapes.size > KEPT && oldest !== undefined) shapes.delete(oldest);
  return shape;
}

async function computeShape(folder: string, { baseSha, headSha }: Pull): Promise<PullShape> {
  const [merge, apart, base] = await Promise.all([
    mergeCommits(folder, baseSha, headSha),
    countApart(folder, baseSha, headSha),
    mergeBase(folder, baseSha, headSha),
  ]);
  const files = await diffFiles(folder, base ?? baseSha, headSha);
  return {
    mergeable: merge.kind === 'clean',
    conflictFiles: merge.kind === 'conflict' ? merge.files : [],
    commits: apart.ahead,
    additions: files.reduce((sum, file) => sum + file.additions, 0),
    deletions: files.reduce((sum, file) => sum + file.deletions, 0),
    changedFiles: files.length,
  };
}
