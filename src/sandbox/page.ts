const MAX_PER_PAGE = 100;

/** A part of a list and the `Link` header that leads to the others. */
export interface Page<T> {
  items: T[];
  headers: Record<string, string>;
}

/**
 * Cuts one page out of a list after `per_page` (default 30, at most 100) and `page`.
 *
 * Links keep the form the caller used, with `first`, `prev`, `next`, `last` as GitHub gives them.
 */
export function paginate<T>(
  call: { query: URLSearchParams; url: URL },
  items: readonly T[],
  defaultPerPage = 30,
): Page<T> {
  const perPage = Math.min(positive(call.query.get('per_page'), defaultPerPage), MAX_PER_PAGE);
  const page = positive(call.query.get('page'), 1);
  const last = Math.max(1, Math.ceil(items.length / perPage));
  const links = [
    ...(page > 1 ? [link(call.url, Math.min(page - 1, last), 'prev')] : []),
    ...(page < last ? [link(call.url, page + 1, 'next'), link(call.url, last, 'last')] : []),
    ...(page > 1 ? [link(call.url, 1, 'first')] : []),
  ];
  return {
    items: items.slice((page - 1) * perPage, page * perPage),
    headers: links.length > 0 ? { link: links.join(', ') } : {},
  };
}

function positive(text: string | null, otherwise: number): number {
  const value = Number(text);
  return text !== null && Number.isInteger(value) && value > 0 ? value : otherwise;
}

function link(url: URL, page: number, relation: string): string {
  const target = new URL(url);
  target.searchParams.set('page', String(page));
  return `<${target.href}>; rel="${relation}"`;
}
