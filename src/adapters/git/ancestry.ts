import type { Oid } from '../../ports/repository.ts';
import type { GitRunner } from './run-git.ts';

/** The trees of commits, in their order. */
export async function readTrees(git: GitRunner, commits: readonly Oid[]): Promise<readonly Oid[]> {
  const answer = await git.text({
    args: ['log', '--no-walk=unsorted', '--format=%H %T', '--stdin'],
    input: commits.map((oid) => `${oid}\n`).join(''),
  });
  // Git tells of a commit that is asked for twice only once.
  const treeOf = new Map(answer.split('\n').map((line) => [line.split(' ')[0], line.split(' ')[1]]));
  return commits.map((oid) => treeOf.get(oid) ?? '');
}

/** The best common ancestor, `null` where the histories have nothing in common. */
export async function mergeBaseOf(git: GitRunner, left: Oid, right: Oid): Promise<Oid | null> {
  const base = await git.text({ args: ['merge-base', left, right], accept: [1] });
  return base === '' ? null : base;
}

/** Whether `ancestor` is `descendant` or reached from it, as far as the history here goes. */
export async function isReached(git: GitRunner, ancestor: Oid, descendant: Oid): Promise<boolean> {
  const { code } = await git.run({
    args: ['merge-base', '--is-ancestor', ancestor, descendant],
    accept: [1],
  });
  return code === 0;
}
