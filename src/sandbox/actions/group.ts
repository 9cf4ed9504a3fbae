import { buildJobScope, type JobView } from './context.ts';
import type { ConcurrencyDefinition } from './definition.ts';
import { resolveToText } from './expression.ts';
import type { LiveRun } from './live.ts';
import { isTrue } from './run-steps.ts';

const NOTHING_HAPPENED = { success: true, failure: false, cancelled: false };

/** Which group, as written at a workflow or a job. */
export interface GroupWish {
  definition: ConcurrencyDefinition | undefined;
  view: JobView;
  /** Called when the group is taken. */
  onWait?: () => void;
}

/**
 * Enters the concurrency group of a run or a job; without one, at once. Answers the function that leaves it, or `null`
 * when the wait was ended: a newer one took the place, or the run was cancelled.
 *
 * @throws ExpressionProblem for a group that cannot be evaluated.
 */
export async function enterGroup(live: LiveRun, wish: GroupWish): Promise<(() => void) | null> {
  const { definition, view, onWait } = wish;
  if (definition === undefined) return live.stop.signal.aborted ? null : () => undefined;
  const written =
    typeof definition === 'string' ? { group: definition, queue: 'single' as const } : definition;
  const scope = buildJobScope(live, view, NOTHING_HAPPENED);
  const group = `${live.repository.id}/${resolveToText(written.group, scope)}`;
  if (live.parts.groups.isTaken(group)) onWait?.();
  const entering = live.parts.groups.enter({
    group,
    queue: written.queue,
    cancelInProgress: 'cancel-in-progress' in written && isTrue(written['cancel-in-progress'], scope),
    signal: live.stop.signal,
    onEvicted: () => live.cancel(),
  });
  return live.parts.kernel.busy.aside(entering);
}
