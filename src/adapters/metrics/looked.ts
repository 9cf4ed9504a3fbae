/** What a source had to say; the time of it is added by whoever asked. */
export type Looked =
  | { readonly kind: 'value'; readonly value: number }
  | { readonly kind: 'no_data'; readonly reason: string };

/** No data, with the reason on one line and cut. */
export function noData(reason: string): Looked {
  return { kind: 'no_data', reason: reason.replaceAll(/\s+/gu, ' ').slice(0, 200) };
}
