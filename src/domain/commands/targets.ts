import type { Bug } from '../bug.ts';
import type { Understood } from './define.ts';

/**
 * The bugs that a command is about, by number, in ascending order for `all`, which means every bug in a status that
 * the command is for.
 */
export function targetsOf(
  { command, prepared }: Understood,
  issue: number,
  bugs: ReadonlyMap<number, Bug>,
): readonly number[] {
  if (prepared.targets === 'this') return [issue];
  if (prepared.targets !== 'all') return prepared.targets;
  const { from } = command;
  return [...bugs.values()]
    .filter((bug) => from === 'any' || from.includes(bug.status))
    .map((bug) => bug.number)
    .toSorted((left, right) => left - right);
}
