import type { BugFacts } from '../domain/decision.ts';
import type { LedgerState } from '../domain/ledger.ts';
import type { Setting } from '../ports/configuration.ts';
import type { Context } from './context.ts';
import { freezeFacts } from './freeze-facts.ts';

/** What stands in the way of a deploy: freezes, and who has the environments. */
export function stopFacts(
  context: Context,
  setting: Setting,
  state: Pick<LedgerState, 'freezes' | 'environments'>,
): Pick<BugFacts, 'freezes' | 'locks'> {
  const locks = [...state.environments.values()].map((each) => [each.environment, each.locks] as const);
  return { freezes: freezeFacts(context, setting, state), locks: new Map(locks) };
}
