import type { OrderedHotfix } from '../../domain/hotfix-order.ts';
import type { Stage } from '../../domain/slot.ts';
import type { Setting } from '../../ports/configuration.ts';
import type { Context } from '../context.ts';
import { candidateBranch } from '../slot/candidate.ts';
import { hasCandidate } from '../slot/is-on-branch.ts';

/** A hotfix whose candidate is built. */
interface BuiltHotfix {
  readonly release: OrderedHotfix;
  readonly stage: Stage;
}

/** Where PROD's branch is, with the candidate and all of its history at hand; `null`: there is no such branch. */
export async function prodTip(
  { repository }: Context,
  { policy }: Setting,
  { release, stage }: BuiltHotfix,
): Promise<string | null> {
  const { branch } = policy.environments.prod;
  const branches = [branch, candidateBranch(release.hotfix.operation, stage)];
  return (await repository.fetch({ branches, history: 'full' })).get(branch) ?? null;
}

/** Whether PROD's branch has the candidate of a hotfix: only then may anything of it have been deployed. */
export async function mayBeDeployed(
  context: Context,
  setting: Setting,
  release: OrderedHotfix,
): Promise<boolean> {
  const { stage } = release.hotfix;
  if (stage === null) return false;
  const tip = await prodTip(context, setting, { release, stage });
  const state = await context.ledger.recent();
  return tip !== null && (await hasCandidate(context, { stage, tip, state }));
}
