import type { Bug } from '../bug.ts';
import type { Policy } from '../policy.ts';
import type { Understood } from './define.ts';

/** The bugs that a command is about, by number, in ascending order for `all`: every bug that waits for the command. */
export function targetsOf(
  { command, prepared }: Understood,
  issue: number,
  { bugs, policy }: { readonly bugs: ReadonlyMap<number, Bug>; readonly policy: Policy },
): readonly number[] {
  if (prepared.targets === 'this') return [issue];
  if (prepared.targets !== 'all') return prepared.targets;
  return [...bugs.values()]
    .filter((bug) => command.isAwaitedBy?.(bug, policy) === true)
    .map((bug) => bug.number)
    .toSorted((left, right) => left - right);
}
