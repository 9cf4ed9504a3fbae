import { nextSlot, type SlotKind } from '../../domain/calendar.ts';
import { refuseFrozen } from '../../domain/freeze.ts';
import type { SlotPreview } from '../../domain/slot-preview.ts';
import { aboardOf } from '../../domain/slot.ts';
import { stepsOf } from '../release/run-release.ts';
import type { Context } from '../context.ts';
import { gather } from './facts.ts';
import { bugsFor, planAll, releasesFor } from './plan-all.ts';
import { NO_UNSAFE_WORD } from '../../domain/setup/unsafe-word.ts';
import { previewManner } from './planning.ts';

const KINDS: readonly SlotKind[] = ['T1', 'T2'];

/** What tonight's T1 and T2 would do, one after the other: both read from one store of git objects. */
export async function previewTonight(context: Context): Promise<SlotPreview[]> {
  const previews: SlotPreview[] = [];
  for (const kind of KINDS) previews.push(await previewSlot(context, kind));
  return previews;
}

/**
 * What the next slot of a kind would do if it were now, changing nothing anywhere. Works on the ledger as it is: what
 * webhooks failed to bring is read by the slot itself.
 */
export async function previewSlot(context: Context, kind: SlotKind): Promise<SlotPreview> {
  const [setting, state] = await Promise.all([context.configuration.load(), context.ledger.load()]);
  const slot = nextSlot(setting.calendar, kind, context.clock.nowMs());
  const gathered = await gather(context, setting, {
    slot,
    state,
    bugs: bugsFor(kind, state, []),
    waiting: releasesFor(kind, state),
  });
  const { draft, stages, releases } = await planAll(context, gathered, previewManner(NO_UNSAFE_WORD));
  for (const stage of stages) {
    const message = `would go to ${stage.environment.toUpperCase()}`;
    for (const bug of aboardOf(stage))
      draft.outcomes.set(bug, { bug, outcome: 'queued', reason: null, message });
  }
  return {
    slot,
    frozen: refuseFrozen(gathered.freezes, 'everything', gathered.readAtMs),
    stages: stages.map((stage) => {
      const release = releases.find(({ environment }) => environment === stage.environment) ?? null;
      return { stage, release, steps: release === null ? [] : stepsOf(setting.policy, release) };
    }),
    outcomes: [...draft.outcomes.values()].toSorted((left, right) => left.bug - right.bug),
    titles: new Map([...gathered.issues].map(([number, { title }]) => [number, title])),
  };
}
