import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { secretForms } from '../../../src/config/secret.ts';
import { createRedaction, withoutSecrets } from '../../../src/domain/redact.ts';
import { PLANTED, PLANTED_KEY } from '../../support/planted-secrets.ts';

const text = fc.string({ unit: 'grapheme', maxLength: 200 });
const hex = (length: number) =>
  fc
    .uint8Array({ minLength: length / 2, maxLength: length / 2 })
    .map((bytes) => Buffer.from(bytes).toString('hex'));

/** Words and names as they stand in reports, commits and logs. */
const ordinary = fc.oneof(
  hex(40),
  hex(64),
  fc.uuid(),
  fc
    .uint8Array({ minLength: 30, maxLength: 3_000 })
    .map((bytes) => `data:image/png;base64,${Buffer.from(bytes).toString('base64')}`),
  fc.webUrl({ withQueryParameters: true }),
  fc.emailAddress(),
  fc.date({ noInvalidDate: true }).map((date) => date.toISOString()),
  fc.lorem(),
  fc.constantFrom('src/domain/redact.ts:12:5', '- [ ] `status:deployed_uat`', '| a | b |', '#12', 'x = y'),
);

test('a secret is taken out wherever it stands in a text', () => {
  fc.assert(
    fc.property(fc.constantFrom(...PLANTED), text, text, ({ line, secret }, before, after) => {
      const clean = withoutSecrets(`${before} ${line} ${after}`);
      expect(clean).not.toContain(secret);
    }),
    { numRuns: 2_000 },
  );
});

test('ordinary text stays as it is', () => {
  fc.assert(
    fc.property(fc.array(ordinary, { maxLength: 12 }), fc.constantFrom(' ', '\n', ', '), (parts, between) => {
      const whole = parts.join(between);
      expect(withoutSecrets(whole)).toBe(whole);
    }),
    { numRuns: 2_000 },
  );
});

test('taking out twice takes out no more', () => {
  fc.assert(
    fc.property(
      fc.array(fc.oneof(text, fc.constantFrom(...PLANTED.map(({ line }) => line)), ordinary)),
      (parts) => {
        const clean = withoutSecrets(parts.join(' '));
        expect(withoutSecrets(clean)).toBe(clean);
      },
    ),
    { numRuns: 1_000 },
  );
});

test('of a key that this process knows, no 24 characters in a row are left, however it is cut and wrapped', () => {
  const body = PLANTED_KEY.split('\n').slice(1, -2).join('');
  const redact = createRedaction(secretForms([PLANTED_KEY])).text;
  fc.assert(
    fc.property(fc.nat(body.length - 30), fc.integer({ min: 30, max: 200 }), text, (from, width, around) => {
      const clean = redact(
        `${around} ${body.slice(from, from + width)}\n${body.slice(from + width, from + 2 * width)}`,
      );
      for (let at = 0; at + 24 <= body.length; at += 1) expect(clean).not.toContain(body.slice(at, at + 24));
    }),
    { numRuns: 50 },
  );
});

describe('no text makes it slow', () => {
  test.each([
    'eyJ-',
    'eyJaaaaaaaa.',
    'ghs_',
    '://',
    'a://',
    'authorization: ',
    'secret',
    'secret:',
    'api_key=',
    'bearer ',
    'a-',
    'x',
    ' ',
    '\n',
    '1',
    '1:A',
    'xoxb-',
    'MII',
    'MIIEowIBAAKC',
    'LS0tLS1CRUdJTi',
    '-----BEGIN PRIVATE KEY-----',
    '-----BEGIN PRIVATE KEY-----\n',
    'hooks.slack.com/services/',
  ])('%j, over and over', (piece) => {
    const known = createRedaction(secretForms([PLANTED_KEY])).text;
    const startedMs = performance.now();
    known(piece.repeat(Math.ceil(65_536 / piece.length)));
    expect(performance.now() - startedMs).toBeLessThan(1_000);
  });
});
