import type { CommandPolicy } from './owner-command.ts';

/** An address that is asked over HTTP, and with whose word. */
export interface HttpTarget {
  readonly url: string;
  /** Name of the environment variable that has the `Authorization` header; `null`: none is sent. */
  readonly authorizationEnv: string | null;
  readonly timeoutMs: number;
}

/** Where a number comes from. Queries and addresses may hold placeholders, see {@link fillPlaceholders}. */
export type MetricSource =
  /** PromQL, asked over the HTTP API of the Prometheus at `at`. */
  | { readonly kind: 'prometheus'; readonly at: HttpTarget; readonly query: string }
  /** A number in JSON; `path` is `null` where the answer is the number. */
  | { readonly kind: 'http'; readonly at: HttpTarget; readonly path: string | null }
  /** Says `value=<number>` in `TONIC_OUTPUT`, or as its last line. */
  | { readonly kind: 'command'; readonly command: CommandPolicy };

/** What a metric may be asked about. */
export interface MetricSubject {
  readonly environment: string;
  readonly service: string;
  readonly commit: string;
  readonly release: string;
  readonly percent: string;
}

const PLACEHOLDERS = /\{\{\s{0,3}(environment|service|commit|release|percent)\s{0,3}\}\}/gu;

/** Puts the subject into a text with placeholders such as `{{service}}`; others are left as they are. */
export function fillPlaceholders(
  text: string,
  subject: MetricSubject,
  encode: (value: string) => string = (value) => value,
): string {
  return text.replaceAll(PLACEHOLDERS, (_, name: keyof MetricSubject) => encode(subject[name]));
}

/** Reads a number as people and programs write it; `null`: it is none, or has no end. */
export function readNumber(value: unknown): number | null {
  const isText =
    typeof value === 'string' && /^\s*[+-]?(?:\d|\.\d)[\d.]{0,40}(?:e[+-]?\d{1,3})?\s*$/iu.test(value);
  if (!isText && typeof value !== 'number') return null;
  const number = Number(value);
  return Number.isFinite(number) ? number : null;
}
