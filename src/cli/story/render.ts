import { parseStatusLabel } from './label-status.ts';
import type { Paint } from './paint.ts';
import { newComments, newCommits, type Seen as Both } from './verify.ts';

const WHO_COLUMNS = 5;
const INDENT = ' '.repeat(2 + 5 + 2 + WHO_COLUMNS + 2);
const KEY_COLUMNS = 5;
const LONGEST_LINE = 110;
const TITLE_COLUMNS = 84;

/** The line of a step: when, who, what. */
export function renderHeading(
  paint: Paint,
  step: { readonly time: string; readonly who: string; readonly told: string },
): string {
  const isSlot = /^T[12]$/u.test(step.who);
  const who = (isSlot ? step.who : capital(step.who)).padEnd(WHO_COLUMNS);
  return `  ${paint.dim(step.time)}  ${isSlot ? paint.cyan(who) : paint.bold(who)}  ${step.told}`;
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
    const others = [
      ...added.filter((label) => parseStatusLabel(label) === null).map((label) => paint.green(`+${label}`)),
      ...removed.filter((label) => parseStatusLabel(label) === null).map((label) => paint.red(`-${label}`)),
    ];
    const status = is === null ? [] : [`${was === null ? '' : `${was} → `}${paint.yellow(is)}`];
    return [`${key(`#${number}`)}${[...status, ...others].join('  ')}`];
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

/** The first sentence of a comment that says something, without its Markdown. */
function plainLine(body: string): string {
  const lines = body
    .split('\n')
    .map((line) => line.trim())
    .filter(
      (line) => line !== '' && !line.startsWith('<!--') && !/^(?:\*\*\w+\*\*: `\/|#{1,6} )/u.test(line),
    );
  return (lines[0] ?? '')
    .replaceAll(/&#(\d{1,5});\u200B?/gu, (_, code: string) => String.fromCodePoint(Number(code)))
    .replaceAll(/[*`]|<\/?\w+>|^[>#\s]+/gu, '')
    .replaceAll(/\s+/gu, ' ');
}

/** What a step took. */
export interface StepCost {
  readonly title: string;
  readonly elapsedMs: number;
  /** REST and GraphQL calls of the App and of the Action. */
  readonly calls: number;
  /** Installation tokens asked for. */
  readonly tokens: number;
}

/** The table of what the steps took, and their sum. */
export function renderCosts(paint: Paint, costs: readonly StepCost[]): string[] {
  const sum = (pick: (cost: StepCost) => number) => costs.reduce((total, cost) => total + pick(cost), 0);
  const whole: StepCost = {
    title: `${costs.length} steps`,
    elapsedMs: sum((cost) => cost.elapsedMs),
    calls: sum((cost) => cost.calls),
    tokens: sum((cost) => cost.tokens),
  };
  return [
    paint.bold('What each step took'),
    paint.dim(`  ${''.padEnd(TITLE_COLUMNS)}    time   calls  tokens`),
    ...costs.map((cost) => renderCost(cost)),
    paint.bold(renderCost(whole)),
    paint.dim('  calls: REST and GraphQL of the App and the Action; tokens: installation tokens asked for'),
  ];
}

function renderCost({ title, elapsedMs, calls, tokens }: StepCost): string {
  const seconds = (elapsedMs / 1000).toFixed(1).padStart(5);
  const name = cut(title, TITLE_COLUMNS).padEnd(TITLE_COLUMNS);
  return `  ${name}  ${seconds} s  ${String(calls).padStart(5)}  ${String(tokens).padStart(6)}`;
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
