import type { LedgerState } from '../domain/ledger.ts';
import { ENVIRONMENTS } from '../domain/policy.ts';
import { isGateCheck } from '../domain/gate.ts';
import { checkAlert } from '../domain/text/alert.ts';
import type { StrangeReport } from '../ports/checks.ts';
import { lastTip } from './bookkeeping.ts';
import type { Context } from './context.ts';
import { raiseAlert } from './raise-alert.ts';

/**
 * Tells the admins, once a reporter, of a check or a commit status by somebody else under the name of the required
 * check. The verdict of the check does not depend on it.
 */
export async function guardImpostor(context: Context, reported: StrangeReport): Promise<void> {
  if (!isGateCheck(reported.name)) return;
  await raiseAlert(context, await context.configuration.load(), checkAlert(reported));
}

/** Slots of yesterday and before have been dealt with. */
const LOOK_BACK_MS = 24 * 3_600_000;

/**
 * Reads what is reported on commits that no open pull request shows: where the branches of the environments were seen
 * last, and the candidates of the last day. Travels with what else is being read; {@link findImpostors} tells of it.
 */
export async function readReports(
  { checks, bookkeeping, clock }: Context,
  state: LedgerState,
): Promise<void> {
  const heads = ENVIRONMENTS.flatMap(
    (name) => bookkeeping.tips.get(name)?.tip ?? lastTip(state, name)?.tip ?? [],
  );
  const candidates = [...state.slots.values()]
    .filter(({ latestStartMs }) => clock.nowMs() - latestStartMs < LOOK_BACK_MS)
    .flatMap(({ stages }) => stages.map(({ candidate }) => candidate));
  await Promise.all([...new Set([...heads, ...candidates])].map((commit) => checks.on(commit)));
}

/** Tells of those that no webhook told of: on commits whose checks were read for something else. */
export async function findImpostors(context: Context): Promise<void> {
  for (const reported of context.checks.takeStrange()) await guardImpostor(context, reported);
}
