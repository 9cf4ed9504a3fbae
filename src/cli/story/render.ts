import { parseStatusLabel } from './label-status.ts';
import type { Paint } from './paint.ts';
import { newComments, newCommits, type Seen as Both } from './verify.ts';

const WHO_COLUMNS = 5;
const INDENT = ' '.repeat(2 + 5 + 2 + WHO_COLUMNS + 2);
const KEY_COLUMNS = 5;
const LONGEST_LINE = 110;
const TITLE_COLUMNS = 84;

/** The line of a step: when, who, what, and what it took. */
export function renderHeading(
  paint: Paint,
  step: { readonly time: string; readonly who: string; readonly told: string; readonly cost: StepCost },
): string {
  const { elapsedMs, calls } = step.cost;
  const took = `(${renderSeconds(elapsedMs)}, ${calls} ${calls === 1 ? 'call' : 'calls'})`;
  const isSlot = /^T[12]$/u.test(step.who);
  const who = (isSlot ? step.who : capital(step.who)).padEnd(WHO_COLUMNS);
  return `  ${paint.dim(step.time)}  ${isSlot ? paint.cyan(who) : paint.bold(who)}  ${step.told}  ${paint.dim(took)}`;
}

/** Marks where the next day of a chapter begins. */
export function renderDay(paint: Paint, day: number): string {
  return paint.bold(`  Day ${day}`);
}

/** What a step changed, one line a thing, and nothing where nothing did. */
export function renderChanges(paint: Paint, seen: Seen): string[] {
  return [
    ...labelLines(paint, seen),
    ...commitLines(paint, seen),
    ...servedLines(paint, seen),
    ...answerLines(paint, seen),
    ...messageLines(paint, seen),
  ].map((line) => INDENT + line);
}

interface Seen extends Both {
  readonly quiet: boolean;
}

function labelLines(paint: Paint, { before, after }: Seen): string[] {
  return [...after.labels].toSorted(byNumber).flatMap(([number, labels]) => {
    const known = before.labels.get(number) ?? [];
    const added = labels.filter((label) => !known.includes(label));
    const removed = known.filter((label) => !labels.includes(label));
    const was = statusOf(removed);
    const is = statusOf(added);
    if (added.length + removed.length === 0) return [];
    const title = before.labels.has(number) ? undefined : after.opened.get(number);
    const others = [
      ...added.filter((label) => parseStatusLabel(label) === null).map((label) => paint.green(`+${label}`)),
      ...removed.filter((label) => parseStatusLabel(label) === null).map((label) => paint.red(`-${label}`)),
    ];
    const status = is === null ? [] : [`${was === null ? '' : `${was} → `}${paint.yellow(is)}`];
    const shown = title === undefined ? [] : [`“${cut(title, TITLE_COLUMNS)}”`];
    return [`${key(`#${number}`)}${[...status, ...others, ...shown].join('  ')}`];
  });
}

function commitLines(paint: Paint, seen: Seen): string[] {
  return (['uat', 'prod'] as const).flatMap((environment) =>
    newCommits(seen, environment)
      .toReversed()
      .map(
        ({ oid, title }) => `${key(`${environment} +`, 7)}${paint.dim(oid.slice(0, 7))} ${cut(title, 80)}`,
      ),
  );
}

function servedLines(paint: Paint, { before, after }: Seen): string[] {
  return (['uat', 'prod'] as const).flatMap((environment) => {
    const is = after.served[environment];
    const was = before.served[environment];
    if (is.version === was.version) return [];
    const name = paint.blue(environment.toUpperCase().padEnd(4));
    return [
      `${name} serves ${paint.dim(is.version.slice(0, 7))}  ${is.receipt === was.receipt ? paint.dim(is.receipt) : is.receipt}`,
    ];
  });
}

function answerLines(paint: Paint, seen: Seen): string[] {
  if (seen.quiet) return [];
  const issues = new Map<string, string[]>();
  for (const { issue, body } of newComments(seen)) {
    const line = plainLine(body);
    issues.set(line, [...(issues.get(line) ?? []), `#${issue}`]);
  }
  return [...issues].map(([line, on]) => `${key(on.join(' '))} ${paint.dim(`» ${cut(line, LONGEST_LINE)}`)}`);
}

/** The headline of what arrived on the channel. */
function messageLines(paint: Paint, { before, after }: Seen): string[] {
  return after.messages
    .slice(before.messages.length)
    .map((text) => `${key('✉')} ${paint.dim(cut(text.split('\n')[0] ?? '', LONGEST_LINE))}`);
}

/** The first line of a comment that says something, without its Markdown. */
function plainLine(body: string): string {
  const lines = body
    .split('\n')
    .map((line) => line.trim())
    .filter(
      (line) => line !== '' && !line.startsWith('<!--') && !/^(?:\*\*\w+\*\*: `\/|### Analysis$)/u.test(line),
    );
  return (lines[0] ?? '')
    .replaceAll(/&#(\d{1,5});\u200B?/gu, (_, code: string) => String.fromCodePoint(Number(code)))
    .replaceAll(/[*`]|<\/?(?:sub|br|details|summary)>|^(?:[>#\s]|- )+/gu, '')
    .replaceAll(/\s+/gu, ' ');
}

/** What a step took. */
export interface StepCost {
  readonly elapsedMs: number;
  /** REST and GraphQL calls of the App and of the Action. */
  readonly calls: number;
}

/** What all steps took together. */
export function renderCosts(costs: readonly StepCost[]): string {
  const sum = (pick: (cost: StepCost) => number) => costs.reduce((total, cost) => total + pick(cost), 0);
  const seconds = renderSeconds(sum(({ elapsedMs }) => elapsedMs));
  return `${costs.length} steps took ${seconds} and ${sum(({ calls }) => calls)} calls, REST and GraphQL, of the App and the Action.`;
}

function renderSeconds(ms: number): string {
  return `${(ms / 1000).toFixed(1)} s`;
}

function key(text: string, columns = KEY_COLUMNS): string {
  return text.padEnd(columns);
}

function statusOf(labels: readonly string[]): string | null {
  return labels.map((label) => parseStatusLabel(label)).find((status) => status !== null) ?? null;
}

function byNumber([left]: readonly [number, unknown], [right]: readonly [number, unknown]): number {
  return left - right;
}

function cut(text: string, columns: number): string {
  return text.length <= columns ? text : `${text.slice(0, columns - 1)}…`;
}

function capital(text: string): string {
  return `${text.slice(0, 1).toUpperCase()}${text.slice(1)}`;
}
