import { orderOutcome, refused, type CommandOutcome, type OrderCommand } from './compose-action-outcome.ts';
import { joinRecords, recordsOfRollback } from './compose-action-record.ts';
import type { RunFacts } from './domain/protection.ts';
import type { Context } from './usecases/context.ts';
import { planRollback } from './usecases/rollback/plan-rollback.ts';
import { runRollback } from './usecases/rollback/run-rollback.ts';

/** The action's rollback: its plan, its environment's job, or both in one. */
export async function rollBack(
  context: Context,
  { phase, release }: OrderCommand,
  run: RunFacts,
): Promise<CommandOutcome> {
  if (phase === 'uat' || phase === 'prod') return goBack(context, phase, run);
  const planned = await planRollback(context, { releaseId: release ?? '', run });
  if (planned.kind === 'refused') return { ...refused(planned), decision: 'failed' };
  if (phase === 'all') return goBack(context, planned.release.environment, run);
  return orderOutcome(planned.release, { decision: 'done', message: 'planned', summary: '' });
}

async function goBack(context: Context, environment: 'uat' | 'prod', run: RunFacts): Promise<CommandOutcome> {
  const ran = await runRollback(context, { environment, run });
  // Nothing that went back must not look as if it had.
  if (ran.kind === 'refused') return { ...refused(ran), decision: 'failed' };
  const { release, refusal, report } = ran;
  const records = recordsOfRollback(release, await context.configuration.load(), report);
  return orderOutcome(release, {
    decision: refusal === null ? 'done' : 'failed',
    message: refusal?.message ?? 'live',
    summary: joinRecords(records),
    records,
  });
}
