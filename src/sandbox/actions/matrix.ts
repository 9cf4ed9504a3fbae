import { asText, resolve, type Scope } from './expression.ts';
import type { JobDefinition } from './definition.ts';

/** One cell of a matrix, and what `strategy` says to it. */
export interface MatrixCell {
  /** `null` for a job without a matrix. */
  values: { [name: string]: unknown } | null;
  strategy: { [name: string]: unknown };
}

/** GitHub's limit for one workflow run. */
const MAX_CELLS = 256;

/**
 * Expands `strategy.matrix` to its cells: the product of the lists, less `exclude`, plus `include`.
 *
 * Source: docs.github.com, "Run job variations". @throws Error above 256 cells, or for a matrix that is no mapping.
 */
export function buildMatrix(definition: JobDefinition, scope: Scope): MatrixCell[] {
  const written = definition.strategy?.matrix;
  if (written === undefined)
    return [
      { values: null, strategy: { 'fail-fast': true, 'job-index': 0, 'job-total': 1, 'max-parallel': 1 } },
    ];
  const matrix = asMapping(resolve(written, scope));
  const { include, exclude, ...axes } = matrix;
  const product = Object.entries(axes).reduce<{ [name: string]: unknown }[]>(
    (cells, [name, list]) =>
      cells.flatMap((cell) => asList(list).map((value) => ({ ...cell, [name]: value }))),
    [{}],
  );
  const kept =
    Object.keys(axes).length === 0
      ? []
      : product.filter((cell) => !asList(exclude).some((one) => agrees(cell, asMapping(one))));
  const cells = addIncluded(kept, asList(include).map(asMapping), Object.keys(axes));
  if (cells.length === 0 || cells.length > MAX_CELLS)
    throw new Error(`A matrix must have between 1 and ${MAX_CELLS} cells, not ${cells.length}`);
  const failFast = resolve(definition.strategy?.['fail-fast'] ?? true, scope);
  const atOnce = Number(resolve(definition.strategy?.['max-parallel'] ?? cells.length, scope));
  return cells.map((values, index) => ({
    values,
    strategy: {
      'fail-fast': failFast,
      'job-index': index,
      'job-total': cells.length,
      'max-parallel': atOnce,
    },
  }));
}

/** An entry of `include` widens the cells it agrees with on the axes; one that fits none is a cell of its own. */
function addIncluded(
  cells: { [name: string]: unknown }[],
  included: { [name: string]: unknown }[],
  axes: string[],
): { [name: string]: unknown }[] {
  const widened = cells.map((cell) => {
    const fitting = included.filter((entry) =>
      axes.every((axis) => !(axis in entry) || asText(entry[axis]) === asText(cell[axis])),
    );
    return Object.assign({}, cell, ...fitting.map((entry) => ({ ...entry, ...cell })));
  });
  const own = included.filter(
    (entry) =>
      cells.length === 0 ||
      !cells.some((cell) =>
        axes.every((axis) => !(axis in entry) || asText(entry[axis]) === asText(cell[axis])),
      ),
  );
  return [...widened, ...own];
}

function agrees(cell: { [name: string]: unknown }, wanted: { [name: string]: unknown }): boolean {
  return Object.entries(wanted).every(([name, value]) => asText(cell[name]) === asText(value));
}

function asList(value: unknown): unknown[] {
  if (value === undefined || value === null) return [];
  return Array.isArray(value) ? value : [value];
}

function asMapping(value: unknown): { [name: string]: unknown } {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw new Error('A matrix must be a mapping');
  return { ...value };
}

/** The name of a job's cell as GitHub shows it: `test (20, linux)`. */
export function cellName(name: string, cell: MatrixCell): string {
  if (!cell.values) return name;
  return `${name} (${Object.values(cell.values).map(asText).join(', ')})`;
}
