/** Where in a list to read, as GitHub's REST API takes it. */
interface PageQuery {
  readonly per_page: number;
  readonly page?: number;
}

/**
 * All of a list that comes in pages of a size; a page that is not full is the last, so a short list is one call.
 *
 * Source: GitHub gives at most 100 entries a page, of variables 30, whatever is asked for.
 */
export async function everyPage<T>(
  size: number,
  read: (query: PageQuery) => Promise<readonly T[]>,
): Promise<readonly T[]> {
  const found: T[] = [];
  for (let page = 1; ; page += 1) {
    const entries = await read({ per_page: size, ...(page === 1 ? {} : { page }) });
    found.push(...entries);
    if (entries.length < size) return found;
  }
}
