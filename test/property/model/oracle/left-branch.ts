import type { LedgerState } from '../../../../src/domain/ledger.ts';
import type { Release } from '../../../../src/domain/release.ts';
import { count, violate, type Deploy, type Model } from '../model.ts';
import { branchOf } from './purpose.ts';

/**
 * The ledger says of a rollback that it is live: with its branch or, where GitHub turned that away, without. One that is
 * said again to finish it has deployed nothing, and no bug says any more that its fix is there.
 */
export function watchFinished(
  model: Model,
  { id, environment, envelope, order }: Release,
  after: LedgerState,
): void {
  const { book, git, deploys } = model;
  const left = book.left.get(environment) ?? new Set<string>();
  book.left.delete(environment);
  if (order?.branch === null) {
    const back = git.patchesAt(envelope.commit);
    const kept = git.patchesOn(branchOf(environment)).filter((patch) => !back.includes(patch));
    book.left.set(environment, new Set(kept.filter((patch) => !book.byHand.has(patch))));
    count(model, 'branches left');
    return;
  }
  if (order?.undoes.length !== 0) return;
  count(model, 'rollbacks finished');
  if (deploys.some(({ release }) => release === id))
    violate(model, 'rollback', `${id} had nothing to deploy`);
  for (const { number, landings } of after.bugs.values())
    if (landings.some((each) => each.environment === environment && left.has(each.patchId ?? '')))
      violate(model, 'rollback', `${id} left #${number} on ${environment}`);
}

/** What a rollback took off an environment, and not off its branch, is not deployed there again before it is finished. */
export function watchLeft(model: Model, { environment, candidate, release }: Deploy): void {
  const left = model.book.left.get(environment);
  if (left === undefined) return;
  const again = model.git.patchesAt(candidate).filter((patch) => left.has(patch));
  if (again.length > 0)
    violate(
      model,
      'rollback',
      `${release} made ${again.join(', ')} live again, which was left on the branch`,
    );
}
