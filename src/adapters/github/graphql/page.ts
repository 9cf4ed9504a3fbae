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
