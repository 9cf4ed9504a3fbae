import { data, Evaluator, Lexer, Parser } from '@actions/expressions';

/** What an expression can see and how things stand at its place. */
export interface Scope {
  /** By name: `github`, `env`, `needs`, ...; plain JSON. A context that is not there is null. */
  contexts: { [name: string]: unknown };
  status: RunningStatus;
  /** Answers `hashFiles(...)`; default: an empty string, as for no match. */
  hashFiles?: (patterns: string[]) => string;
}

/** What `success()`, `failure()` and `cancelled()` answer. */
export interface RunningStatus {
  success: boolean;
  failure: boolean;
  cancelled: boolean;
}

/** An expression that cannot be parsed or evaluated. */
class ExpressionProblem extends Error {
  constructor(expression: string, cause: unknown) {
    super(
      `The expression \`${expression.trim()}\` is not valid: ${cause instanceof Error ? cause.message : String(cause)}`,
    );
    this.name = 'ExpressionProblem';
  }
}

const CONTEXTS = [
  'github',
  'env',
  'inputs',
  'needs',
  'steps',
  'job',
  'jobs',
  'runner',
  'vars',
  'secrets',
  'matrix',
  'strategy',
];

/** Evaluates one expression without its `${{ }}` to plain JSON. @throws ExpressionProblem */
export function evaluate(expression: string, scope: Scope): unknown {
  try {
    const functions = functionsOf(scope);
    const { tokens } = new Lexer(expression).lex();
    const tree = new Parser(tokens, CONTEXTS, [...functions.values()]).parse();
    const result = new Evaluator(tree, dictionaryOf(scope), functions).evaluate();
    return JSON.parse(JSON.stringify(result, data.replacer) ?? 'null');
  } catch (error) {
    throw new ExpressionProblem(expression, error);
  }
}

function dictionaryOf(scope: Scope): data.Dictionary {
  const pairs = CONTEXTS.map((key) => ({ key, value: toData(scope.contexts[key]) }));
  return new data.Dictionary(...pairs);
}

function toData(value: unknown): data.ExpressionData {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- `reviver` turns every JSON value into expression data
  return JSON.parse(JSON.stringify(value ?? null), data.reviver) as data.ExpressionData;
}

type Functions = NonNullable<ConstructorParameters<typeof Evaluator>[2]>;
type FunctionEntry = [string, Functions extends Map<string, infer F> ? F : never];

function constant(name: string, value: boolean): FunctionEntry {
  return [name, { name, minArgs: 0, maxArgs: 0, call: () => new data.BooleanData(value) }];
}

function functionsOf(scope: Scope): Functions {
  const { success, failure, cancelled } = scope.status;
  const hash = (...patterns: data.ExpressionData[]) =>
    new data.StringData(scope.hashFiles?.(patterns.map((one) => one.coerceString())) ?? '');
  return new Map<string, FunctionEntry[1]>([
    constant('success', success),
    constant('failure', failure),
    constant('cancelled', cancelled),
    constant('always', true),
    ['hashfiles', { name: 'hashFiles', minArgs: 1, maxArgs: 255, call: hash }],
  ]);
}

interface Piece {
  text: string;
  isExpression: boolean;
}

/** Cuts a text at its `${{ }}`; `}}` inside a quoted string does not end one. */
function piecesOf(text: string): Piece[] {
  return [...text.matchAll(/\$\{\{((?:'[^']*'|[^'])*?)\}\}|((?:(?!\$\{\{)[\s\S])+|\$\{\{)/g)].map((match) =>
    match[1] === undefined
      ? { text: match[2] ?? '', isExpression: false }
      : { text: match[1], isExpression: true },
  );
}

/**
 * Gives a value of a workflow file its final form: a lone `${{ }}` keeps its type, a text with some in it becomes a text;
 * lists and mappings are gone through. @throws ExpressionProblem
 */
export function resolve(value: unknown, scope: Scope): unknown {
  if (typeof value === 'string') return resolveText(value, scope);
  if (Array.isArray(value)) return value.map((one) => resolve(one, scope));
  if (typeof value === 'object' && value !== null)
    return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, resolve(one, scope)]));
  return value;
}

function resolveText(text: string, scope: Scope): unknown {
  const pieces = piecesOf(text);
  if (pieces.length === 1 && pieces[0]?.isExpression) return evaluate(pieces[0].text, scope);
  return pieces
    .map((piece) => (piece.isExpression ? asText(evaluate(piece.text, scope)) : piece.text))
    .join('');
}

/** Writes an evaluated value as GitHub puts it into a text: null is empty, lists and mappings show their kind. */
export function asText(value: unknown): string {
  if (value === null || value === undefined) return '';
  return toData(value).coerceString();
}

/** Resolves a value and writes it as text. */
export function resolveToText(value: unknown, scope: Scope): string {
  return asText(resolve(value, scope));
}

/** Resolves a mapping to texts; anything else counts as empty. */
export function resolveToTexts(value: unknown, scope: Scope): { [name: string]: string } {
  const resolved = resolve(value, scope);
  if (typeof resolved !== 'object' || resolved === null) return {};
  return Object.fromEntries(Object.entries(resolved).map(([key, one]) => [key, asText(one)]));
}

/**
 * Tells whether an `if:` holds. None means `success()`, which is also and-ed to a condition without a status function.
 *
 * Source: docs.github.com, "Evaluate expressions in workflows and actions", status check functions.
 * @throws ExpressionProblem
 */
export function holds(condition: string | boolean | number | undefined, scope: Scope): boolean {
  if (condition === undefined || condition === '') return scope.status.success;
  const text = String(condition);
  const asked = text.replaceAll(/'[^']*'/g, '');
  const knowsStatus = /\b(success|failure|always|cancelled)\s*\(/i.test(asked);
  const value = text.includes('${{') ? resolve(text.trim(), scope) : evaluate(text, scope);
  return Boolean(value) && (knowsStatus || scope.status.success);
}
