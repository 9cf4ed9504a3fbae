import { failure } from './failure.ts';

/** The paging arguments of every connection. */
export interface PageArguments {
  first?: number | null;
  last?: number | null;
  after?: string | null;
  before?: string | null;
}

/** A list to be cut into pages. */
export interface Listing<T> {
  items: readonly T[];
  toNode: (item: T) => unknown;
  /** What else an edge holds. */
  toEdge?: (item: T) => object;
  /**
   * Where an item stands; the list is in ascending order of it. Cursors hold it, so that an item which moves away
   * between two pages does not shift the others. Default: the position.
   */
  placeOf?: (item: T, position: number) => number[];
}

const LARGEST_PAGE = 100;

/** Cuts a page out of a list, with GitHub's rules on `first` and `last`. @throws GraphQLError when they are broken. */
export function connection<T>(typename: string, page: PageArguments, listing: Listing<T>) {
  checkPage(typename, page);
  const { placeOf = (_item: T, position: number) => [position] } = listing;
  const placed = listing.items.map((item, position) => ({ item, place: placeOf(item, position) }));
  const after = readCursor(page.after);
  const before = readCursor(page.before);
  const between = placed.filter(
    ({ place }) =>
      (after === null || compare(place, after) > 0) && (before === null || compare(place, before) < 0),
  );
  const shown = between
    .slice(0, page.first ?? between.length)
    .slice(-(page.last ?? LARGEST_PAGE) || between.length);
  const [start, end] = [shown[0], shown.at(-1)];
  return {
    __typename: typename,
    totalCount: placed.length,
    nodes: () => shown.map(({ item }) => listing.toNode(item)),
    edges: () =>
      shown.map(({ item, place }) => ({
        cursor: writeCursor(place),
        node: () => listing.toNode(item),
        ...listing.toEdge?.(item),
      })),
    pageInfo: {
      hasNextPage: end !== undefined && end !== placed.at(-1),
      hasPreviousPage: start !== undefined && start !== placed[0],
      startCursor: start ? writeCursor(start.place) : null,
      endCursor: end ? writeCursor(end.place) : null,
    },
  };
}

/** Refuses a page without bounds or over GitHub's largest. */
export function checkPage(typename: string, { first, last }: PageArguments): void {
  const name = typename.replace(/Connection$/, '');
  const size = first ?? last ?? null;
  if (size === null) {
    throw failure(
      'UNPROCESSABLE',
      `You must provide a \`first\` or \`last\` value to properly paginate the \`${name}\` connection.`,
    );
  }
  if (size > LARGEST_PAGE || size < 0) {
    throw failure(
      'UNPROCESSABLE',
      `Requesting ${size} records on the \`${name}\` connection exceeds the limit of ${LARGEST_PAGE} records.`,
    );
  }
}

function writeCursor(place: number[]): string {
  return Buffer.from(`cursor:${JSON.stringify(place)}`).toString('base64');
}

function readCursor(cursor: string | null | undefined): number[] | null {
  if (!cursor) return null;
  const text = Buffer.from(cursor, 'base64').toString();
  if (!/^cursor:\[-?\d+(,-?\d+)*\]$/.test(text))
    throw failure('UNPROCESSABLE', `\`${cursor}\` does not appear to be a valid cursor.`);
  return text.slice('cursor:['.length, -1).split(',').map(Number);
}

function compare(a: number[], b: number[]): number {
  for (const [at, value] of a.entries()) {
    const other = b[at] ?? 0;
    if (value !== other) return value - other;
  }
  return 0;
}
