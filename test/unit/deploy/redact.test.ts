import { describe, expect, it } from 'vitest';
import { createRedactor } from '../../../src/adapters/deploy/redact.ts';

const LONG_TOKEN = `ghs_${'aB3.'.repeat(129)}`;

describe('the redactor', () => {
  it.each([
    ['an installation token', `using ${LONG_TOKEN} now`, 'using *** now'],
    ['a personal token', 'ghp_0123456789abcdefABCDEF', '***'],
    ['a fine-grained token', 'github_pat_11ABCDEFG0123456789_xyz', '***'],
    ['a signed token', 'bearer eyJhbGciOiJSUzI1NiJ9.eyJpc3MiOiIxMjM0NTYifQ.c2lnbmF0dXJl-x', 'bearer ***'],
    [
      'credentials in an address',
      'https://x-access-token:hunter2@github.com/a/b',
      'https://***@github.com/a/b',
    ],
    ['a header', 'Authorization: Basic eC1hY2Nlc3M=', 'Authorization: ***'],
  ])('takes out %s', (_, line, clean) => {
    expect(createRedactor([])(line)).toBe(clean);
  });

  it('takes out given secrets, also in base64 and as git sends them', () => {
    const redact = createRedactor(['correct horse', 'ab']);
    expect(redact('is correct horse ok')).toBe('is *** ok');
    expect(redact(Buffer.from('correct horse').toString('base64'))).not.toContain('Y29ycmVjdCBob3JzZ');
    expect(redact(Buffer.from('x-access-token:correct horse').toString('base64'))).toMatch(/^\*\*\*=*$/u);
    expect(redact('absolute')).toBe('absolute');
  });

  it('takes out every line of a secret of many lines', () => {
    const redact = createRedactor(['first line of it\nsecond line of it\n']);
    expect([redact('second line of it'), redact('first line of it!')]).toEqual(['***', '***!']);
  });

  it('takes out a key in PEM form, over many lines', () => {
    const redact = createRedactor([]);
    const lines = [
      'a -----BEGIN RSA PRIVATE KEY-----',
      'MIIEow',
      'AQAB',
      '-----END RSA PRIVATE KEY----- b',
      'after',
    ];
    expect(lines.map(redact)).toEqual(['a ***', '***', '***', '*** b', 'after']);
  });

  it('takes out a key in PEM form on one line', () => {
    const line = String.raw`k=-----BEGIN PRIVATE KEY-----\nMIIE\n-----END PRIVATE KEY-----;`;
    expect(createRedactor([])(line)).toBe('k=***;');
  });

  it('leaves ordinary text alone', () => {
    const line = 'deployed https://uat.acme.io/ as a@b.io, ghs_ is a prefix, -----BEGIN CERTIFICATE-----';
    expect(createRedactor([])(line)).toBe(line);
  });

  it.each([
    'eyJ-'.repeat(16_000),
    'ghs_'.repeat(16_000),
    '://'.repeat(20_000),
    'authorization: '.repeat(4_000),
  ])('is not slowed down by any line', (line) => {
    const startedMs = performance.now();
    createRedactor([])(line);
    expect(performance.now() - startedMs).toBeLessThan(500);
  });
});
