import { describe, expect, test } from 'vitest';
import { createRedaction, redactAll, withoutSecrets } from '../../../src/domain/redact.ts';
import { secretForms } from '../../../src/config/secret.ts';
import { PLANTED, PLANTED_KEY } from '../../support/planted-secrets.ts';

describe('what looks like a secret is taken out', () => {
  test.each(PLANTED.map((planted) => ({ ...planted })))('$kind', ({ line, secret }) => {
    for (const text of [
      line,
      `before ${line} after`,
      `- x\n${line}\n- y`,
      JSON.stringify({ text: `a\n${line}` }),
    ]) {
      const clean = withoutSecrets(text);
      expect(clean).not.toContain(secret);
      expect(clean).toContain('***');
      expect(withoutSecrets(clean)).toBe(clean);
    }
  });

  test.each([
    ['x ghs_0123456789abcdefABCD.e-f y', 'x *** y'],
    ['see https://x-access-token:hunter2@github.com/a/b now', 'see https://***@github.com/a/b now'],
    ['Authorization: Basic eC1hY2Nlc3M=', 'Authorization: Basic ***'],
    ['authorization: token abc, and more', 'authorization: token ***, and more'],
    ['export API_KEY="abcdef123" && go', 'export API_KEY="***" && go'],
    ['token%3Dghp_0123456789abcdefABCD', 'token%3D***'],
    [String.raw`{"log":"a\nghp_0123456789abcdefABCD"}`, String.raw`{"log":"a\n***"}`],
  ])('and the rest stays: %s', (line, clean) => {
    expect(withoutSecrets(line)).toBe(clean);
  });
});

describe('a key in PEM form', () => {
  const lines = ['a -----BEGIN RSA PRIVATE KEY-----', 'Proc-Type: 4,ENCRYPTED', '', 'MIIEow', 'AQAB'];

  test('is taken out over many lines, up to its end', () => {
    const text = [...lines, '-----END RSA PRIVATE KEY----- b', 'after'].join('\n');
    expect(withoutSecrets(text)).toBe('a ***\n***\n***\n***\n***\n*** b\nafter');
  });

  test('is taken out line by line as they come, also with a time before each', () => {
    const redact = createRedaction([]).lines();
    const dated = PLANTED_KEY.trim()
      .split('\n')
      .map((line) => `2026-11-20T20:00:00Z ${line}`);
    const shown = dated.map((line) => redact(line));
    expect(shown.slice(1, -2)).toEqual(dated.slice(1, -2).map(() => '***'));
  });

  test('that lacks its end takes nothing with it that is no key', () => {
    expect(
      withoutSecrets([...lines, 'The deploy failed.', 'after'].join('\n'))
        .split('\n')
        .slice(5),
    ).toEqual(['The deploy failed.', 'after']);
  });

  test('is gone where two of them stand in one line', () => {
    const one = String.raw`-----BEGIN PRIVATE KEY-----\nMIIE\n-----END PRIVATE KEY-----`;
    expect(withoutSecrets(`k=${one};${one}.`)).toBe('k=***;***.');
  });
});

describe('what this process knows to be secret is taken out', () => {
  const redact = createRedaction(secretForms(['correct horse', 'ab', PLANTED_KEY])).text;

  test('as it is, in base64, as git sends it, in an address', () => {
    expect(redact('is correct horse ok')).toBe('is *** ok');
    expect(redact(Buffer.from('correct horse').toString('base64'))).toMatch(/^\*\*\*=*$/u);
    expect(redact(Buffer.from('x-access-token:correct horse').toString('base64'))).toMatch(/^\*\*\*=*$/u);
    expect(redact('?s=correct%20horse&x')).toBe('?s=***&x');
  });

  test('but not where it is too short to be told from words', () => {
    expect(redact('absolute')).toBe('absolute');
  });

  test('as any single line of a key, without its frame', () => {
    for (const line of PLANTED_KEY.trim().split('\n').slice(1, -1)) {
      if (line.length > 5) expect(redact(`| ${line} |`)).toBe('| *** |');
    }
  });

  test('as a key whose lines are joined, wrapped otherwise, or in the other form', () => {
    const body = PLANTED_KEY.split('\n').slice(1, -2).join('');
    for (const width of [48, 76, 100, body.length]) {
      const wrapped = body.match(new RegExp(`.{1,${width}}`, 'gu')) ?? [];
      expect(redact(wrapped.join('\n'))).not.toMatch(/[\w+/]{24}/u);
    }
    const [, other = ''] = secretForms([PLANTED_KEY]).filter((form) =>
      form.startsWith('-----BEGIN PRIVATE KEY'),
    );
    expect(redact(other.split('\n')[7] ?? 'MII')).not.toMatch(/[\w+/]{24}/u);
  });

  test('also when it is cut at either end', () => {
    const token = `opaque.${'q7W'.repeat(20)}`;
    const known = createRedaction(secretForms([token])).text;
    expect(known(`a ${token.slice(5, 40)} b`)).toBe('a *** b');
    expect(known(`${token.slice(0, 30)}…`)).toBe('***…');
  });
});

describe('ordinary text stays as it is', () => {
  test.each([
    'deployed https://uat.acme.io/ as a@b.io, ghs_ is a prefix, -----BEGIN CERTIFICATE-----',
    'commit 9b28dcb4f7a1c0d2e3f4a5b6c7d8e9f0a1b2c3d4 by release 2026-11-20/T2',
    'delivery 72d3162e-cc78-11e3-81ab-4c9367dc0958',
    'weighs_a_lot_more_than_it_should_be and highs_and_lows_of_the_day',
    'WEBHOOK_SECRET is missing: set it to the secret in the App’s webhook settings.',
    'PRIVATE_KEY is not an RSA private key in PEM form (-----BEGIN … PRIVATE KEY-----)',
    'a secret: no more; password: a word; the token expired; bearer of bad news that is very long',
    'sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855',
    'pid 1234567:da39a3ee5e6b4b0d3255bfef95601890afd80709',
    'file://localhost/x, see http://127.0.0.1:8080/a@b and npm i pkg@1.2.3',
  ])('%s', (text) => {
    expect(withoutSecrets(text)).toBe(text);
  });
});

test('a value is cleaned in all its strings but those under keys that are kept', () => {
  const secret = `ghp_${'a1'.repeat(18)}`;
  const value = { body: secret, list: [secret, 1, null], deep: { ref: secret, error: new Error(secret) } };
  expect(redactAll<unknown>(value, withoutSecrets, new Set(['ref']))).toEqual({
    body: '***',
    list: ['***', 1, null],
    deep: { ref: secret, error: 'Error: ***' },
  });
});
