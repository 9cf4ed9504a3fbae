import type { Page } from './selection.ts';

/** All nodes of a list, from its first page on; `null`: there is no list. */
export async function allPages<T>(
  first: Page<T> | null,
  readMore: (after: string) => Promise<Page<T> | null>,
): Promise<T[]> {
  const found: T[] = [];
  for (let page = first; page !== null;) {
    found.push(...page.nodes);
    const { hasNextPage, endCursor } = page.pageInfo;
    page = hasNextPage && endCursor !== null ? await readMore(endCursor) : null;
  }
  return found;
}

/** Nodes of a list that is read page by page, up to the first one that is not wanted. */
export async function wantedNodes<T>(
  readPage: (
    cursor: string | null,
  ) => Promise<{ readonly nodes: readonly T[]; readonly next: string | null }>,
  isWanted: (node: T) => boolean,
): Promise<T[]> {
  const found: T[] = [];
  let cursor: string | null = null;
  do {
    const page: Awaited<ReturnType<typeof readPage>> = await readPage(cursor);
    const wanted = page.nodes.filter(isWanted);
    found.push(...wanted);
    cursor = wanted.length === page.nodes.length ? page.next : null;
  } while (cursor !== null);
  return found;
}
