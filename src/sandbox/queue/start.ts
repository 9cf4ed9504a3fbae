import type { Repository } from '../model/repository.ts';
import type { Kernel } from '../sandbox.ts';
import { advanceQueue } from './advance.ts';
import { queueOf } from './store.ts';

/** How often the clock is looked at while it follows real time. */
const LOOK_EVERY_MS = 5_000;

/** What may let a queue go on: checks, moved branches, changed pulls, other rules. */
const STIRRING = new Set(['check_run', 'status', 'push', 'pull_request', 'repository_ruleset']);

/** Keeps the merge queues going whenever something happens that they wait for, or time runs out. */
export function startMergeQueues(kernel: Kernel): void {
  const stop = kernel.onEvent(({ name, repository }) => {
    if (repository && STIRRING.has(name)) advanceAll(kernel, repository);
  });
  const look = (): void => {
    for (const repository of kernel.world.repositories) advanceAll(kernel, repository);
  };
  const stopJumps = kernel.clock.onJump(look);
  const timer = setInterval(look, LOOK_EVERY_MS).unref();
  kernel.onClose(() => {
    stop();
    stopJumps();
    clearInterval(timer);
  });
}

function advanceAll(kernel: Kernel, repository: Repository): void {
  const branches = new Set(queueOf(repository).map(({ branch }) => branch));
  for (const branch of branches) void kernel.busy.during(advanceQueue(kernel, repository, branch));
}
