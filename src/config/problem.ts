/** One thing in the configuration that is wrong, or that deserves a second look. */
export interface ConfigProblem {
  readonly file: string;
  /** The key, `slots.t2`; empty for the file as a whole. */
  readonly path: string;
  /** From 1. */
  readonly line: number;
  /** From 1. */
  readonly column: number;
  /** What is wrong and how to mend it: plain text, one line, without control characters. */
  readonly message: string;
}

const SHOWN = 20;

/** Lists problems one a line, `file:line:column key: what`, for terminals and code blocks. */
export function renderProblems(problems: readonly ConfigProblem[]): string {
  const rows = problems.slice(0, SHOWN).map(renderProblem);
  const more = problems.length > SHOWN ? [`and ${problems.length - SHOWN} more`] : [];
  return [...rows, ...more].join('\n');
}

function renderProblem({ file, path, line, column, message }: ConfigProblem): string {
  const key = path === '' ? '' : `${path} `;
  return `${file}:${line}:${column} ${key}${message}`;
}

/** Control, invisible and direction characters, and line ends. */
const HIDDEN = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu;

/** Shows what somebody wrote, on one line, cut to 60 characters. */
export function quoteValue(value: unknown): string {
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'object' && value !== null) return 'a group of keys';
  if (typeof value !== 'string') return String(value);
  const line = value.replaceAll(HIDDEN, ' ');
  return `"${line.length > 60 ? `${line.slice(0, 59)}…` : line}"`;
}
