import { generateKeyPairSync } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { readAppEnvironment, type Variables } from '../../../src/config/env.ts';

const KEY = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey;
const PKCS8 = KEY.export({ type: 'pkcs8', format: 'pem' }).toString();
const PKCS1 = KEY.export({ type: 'pkcs1', format: 'pem' }).toString();
const ELLIPTIC = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  .privateKey.export({ type: 'pkcs8', format: 'pem' })
  .toString();

const COMPLETE: Variables = { APP_ID: '4711', PRIVATE_KEY: PKCS8, WEBHOOK_SECRET: 'a secret of good length' };

function readOneFile(path: string): string {
  return path === '/run/key.pem' ? PKCS1 : '';
}

function readNothing(path: string): never {
  throw new Error(`ENOENT ${path}`);
}

function read(changes: Variables, readFile?: (path: string) => string) {
  return readAppEnvironment({ ...COMPLETE, ...changes }, readFile);
}

function environmentOf(changes: Variables, readFile?: (path: string) => string) {
  const reading = read(changes, readFile);
  if (reading.kind !== 'environment') throw new Error(JSON.stringify(reading));
  return reading.environment;
}

function problemsOf(changes: Variables, readFile?: (path: string) => string): readonly string[] {
  const reading = read(changes, readFile);
  return reading.kind === 'broken' ? reading.problems : [];
}

describe('the environment of the App', () => {
  it('needs three variables and has defaults for the others', () => {
    expect(environmentOf({})).toEqual({
      appId: 4711,
      privateKey: PKCS8,
      webhookSecret: 'a secret of good length',
      port: 3000,
      host: '127.0.0.1',
      logLevel: 'info',
      githubHost: null,
      githubProtocol: 'https',
    });
  });

  it('takes what is set', () => {
    const set = {
      PORT: '0',
      HOST: '0.0.0.0',
      LOG_LEVEL: 'debug',
      GHE_HOST: 'localhost:4000',
      GHE_PROTOCOL: 'http',
    };
    expect(environmentOf(set)).toMatchObject({
      port: 0,
      host: '0.0.0.0',
      logLevel: 'debug',
      githubHost: 'localhost:4000',
      githubProtocol: 'http',
    });
  });

  it('is none without any credential', () => {
    expect(readAppEnvironment({ PORT: '80', PATH: '/bin' })).toEqual({ kind: 'no_credentials' });
    expect(readAppEnvironment({ APP_ID: '', PRIVATE_KEY: '' })).toEqual({ kind: 'no_credentials' });
  });
});

describe('the private key', () => {
  it.each([
    ['PEM', PKCS8],
    ['PKCS#1 PEM, as GitHub gives it', PKCS1],
    ['PEM with \\n written out', PKCS1.replaceAll('\n', String.raw`\n`)],
    ['PEM in quotation marks', `"${PKCS8.replaceAll('\n', String.raw`\n`)}"`],
    ['base64 of PEM', Buffer.from(PKCS1).toString('base64')],
    ['PEM with CRLF', PKCS1.replaceAll('\n', '\r\n')],
  ])('may be %s', (_, text) => {
    expect(environmentOf({ PRIVATE_KEY: text }).privateKey).toBe(PKCS8);
  });

  it('may be in a file', () => {
    const set = { PRIVATE_KEY: undefined, PRIVATE_KEY_PATH: '/run/key.pem' };
    expect(environmentOf(set, readOneFile).privateKey).toBe(PKCS8);
  });

  it.each([
    ['nonsense', 'hunter2-hunter2-hunter2'],
    ['half a key', PKCS8.slice(0, 400)],
    ['of another kind', ELLIPTIC],
  ])('that is %s is refused without showing it', (_, text) => {
    const problems = problemsOf({ PRIVATE_KEY: text });
    expect(problems).toEqual([expect.stringMatching(/^PRIVATE_KEY is not an RSA private key in PEM form/u)]);
    expect(problems.join()).not.toContain(text.slice(0, 12).replace('-----', ''));
  });

  it('in a file that is not there is one clear sentence', () => {
    expect(problemsOf({ PRIVATE_KEY: '', PRIVATE_KEY_PATH: '/home/mona/key.pem' }, readNothing)).toEqual([
      'PRIVATE_KEY_PATH names a file that cannot be read.',
    ]);
  });
});

describe('a variable that is missing or wrong', () => {
  it.each<[Variables, string]>([
    [{ APP_ID: undefined }, 'APP_ID is missing: '],
    [{ APP_ID: 'Iv1.abc' }, 'APP_ID is not a number: '],
    [{ APP_ID: '0' }, 'APP_ID is not a number: '],
    [{ WEBHOOK_SECRET: '' }, 'WEBHOOK_SECRET is missing: '],
    [{ WEBHOOK_SECRET: 'development' }, 'WEBHOOK_SECRET is shorter than 16 characters: '],
    [{ PRIVATE_KEY: undefined }, 'PRIVATE_KEY is missing: '],
    [{ PORT: '70000' }, 'PORT is not a number from 0 to 65535.'],
    [{ PORT: 'http' }, 'PORT is not a number from 0 to 65535.'],
    [{ HOST: 'a b' }, 'HOST is not an address'],
    [{ LOG_LEVEL: 'loud' }, 'LOG_LEVEL is none of '],
    [{ GHE_HOST: 'https://ghe.acme.io/' }, 'GHE_HOST is not a host name: '],
    [{ GHE_PROTOCOL: 'ftp' }, 'GHE_PROTOCOL is neither https nor http.'],
  ])('%j is one sentence', (changes, words) => {
    const problems = problemsOf(changes);
    expect(problems).toHaveLength(1);
    expect(problems[0]).toContain(words);
    for (const value of Object.values(changes)) if (value) expect(problems[0]).not.toContain(`"${value}"`);
  });

  it('is told together with all others', () => {
    expect(problemsOf({ APP_ID: 'x', WEBHOOK_SECRET: 'x', PRIVATE_KEY: 'x', PORT: 'x' })).toHaveLength(4);
  });
});
