import { expect, it } from 'vitest';
import { parsePolicy } from '../../../src/config/parse-policy.ts';

function problemsIn(smoke: object): string[] {
  const reading = parsePolicy(JSON.stringify({ environments: { uat: { smoke } } }), 'tonic.yml');
  if (reading.kind === 'policy') return [];
  return reading.problems.map(
    ({ path, message }) => `${path.replace('environments.uat.smoke', '')} ${message}`,
  );
}

const step = { name: 'x', url: 'https://shop.example/{{environment}}' };

it('a smoke test needs steps or a command, and not both', () => {
  expect(problemsIn({})).toEqual([' needs either steps or a command']);
  expect(problemsIn({ steps: [step], command: { run: 'x' } })).toEqual([' needs either steps or a command']);
  expect(problemsIn({ steps: [step] })).toEqual([]);
});

it.each([
  [
    'what no step captures',
    { ...step, body: '{{user}}', method: 'POST' },
    '.steps[0] uses {{user}}, which no step before it captures',
  ],
  [
    'what it captures itself',
    { ...step, url: 'https://a.example/{{id}}', capture: { id: 'id' } },
    '.steps[0] uses {{id}}, which no step before it captures',
  ],
  [
    'a body with a GET',
    { ...step, body: 'x' },
    '.steps[0].body "x" goes with no GET or HEAD; name another method',
  ],
  [
    'a header of two lines',
    { ...step, headers: { a: 'b\nc' } },
    '.steps[0].headers.a "b c" holds a control character; take it out',
  ],
  [
    'a path that is none',
    { ...step, capture: { a: 'b..c' } },
    '.steps[0].capture.a "b..c" is no path into JSON; write it like "data.items[0].id"',
  ],
])('a step does not take %s', (_, wrong, problem) => {
  expect(problemsIn({ steps: [wrong] })).toEqual([problem]);
});

it('a step takes what one before it captures', () => {
  const first = { ...step, capture: { id: 'id' } };
  expect(problemsIn({ steps: [first, { ...step, url: 'https://a.example/{{id}}' }] })).toEqual([]);
});
