import { describe, expect, test } from 'vitest';
import { fillPlaceholders, placeholdersIn } from '../../../src/domain/placeholder.ts';
import {
  fillStep,
  judgeAnswer,
  readCaptures,
  withoutCaptures,
  type SmokeAnswer,
} from '../../../src/domain/smoke.ts';
import { aSmokeStep } from '../../support/builders.ts';

function anAnswer(changes: Partial<SmokeAnswer> = {}): SmokeAnswer {
  return { status: 200, headers: {}, body: '', isCut: false, ...changes };
}

describe('placeholders', () => {
  test('are filled by their own names only', () => {
    const values = { name: 'x', other: '{{name}}' };
    expect(fillPlaceholders('{{name}} {{ name }} {{none}} {{toString}} {name} {{other}}', values)).toBe(
      'x x {{none}} {{toString}} {name} {{name}}',
    );
    expect(placeholdersIn('{{a}} {{ b_1 }} {{}} {{a.b}}')).toEqual(['a', 'b_1']);
  });

  test('get out of their place neither in an address, nor in a header, nor in JSON', () => {
    const step = aSmokeStep({
      at: { ...aSmokeStep().at, url: 'http://shop/{{id}}?q={{id}}' },
      headers: { 'x-id': 'id {{id}}' },
      body: '{"id": "{{id}}"}',
    });
    const id = '../a?b=c&"\r\nx: y\\';
    const filled = fillStep(step, { id });
    expect(filled.url).toBe(`http://shop/${encodeURIComponent(id)}?q=${encodeURIComponent(id)}`);
    expect(filled.headers).toEqual({ 'x-id': 'id ../a?b=c&"x: y\\' });
    expect(JSON.parse(filled.body ?? '')).toEqual({ id });
  });
});

describe('an answer', () => {
  const expected = {
    status: 201,
    headers: { 'Content-Type': 'json' },
    contains: '{{commit}}',
    json: { 'cart.items': 2, 'cart.empty': false, 'cart.note': null, 'cart.by': '{{user}}' },
  };
  const step = aSmokeStep({ expected });
  const values = { commit: 'c0ffee', user: 'ann' };
  const cart = { items: 2, empty: false, note: null, by: 'ann', at: 'c0ffee' };
  const good = anAnswer({
    status: 201,
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ cart }),
  });

  test('is as it should be', () => {
    expect(judgeAnswer(step, good, values)).toBeNull();
  });

  test.each([
    ['status', { status: 500, body: 'oops' }, { expected: 'status 201', got: '500 oops' }],
    ['redirection', { status: 302 }, { expected: 'status 201', got: expect.stringMatching(/^302/u) }],
    ['header', { headers: {} }, { expected: 'header Content-Type with json', got: 'no such header' }],
    ['text', { body: '{}' }, { expected: 'a body with c0ffee', got: '{}' }],
    [
      'value',
      { body: JSON.stringify({ cart: { ...cart, items: '2' } }) },
      { expected: 'cart.items to be 2', got: '"2"' },
    ],
    ['JSON', { body: 'c0ffee' }, { expected: 'cart.items to be 2', got: 'nothing there in c0ffee' }],
    [
      'length',
      { isCut: true },
      { expected: 'cart.items to be 2', got: 'an answer that is too long to be read as JSON' },
    ],
  ])('of another %s is told with what was expected', (_, changes, mismatch) => {
    expect(judgeAnswer(step, { ...good, ...changes }, values)).toEqual(mismatch);
  });
});

describe('what an answer holds', () => {
  const step = aSmokeStep({ captures: { session: 'data.token', number: 'data.id' } });

  test('goes into later steps by name', () => {
    const answer = anAnswer({ body: '{"data":{"token":"s-123456","id":7}}' });
    expect(readCaptures(step, answer)).toEqual({
      kind: 'captured',
      values: { session: 's-123456', number: '7' },
    });
  });

  test('has to be there, and to be a single value', () => {
    const answer = anAnswer({ body: '{"data":{"token":["a"]}}' });
    expect(readCaptures(step, answer)).toEqual({
      kind: 'missing',
      expected: 'a value at data.token to capture',
      got: '["a"]',
    });
  });

  test('is shown nowhere', () => {
    const values = { session: 's-123456', longer: 's-123456-789', short: '7' };
    expect(withoutCaptures('7 s-123456-789 s-123456', values)).toBe('7 *** ***');
  });
});
