import { STAGE_ORDER, stageOf, type SlotRecord } from '../../domain/slot.ts';
import type { Refusal } from '../../domain/reason.ts';
import type { Context } from '../context.ts';
import { planSlot, type SlotRun } from './plan-slot.ts';
import { runStage } from './run-stage.ts';

export type SlotResult =
  | { readonly kind: 'ran'; readonly record: SlotRecord; readonly ok: boolean }
  | Refusal;

/** A whole slot in one process: plans it, then brings it to each environment in turn. */
export async function runSlot(context: Context, run: SlotRun): Promise<SlotResult> {
  const planned = await planSlot(context, run);
  if (planned.kind === 'refused') return planned;
  let { record } = planned;
  let ok = true;
  for (const environment of STAGE_ORDER) {
    const stage = stageOf(record, environment);
    if (stage === undefined || stage.state === 'deployed') continue;
    const result = await runStage(context, { slotId: record.id, environment, runId: run.runId });
    if (result.kind === 'refused') return result;
    ({ record } = result);
    ok &&= result.ok;
  }
  return { kind: 'ran', record, ok };
}
