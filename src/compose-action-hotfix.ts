import { orderOutcome, refused, type CommandOutcome, type OrderCommand } from './compose-action-outcome.ts';
import { joinRecords, recordsOf } from './compose-action-record.ts';
import type { RunFacts } from './domain/protection.ts';
import type { Refusal } from './domain/reason.ts';
import type { Context } from './usecases/context.ts';
import { planHotfix } from './usecases/hotfix/plan-hotfix.ts';
import { runHotfix } from './usecases/hotfix/run-hotfix.ts';

/** The action's hotfix: its plan, PROD's job, or both in one. */
export async function bringHotfix(
  context: Context,
  { phase, release }: OrderCommand,
  run: RunFacts,
): Promise<CommandOutcome> {
  if (phase === 'uat' || phase === 'prod') return bring(context, run);
  const planned = await planHotfix(context, { releaseId: release ?? '', run });
  if (planned.kind === 'refused') return failed(planned);
  if (phase === 'all') return bring(context, run);
  return orderOutcome(planned.release, { decision: 'done', message: 'planned', summary: '' });
}

async function bring(context: Context, run: RunFacts): Promise<CommandOutcome> {
  const ran = await runHotfix(context, run);
  if (ran.kind === 'refused') return failed(ran);
  const { release, refusal, verdict } = ran;
  const records = recordsOf(release, await context.configuration.load());
  return orderOutcome(release, {
    decision: refusal === null ? 'done' : 'failed',
    message: refusal?.message ?? 'live',
    summary: `${verdict}\n\n${joinRecords(records)}`,
    records,
  });
}

/** What did not come to PROD must not look as if it had. */
function failed(refusal: Refusal): CommandOutcome {
  return { ...refused(refusal), decision: 'failed' };
}
