import type { QueueEntry } from '../model/queue.ts';
import type { Repository } from '../model/repository.ts';
import { rulesOver } from '../rule/source.ts';
import type { RuleOf } from '../rule/format.ts';
import { repositoryStore } from '../world.ts';

/** The pulls in the queues of a repository, first come first. */
export const queueOf = repositoryStore<QueueEntry[]>('merge-queue', () => []);

/** The place of a pull in its queue. */
export function entryOf(repository: Repository, pullNumber: number): QueueEntry | null {
  return queueOf(repository).find((one) => one.pullNumber === pullNumber) ?? null;
}

/** Those who wait for one branch. */
export function entriesFor(repository: Repository, branch: string): QueueEntry[] {
  return queueOf(repository).filter((one) => one.branch === branch);
}

/** What the rules say of the queue of a branch; `null` where it has none. */
export function queueRule(repository: Repository, branch: string): RuleOf<'merge_queue'> | null {
  return rulesOver(repository, { branch, type: 'merge_queue' })[0] ?? null;
}
