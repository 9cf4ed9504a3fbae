import type { z } from 'zod';
import { nearestWord } from '../domain/nearest.ts';
import { quoteValue } from './problem.ts';

type Issue = z.core.$ZodIssue;

const EXPECTED: Readonly<Record<string, string>> = {
  string: 'text',
  int: 'a whole number',
  number: 'a number',
  boolean: 'true or false',
  array: 'a list, such as [a, b]',
  object: 'a group of keys',
};

const UNITS: Readonly<Record<string, string>> = { string: ' characters', array: ' entries' };

/** Says what is wrong with a value and what to write instead. Unknown keys are told elsewhere, one each. */
export function describeIssue(issue: Issue, value: unknown): string {
  if (issue.code === 'invalid_type') return describeType(EXPECTED[issue.expected] ?? issue.expected, value);
  if (issue.code === 'invalid_value') return describeChoice(issue.values, value);
  if (issue.code === 'too_small' || issue.code === 'too_big') return describeSize(issue, value);
  // Our own words: a sentence of its own, or one that goes on after the value.
  const goesOn = /^[a-z]/u.test(issue.message) && typeof value === 'string';
  return goesOn ? `${quoteValue(value)} ${issue.message}` : issue.message;
}

function describeType(expected: string, value: unknown): string {
  if (value === undefined) return 'is needed';
  if (value === null) return `is empty; write ${expected}, or take the line out`;
  return `must be ${expected}, and is ${quoteValue(value)}`;
}

function describeChoice(values: readonly unknown[], value: unknown): string {
  const known = values.map(String);
  const near = typeof value === 'string' ? nearestWord(value, known) : null;
  const hint = near === null ? '' : `; did you mean "${near}"?`;
  return `must be one of ${known.join(', ')}, and is ${quoteValue(value)}${hint}`;
}

function describeSize(issue: Extract<Issue, { code: 'too_small' | 'too_big' }>, value: unknown): string {
  const isOwnSentence = issue.message.startsWith('is ');
  if (isOwnSentence) return issue.message;
  const unit = UNITS[issue.origin] ?? '';
  const bound = issue.code === 'too_small' ? `at least ${issue.minimum}` : `at most ${issue.maximum}`;
  return `must be ${bound}${unit}${unit === '' ? `, and is ${quoteValue(value)}` : ''}`;
}
