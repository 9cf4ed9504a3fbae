import type { MatrixCell } from './matrix.ts';
import type { Conclusion } from './model.ts';

/** How the jobs of a matrix are run and cancelled. */
interface CellWork<T> {
  run: (cell: T) => Promise<Conclusion>;
  cancel: (cell: T) => Promise<Conclusion>;
}

/**
 * Runs the jobs of a matrix in order, at most `max-parallel` at once. With `fail-fast`, those that have not begun are
 * cancelled when one has failed; on GitHub those under way are as well.
 */
export async function runInOrder<T extends { cell: MatrixCell }>(
  cells: T[],
  { run, cancel }: CellWork<T>,
): Promise<Conclusion[]> {
  const [first] = cells;
  const { 'max-parallel': atOnce, 'fail-fast': failsFast } = first?.cell.strategy ?? {};
  const results: Conclusion[] = [];
  const queue = cells.entries();
  let hasFailed = false;
  const work = async (): Promise<void> => {
    for (const [index, cell] of queue) {
      const isOver = hasFailed && failsFast === true;
      const result = await (isOver ? cancel(cell) : run(cell));
      results[index] = result;
      hasFailed ||= result === 'failure';
    }
  };
  await Promise.all(Array.from({ length: Number(atOnce) || cells.length }, work));
  return results;
}
