import { lastOnProd } from '../domain/last-on-prod.ts';
import type { LedgerState } from '../domain/ledger.ts';
import type { SetupFacts } from '../domain/setup/facts.ts';
import { unsafeGuards } from '../domain/setup/guard.ts';
import { guardAlert } from '../domain/text/alert.ts';
import type { Setting } from '../ports/configuration.ts';
import type { Context } from './context.ts';
import { raiseAlert } from './raise-alert.ts';

/**
 * What guards PROD, as the App may see it; travels with what else is being read. `null` where nobody has to be told: as
 * long as nothing was deployed to PROD, and after a deploy that went on for a reason although nothing guarded it.
 */
export async function readRules(
  { setup }: Context,
  { policy }: Setting,
  state: LedgerState,
): Promise<SetupFacts | null> {
  return lastOnProd(state)?.isUnsafe === false ? setup.guards(policy) : null;
}

/** Tells the admins when rules were taken away since, before a slot has to refuse PROD because of it. */
export async function findWeakRules(
  context: Context,
  setting: Setting,
  rules: SetupFacts | null,
): Promise<void> {
  if (rules === null) return;
  const findings = unsafeGuards({ ...rules, app: await context.setup.self() }, setting.policy);
  if (findings.length === 0) return;
  const last = lastOnProd(await context.ledger.recent());
  await raiseAlert(context, setting, guardAlert(findings, last?.id ?? null));
}
