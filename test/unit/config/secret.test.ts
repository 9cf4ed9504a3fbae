import { describe, expect, test } from 'vitest';
import { secretForms, secretLines, secretVariables } from '../../../src/config/secret.ts';
import { createRedaction } from '../../../src/domain/redact.ts';
import { PLANTED_KEY } from '../../support/planted-secrets.ts';

describe('variables are secret by their name', () => {
  test.each([
    'GITHUB_TOKEN',
    'WEBHOOK_SECRET',
    'PRIVATE_KEY',
    'INPUT_TOKEN',
    'DB_PASSWORD',
    'AWS_SECRET_ACCESS_KEY',
    'SLACK_WEBHOOK_URL',
    'REDIS_URL',
    'SENTRY_DSN',
    'model_api_key',
  ])('%s', (name) => {
    expect(secretVariables({ [name]: 'a value of it' })).toEqual(['a value of it']);
  });

  test.each(['PATH', 'HOME', 'PRIVATE_KEY_PATH', 'TOKEN_FILE', 'KEYBOARD', 'ACTIONS_ID_TOKEN_REQUEST_URL'])(
    '%s is none',
    (name) => {
      expect(secretVariables({ [name]: 'a value of it' })).toEqual([]);
    },
  );

  test('short values are ordinary words', () => {
    expect(secretVariables({ USE_TOKEN: 'true', GH_TOKEN: undefined, API_KEY: '' })).toEqual([]);
  });
});

test('the lines to mask are each line of a secret, without the frame of a key', () => {
  const lines = secretLines(['one line', PLANTED_KEY]);
  expect(lines[0]).toBe('one line');
  expect(lines.slice(1)).toEqual(
    PLANTED_KEY.trim()
      .split('\n')
      .slice(1, -1)
      .filter((line) => line.length > 5),
  );
});

test('a key with its line ends written out has the forms of the key itself', () => {
  const forms = secretForms([PLANTED_KEY.trim().replaceAll('\n', String.raw`\n`)]);
  expect(forms).toContain(PLANTED_KEY);
  expect(forms.some((form) => form.startsWith('-----BEGIN PRIVATE KEY-----'))).toBe(true);
});

test('what is called a key and is none has its own form only', () => {
  expect(secretForms(['a PRIVATE KEY of sorts'])).toContain('a PRIVATE KEY of sorts');
});

describe('a secret in base64 is recognised', () => {
  const { text: redact } = createRedaction(secretForms(['correct>horse?77']));

  test.each(['', 'u:', 'user:', 'x-access-token:', 'docker:'])('behind "%s"', (before) => {
    for (const behind of ['', '\n', ':x', '@registry']) {
      for (const encoding of ['base64', 'base64url'] as const) {
        const encoded = Buffer.from(`${before}correct>horse?77${behind}`).toString(encoding);
        expect(Buffer.from(redact(`auth ${encoded}`), encoding).toString()).not.toContain('horse');
        expect(redact(`auth ${encoded}`)).toContain('***');
      }
    }
  });
});
