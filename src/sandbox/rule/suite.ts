import type { Actor } from '../auth/actor.ts';
import { authorOf } from '../auth/author.ts';
import type { RefChange } from '../git/ref.ts';
import type { Repository } from '../model/repository.ts';
import type { Kernel } from '../sandbox.ts';
import { nextId } from '../world.ts';
import type { Verdict } from './judge.ts';
import { ruleSuitesOf } from './store.ts';

/** Writes down how the rules judged a move that was made or that they refused; one that failed otherwise leaves nothing. */
export function recordSuite(
  kernel: Kernel,
  { repository, actor }: { repository: Repository; actor: Actor },
  { verdict, refusal, ...change }: RefChange & { verdict: Verdict | null; refusal: object | null },
): void {
  if (!verdict || (refusal && verdict.result !== 'fail')) return;
  ruleSuitesOf(repository).push({
    id: nextId(kernel.world),
    actorId: authorOf(kernel.world, actor).account.id,
    ref: change.ref,
    beforeSha: change.oldSha,
    afterSha: change.newSha,
    pushedAt: kernel.clock.now(),
    result: verdict.result,
    evaluationResult: verdict.evaluationResult,
    evaluations: verdict.evaluations,
  });
}
