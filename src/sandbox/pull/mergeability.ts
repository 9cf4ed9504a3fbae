import { remembered } from '../../process/remembered.ts';
import { rollUp } from '../check/rollup.ts';
import { diffFiles } from '../git/diff.ts';
import { mergeBase } from '../git/history.ts';
import { mergeCommits } from '../git/merge.ts';
import { git } from '../git/run.ts';
import type { Issue } from '../model/issue.ts';
import type { Pull } from '../model/pull.ts';
import type { Repository } from '../model/repository.ts';
import { judgeMove } from '../rule/judge.ts';
import { rulesOver } from '../rule/source.ts';
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
  return isClean(kernel.git.folderOf(repository), baseSha, headSha);
}

/**
 * What the rules over its base have against merging a pull now, or putting it into its queue, one sentence each; who may
 * pass them by is not looked at.
 *
 * Costs nothing where there are no rules.
 */
export async function blockersOf(
  kernel: Kernel,
  { repository, pull, issue }: PullAndPlace,
): Promise<string[]> {
  const [rule] = rulesOver(repository, { branch: pull.baseBranch, type: 'pull_request' });
  const verdict = await judgeMove(kernel, {
    repository,
    actor: { kind: 'anonymous' },
    change: { ref: `refs/heads/${pull.baseBranch}`, oldSha: pull.baseSha, newSha: pull.headSha },
    via: {
      kind: 'pull',
      pull,
      issue,
      method: rule?.parameters.allowed_merge_methods[0] ?? 'merge',
      toQueue: true,
    },
  });
  return verdict?.refused ?? [];
}

/** GitHub's word for how far an open pull is from being merged; `unstable`: only checks that nobody requires are missing. */
export async function mergeStateOf(
  kernel: Kernel,
  place: PullAndPlace,
): Promise<'dirty' | 'draft' | 'blocked' | 'unstable' | 'clean'> {
  const { repository, pull } = place;
  if (!(await isMergeable(kernel, repository, pull))) return 'dirty';
  if (pull.draft) return 'draft';
  if ((await blockersOf(kernel, place)).length > 0) return 'blocked';
  return (rollUp(repository, pull.headSha)?.state ?? 'SUCCESS') === 'SUCCESS' ? 'clean' : 'unstable';
}

interface PullAndPlace {
  repository: Repository;
  pull: Pull;
  issue: Issue;
}

/** Measures a pull from where it left its base, so that a base that moves on costs no new measuring. */
export async function sizeOf(
  kernel: Kernel,
  repository: Repository,
  { baseSha, headSha }: Pull,
): Promise<PullSize> {
  const folder = kernel.git.folderOf(repository);
  const start = (await mergeBase(folder, baseSha, headSha)) ?? baseSha;
  return measure(folder, start, headSha);
}

/** Remembered answers; those about commits by their shas stay right for good. */
const KEPT = 500;

const isClean = remembered(
  KEPT,
  async (folder: string, base: string, head: string) =>
    (await mergeCommits(folder, base, head)).kind === 'clean',
);

const measure = remembered(KEPT, async (folder: string, start: string, head: string): Promise<PullSize> => {
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
});
