import { renderPreviews } from '../../domain/text/slot-preview.ts';
import type { Setting } from '../../ports/configuration.ts';
import type { Context } from '../context.ts';
import { record } from '../record.ts';
import { previewTonight } from './preview-slot.ts';

/** Says on an issue what the next T1 and T2 would do; once for each word that asked. */
export async function postPreviews(
  context: Context,
  setting: Setting,
  { issue, askedBy }: { readonly issue: number; readonly askedBy: string },
): Promise<void> {
  const previews = await previewTonight(context);
  const nowMs = context.clock.nowMs();
  const body = renderPreviews(previews, { calendar: setting.calendar, nowMs });
  const entry = {
    id: `plan-slot-${askedBy}`,
    issue,
    createdAtMs: nowMs,
    action: { kind: 'comment' as const, body },
  };
  await record(context, setting, () => ({
    writes: { outbox: [entry] },
    message: `the plan of ${previews.map(({ slot }) => slot.id).join(' and ')} is shown on #${issue}`,
    result: null,
  }));
}
