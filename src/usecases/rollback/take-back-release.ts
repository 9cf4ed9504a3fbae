import type { LedgerState } from '../../domain/ledger.ts';
import type { Refusal } from '../../domain/reason.ts';
import type { Release } from '../../domain/release.ts';
import type { OrderedRelease } from '../../domain/order-gate.ts';
import { withTakenBack } from '../../domain/rollback.ts';
import { affectedBugs, takeBack } from '../../domain/take-back.ts';
import { renderBranchLeft, renderTakenBack } from '../../domain/text/rollback.ts';
import type { Setting } from '../../ports/configuration.ts';
import type { Context } from '../context.ts';
import { record, type Intent } from '../record.ts';
import { sayOn } from './complete-rollback.ts';
import { bringBranchBack, type BroughtBranch } from './revert-branch.ts';

/**
 * Follows up on a release that one of its own checks had taken back, service by service: the branch is brought to what is
 * deployed, too, and the bugs begin again. Nothing happens where nobody knows what is deployed.
 */
export async function takeBackRelease(
  context: Context,
  setting: Setting,
  { release, refusal }: { readonly release: Release; readonly refusal: Refusal },
): Promise<void> {
  const { previous, bugs, pulls = [] } = release.envelope;
  const [first] = [...bugs, ...pulls];
  if (previous === null || first === undefined) return;
  const ordered: OrderedRelease = {
    ...release,
    envelope: { ...release.envelope, commit: previous },
    order: {
      issue: first.number,
      by: null,
      reason: refusal.reason.replaceAll('_', ' '),
      to: null,
      undoes: [release.id],
      acceptsDataLoss: false,
      branch: null,
    },
  };
  const brought = await bringBranchBack(context, setting, ordered);
  await record(context, setting, (state) =>
    intentOf(state, { release: ordered, brought, atMs: context.clock.nowMs() }),
  );
}

function intentOf(
  state: LedgerState,
  given: { readonly release: OrderedRelease; readonly brought: BroughtBranch; readonly atMs: number },
): Intent<null> {
  const { brought, atMs } = given;
  const { id, environment, order } = given.release;
  if (brought.kind === 'refused') {
    const body = renderBranchLeft(environment, brought);
    const entry = sayOn(given.release, order.issue, { body, atMs });
    return { writes: { outbox: [entry] }, message: `${id}: the branch was left as it is`, result: null };
  }
  const { branch } = brought;
  const release = { ...given.release, order: { ...order, branch } };
  const affected = affectedBugs(state.bugs.values(), environment, branch);
  return {
    writes: {
      bugs: affected.map((bug) => takeBack(bug, release, atMs)),
      environments: [withTakenBack(state.environments.get(environment), environment, branch)],
      outbox: affected.map((bug) =>
        sayOn(release, bug.number, { body: renderTakenBack(bug, release), atMs }),
      ),
    },
    message: `${id}: the branch is back, too`,
    result: null,
  };
}
