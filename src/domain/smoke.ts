import { readJsonText } from './json-path.ts';
import type { HttpTarget } from './metric.ts';
import type { CommandPolicy } from './owner-command.ts';
import { fillPlaceholders } from './placeholder.ts';

/** What JSON and YAML both have as a single value. */
type Scalar = string | number | boolean | null;

/** What an answer has to be like. */
interface SmokeExpectation {
  readonly status: number;
  /** By name; each has to hold the text. */
  readonly headers: Readonly<Record<string, string>>;
  /** Text that the body holds; `null`: any. */
  readonly contains: string | null;
  /** Values by path into JSON. */
  readonly json: Readonly<Record<string, Scalar>>;
}

/** One request of a smoke test. Texts may hold placeholders: what earlier steps captured, and the release. */
export interface SmokeStep {
  readonly name: string;
  readonly method: string;
  readonly at: HttpTarget;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | null;
  readonly expected: SmokeExpectation;
  /** What later steps may use: names, with the path into JSON where it is. */
  readonly captures: Readonly<Record<string, string>>;
}

/** How an environment is tried out once it is live. */
export type SmokePolicy =
  | { readonly kind: 'steps'; readonly steps: readonly SmokeStep[] }
  | { readonly kind: 'command'; readonly command: CommandPolicy };

/** Values that placeholders stand for, by name. */
export type SmokeValues = Readonly<Record<string, string>>;

/** A request as it is sent. */
export interface FilledStep extends Pick<SmokeStep, 'method' | 'headers' | 'body'> {
  readonly url: string;
}

/** An answer as far as it is judged; untrusted. */
export interface SmokeAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  readonly isCut: boolean;
}

/** What was expected, and what came instead; both untrusted. */
export interface Mismatch {
  readonly expected: string;
  readonly got: string;
}

const LONGEST_CAPTURE = 4_096;

/** Fills a step's placeholders, so that no value gets out of its place: in an address, a header, a text within JSON. */
export function fillStep({ method, at, headers, body }: SmokeStep, values: SmokeValues): FilledStep {
  const filled = Object.entries(headers).map(([name, value]) => [
    name,
    fillPlaceholders(value, values, (each) => each.replaceAll(/\p{Cc}/gu, '')),
  ]);
  return {
    method,
    url: fillPlaceholders(at.url, values, encodeURIComponent),
    headers: Object.fromEntries(filled),
    body: body === null ? null : fillPlaceholders(body, values, (each) => JSON.stringify(each).slice(1, -1)),
  };
}

/** Holds an answer against what was expected; `null`: it is as it should be. */
export function judgeAnswer(
  { expected }: SmokeStep,
  answer: SmokeAnswer,
  values: SmokeValues,
): Mismatch | null {
  if (answer.status !== expected.status)
    return { expected: `status ${expected.status}`, got: `${answer.status} ${answer.body}` };
  for (const [name, part] of Object.entries(expected.headers)) {
    const wanted = fillPlaceholders(part, values);
    const value = answer.headers[name.toLowerCase()];
    if (value?.includes(wanted) !== true)
      return { expected: `header ${name} with ${wanted}`, got: value ?? 'no such header' };
  }
  return judgeBody(expected, answer, values);
}

function judgeBody(expected: SmokeExpectation, answer: SmokeAnswer, values: SmokeValues): Mismatch | null {
  const wanted = expected.contains === null ? null : fillPlaceholders(expected.contains, values);
  if (wanted !== null && !answer.body.includes(wanted))
    return { expected: `a body with ${wanted}`, got: answer.body };
  for (const [path, value] of Object.entries(expected.json)) {
    const should = typeof value === 'string' ? fillPlaceholders(value, values) : value;
    const is = readOf(answer, path);
    if (is !== should)
      return { expected: `${path} to be ${JSON.stringify(should)}`, got: describe(is, answer) };
  }
  return null;
}

/** Reads what a step captures, for later ones. */
export function readCaptures(
  { captures }: SmokeStep,
  answer: SmokeAnswer,
): { readonly kind: 'captured'; readonly values: SmokeValues } | ({ readonly kind: 'missing' } & Mismatch) {
  const values: Record<string, string> = {};
  for (const [name, path] of Object.entries(captures)) {
    const value = readOf(answer, path);
    const isSingle = typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean';
    if (!isSingle || String(value).length > LONGEST_CAPTURE)
      return { kind: 'missing', expected: `a value at ${path} to capture`, got: describe(value, answer) };
    values[name] = String(value);
  }
  return { kind: 'captured', values };
}

function readOf({ body, isCut }: SmokeAnswer, path: string): unknown {
  return isCut ? undefined : readJsonText(body, path);
}

function describe(value: unknown, { isCut, body }: SmokeAnswer): string {
  if (isCut) return 'an answer that is too long to be read as JSON';
  return value === undefined ? `nothing there in ${body}` : JSON.stringify(value);
}

/** Takes what was captured, which may be a session of somebody, out of a text. */
export function withoutCaptures(text: string, values: SmokeValues): string {
  const known = Object.values(values).filter(({ length }) => length >= 6);
  return known
    .toSorted((left, right) => right.length - left.length)
    .reduce((rest, value) => rest.replaceAll(value, '***'), text);
}
