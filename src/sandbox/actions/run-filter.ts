import type { WorkflowRun } from './model.ts';

/** Keeps the runs that a query asks for, newest first. `created` takes a date, `>=`, `<=`, `>`, `<` and `a..b`. */
export function filterRuns(
  loginOf: (accountId: number) => string,
  runs: WorkflowRun[],
  query: URLSearchParams,
): WorkflowRun[] {
  const is = (name: string, value: (run: WorkflowRun) => string | null) => (run: WorkflowRun) => {
    const wanted = query.get(name) ?? '';
    return wanted === '' || value(run) === wanted;
  };
  const state = query.get('status') ?? '';
  const tests = [
    is('actor', (run) => loginOf(run.actorId)),
    is('branch', (run) => run.headBranch),
    is('event', (run) => run.event),
    is('head_sha', (run) => run.headSha),
    is('check_suite_id', (run) => String(run.checkSuiteId)),
    (run: WorkflowRun) => [run.status, run.conclusion, ''].includes(state),
    (run: WorkflowRun) => isCreatedIn(Date.parse(run.createdAt), query.get('created') ?? ''),
  ];
  return runs.filter((run) => tests.every((test) => test(run))).toReversed();
}

const COMPARISONS: { [sign: string]: (atMs: number, text: string) => boolean } = {
  '': (atMs, text) => atMs >= startOf(text) && atMs <= endOf(text),
  '>=': (atMs, text) => atMs >= startOf(text),
  '>': (atMs, text) => atMs > endOf(text),
  '<=': (atMs, text) => atMs <= endOf(text),
  '<': (atMs, text) => atMs < startOf(text),
};

/** Source: docs.github.com, "Understanding the search syntax", query for dates. */
function isCreatedIn(atMs: number, range: string): boolean {
  if (range === '') return true;
  const [from, to] = range.split('..');
  if (from !== undefined && to !== undefined) return atMs >= startOf(from) && atMs <= endOf(to);
  const [, sign = '', text = ''] = /^(>=|<=|>|<|)(.*)$/.exec(range) ?? [];
  return COMPARISONS[sign]?.(atMs, text) ?? true;
}

const DAY_MS = 86_400_000;

function startOf(text: string): number {
  return text === '*' ? -Infinity : Date.parse(text);
}

/** The end of a bare date is the end of its day. */
function endOf(text: string): number {
  if (text === '*') return Infinity;
  return /^\d{4}-\d\d-\d\d$/.test(text) ? Date.parse(text) + DAY_MS - 1 : Date.parse(text);
}
