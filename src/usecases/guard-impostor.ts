import { isGateCheck } from '../domain/gate.ts';
import { checkAlert } from '../domain/text/alert.ts';
import type { StrangeReport } from '../ports/checks.ts';
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

/** Tells of those that no webhook told of: on commits whose checks were read for something else. */
export async function findImpostors(context: Context): Promise<void> {
  for (const reported of context.checks.takeStrange()) await guardImpostor(context, reported);
}
