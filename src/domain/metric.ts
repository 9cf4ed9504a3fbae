import type { CommandPolicy } from './owner-command.ts';

/** An address that is asked over HTTP, and with whose word. */
export interface HttpTarget {
  readonly url: string;
  /** Name of the environment variable that has the `Authorization` header; `null`: none is sent. */
  readonly authorizationEnv: string | null;
  readonly timeoutMs: number;
}

/** Where a number comes from. Queries and addresses may hold placeholders, see placeholder.ts. */
export type MetricSource =
  /** PromQL, asked over the HTTP API of the Prometheus at `at`. */
  | { readonly kind: 'prometheus'; readonly at: HttpTarget; readonly query: string }
  /** A number in JSON; `path` is `null` where the answer is the number. */
  | { readonly kind: 'http'; readonly at: HttpTarget; readonly path: string | null }
  /** Says `value=<number>` in `TONIC_OUTPUT`, or as its last line. */
  | { readonly kind: 'command'; readonly command: CommandPolicy };

/** Reads a number as people and programs write it; `null`: it is none, or has no end. */
export function readNumber(value: unknown): number | null {
  const isText =
    typeof value === 'string' && /^\s*[+-]?(?:\d|\.\d)[\d.]{0,40}(?:e[+-]?\d{1,3})?\s*$/iu.test(value);
  if (!isText && typeof value !== 'number') return null;
  const number = Number(value);
  return Number.isFinite(number) ? number : null;
}
