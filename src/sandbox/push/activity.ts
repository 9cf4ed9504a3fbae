import { z } from 'zod';
import { NO_COMMIT } from '../git/ref.ts';
import type { Repository } from '../model/repository.ts';
import type { Kernel } from '../sandbox.ts';
import { nextIdentity, repositoryStore } from '../world.ts';

/** One move of a branch, as it is kept. */
export interface Activity {
  id: number;
  nodeId: string;
  ref: string;
  before: string;
  after: string;
  forced: boolean;
  actorId: number;
  at: string;
}

/** Every move of a repository's branches, oldest first. */
export const activitiesOf = repositoryStore<Activity[]>('activity', () => []);

const moved = z.object({ ref: z.string(), before: z.string(), after: z.string(), forced: z.boolean() });

/** Keeps a record of every push, however it came. */
export function recordActivity(kernel: Kernel): void {
  kernel.onEvent(({ name, payload, repository, sender }) => {
    if (name !== 'push' || !repository) return;
    activitiesOf(repository).push({
      ...nextIdentity(kernel.world, 'PushActivity'),
      ...moved.parse(payload),
      actorId: sender.id,
      at: kernel.clock.now(),
    });
  });
}

/** What GitHub calls a move. */
export function activityType(
  repository: Repository,
  { before, after, ref, forced }: Activity,
): 'push' | 'force_push' | 'branch_creation' | 'branch_deletion' | 'pr_merge' {
  if (before === NO_COMMIT) return 'branch_creation';
  if (after === NO_COMMIT) return 'branch_deletion';
  const merged = repository.pulls.some(
    (pull) => pull.mergeCommitSha === after && `refs/heads/${pull.baseBranch}` === ref,
  );
  if (merged) return 'pr_merge';
  return forced ? 'force_push' : 'push';
}
