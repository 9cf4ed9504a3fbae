import type { FreezeFacts } from '../domain/freeze.ts';
import type { LedgerState } from '../domain/ledger.ts';
import type { Setting } from '../ports/configuration.ts';
import type { Context } from './context.ts';

/** Everything that a freeze may come from: what was said, the configuration, the repository's variables. */
export function freezeFacts(
  { freezeVariables }: Context,
  { policy, calendar }: Setting,
  { freezes }: Pick<LedgerState, 'freezes'>,
): FreezeFacts {
  return { said: freezes, policy: policy.freeze, switches: freezeVariables.known(), calendar };
}
