import { STAGE_ORDER, stageOf } from '../../domain/slot.ts';
import type { Context } from '../context.ts';
import { planSlot, type SlotRun } from './plan-slot.ts';
import { runStage, type StageResult } from './run-stage.ts';

/** A whole slot in one process: plans it, then brings it to each environment in turn. */
export async function runSlot(context: Context, asked: SlotRun): Promise<StageResult> {
  const planned = await planSlot(context, asked);
  if (planned.kind === 'refused') return planned;
  let { record } = planned;
  let ok = true;
  const verdicts: string[] = [];
  for (const environment of STAGE_ORDER) {
    const stage = stageOf(record, environment);
    if (stage?.state !== 'planned') continue;
    const result = await runStage(context, { slotId: record.id, environment, run: asked.run });
    if (result.kind === 'refused') return result;
    ({ record } = result);
    ok &&= result.ok;
    verdicts.push(...result.verdicts);
  }
  return { kind: 'ran', record, ok, verdicts };
}
