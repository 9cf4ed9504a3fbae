import { diffFiles } from '../git/diff.ts';
import { mergeBase } from '../git/history.ts';
import { mergeCommits } from '../git/merge.ts';
import { git } from '../git/run.ts';
import type { Pull } from '../model/pull.ts';
import type { Repository } from '../model/repository.ts';
import type { Kernel } from '../sandbox.ts';

/** How much a pull changes. */
export interface PullSize {
  commits: number;
  additions: number;
  deletions: number;
  changedFiles: number;
}

/** Tells whether a pull merges into its base without conflict; computed once per pair of ends. */
export function isMergeable(
  kernel: Kernel,
  repository: Repository,
  { baseSha, headSha }: Pull,
): Promise<boolean> {
  return mergeable(repository, `${baseSha}..${headSha}`, async () => {
    const merge = await mergeCommits(kernel.git.folderOf(repository), baseSha, headSha);
    return merge.kind === 'clean';
  });
}

/** Measures a pull from where it left its base, so that a base that moves on costs no new measuring. */
export async function sizeOf(
  kernel: Kernel,
  repository: Repository,
  { baseSha, headSha }: Pull,
): Promise<PullSize> {
  const folder = kernel.git.folderOf(repository);
  const start = await leaving(
    repository,
    `${baseSha}..${headSha}`,
    async () => (await mergeBase(folder, baseSha, headSha)) ?? baseSha,
  );
  return sizes(repository, `${start}..${headSha}`, () => measure(folder, start, headSha));
}

const mergeable = remembering<boolean>();
const leaving = remembering<string>();
const sizes = remembering<PullSize>();

const KEPT = 500;

/** Remembers answers by shas, which stay right for good; the oldest is forgotten first. */
function remembering<T>(): (repository: Repository, key: string, compute: () => Promise<T>) => Promise<T> {
  const answers = new WeakMap<Repository, Map<string, Promise<T>>>();
  return (repository, key, compute) => {
    const known = answers.get(repository) ?? new Map<string, Promise<T>>();
    answers.set(repository, known);
    const answer = known.get(key) ?? compute();
    known.set(key, answer);
    const oldest = known.keys().next().value;
    if (known.size > KEPT && oldest !== undefined) known.delete(oldest);
    return answer;
  };
}

async function measure(folder: string, start: string, head: string): Promise<PullSize> {
  const [count, files] = await Promise.all([
    git(folder, ['rev-list', '--count', head, `^${start}`]),
    diffFiles(folder, start, head),
  ]);
  return {
    commits: Number(count),
    additions: files.reduce((sum, file) => sum + file.additions, 0),
    deletions: files.reduce((sum, file) => sum + file.deletions, 0),
    changedFiles: files.length,
  };
}
