import type { LedgerState } from '../../domain/ledger.ts';
import { mayBeClosed } from '../../domain/hotfix.ts';
import type { Refusal } from '../../domain/reason.ts';
import type { Release } from '../../domain/release.ts';
import type { OrderedRelease } from '../../domain/order-gate.ts';
import { withTakenBack } from '../../domain/rollback.ts';
import { affectedBugs, takeBack } from '../../domain/take-back.ts';
import { renderBranchLeft, renderTakenBack } from '../../domain/text/rollback.ts';
import type { Setting } from '../../ports/configuration.ts';
import type { Context } from '../context.ts';
import { record, type Intent } from '../record.ts';
import { reopenBehind, sayOn } from './complete-rollback.ts';
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
  const closed = await findClosed(context, release);
  await record(context, setting, (state) =>
    intentOf(state, { release: ordered, brought, closed, atMs: context.clock.nowMs() }),
  );
}

/** GitHub closes the issue of a fix as soon as its default branch has it, whatever becomes of the release. */
async function findClosed(
  { observer }: Context,
  { envelope: { bugs } }: Release,
): Promise<ReadonlySet<number>> {
  if (bugs.length === 0) return new Set();
  const issues = await observer.issues(bugs.map(({ number }) => number));
  return new Set(issues.flatMap(({ number, state }) => (state === 'closed' ? [number] : [])));
}

function intentOf(
  state: LedgerState,
  given: {
    readonly release: OrderedRelease;
    readonly brought: BroughtBranch;
    /** Issues that are. */
    readonly closed: ReadonlySet<number>;
    readonly atMs: number;
  },
): Intent<null> {
  const { brought, closed, atMs } = given;
  const { id, environment, order } = given.release;
  if (brought.kind === 'refused') {
    const body = renderBranchLeft(environment, brought);
    const entry = sayOn(given.release, order.issue, { body, atMs });
    return { writes: { outbox: [entry] }, message: `${id}: the branch was left as it is`, result: null };
  }
  const { branch } = brought;
  const release = { ...given.release, order: { ...order, branch } };
  const affected = affectedBugs(state, environment, branch);
  const bugs = affected.map((bug) => takeBack(bug, release, atMs));
  const reopened = bugs.filter((bug) => closed.has(bug.number) && !mayBeClosed(bug));
  return {
    writes: {
      bugs,
      environments: [withTakenBack(state.environments.get(environment), environment, branch)],
      outbox: [
        ...affected.map((bug) => sayOn(release, bug.number, { body: renderTakenBack(bug, release), atMs })),
        ...reopened.map(({ number }) => reopenBehind(release, number, atMs)),
      ],
    },
    message: `${id}: the branch is back, too`,
    result: null,
  };
}
