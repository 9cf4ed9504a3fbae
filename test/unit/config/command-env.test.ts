import { generateKeyPairSync } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { readCommandEnvironment } from '../../../src/config/command-env.ts';

const PEM = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey.export({
  type: 'pkcs8',
  format: 'pem',
});

function read(variables: Record<string, string>) {
  const reading = readCommandEnvironment(variables);
  return reading.kind === 'environment' ? reading.environment : reading.problems;
}

describe('what tonic doctor takes from the environment', () => {
  it('is nothing where nothing is set', () => {
    expect(read({ GITHUB_TOKEN: '' })).toEqual({ token: null, app: null, apiUrl: null });
  });

  it('is a token, the nearer of two', () => {
    expect(read({ GH_TOKEN: 'b' })).toMatchObject({ token: 'b' });
    expect(read({ GITHUB_TOKEN: 'a', GH_TOKEN: 'b' })).toMatchObject({ token: 'a' });
  });

  it('is the host, from the address of its API or its name', () => {
    expect(read({ GHE_HOST: 'git.acme.example' })).toMatchObject({
      apiUrl: 'https://git.acme.example/api/v3',
    });
    expect(read({ GHE_HOST: '127.0.0.1:3001', GHE_PROTOCOL: 'http' })).toMatchObject({
      apiUrl: 'http://127.0.0.1:3001/api/v3',
    });
    expect(read({ GHE_HOST: 'a', GITHUB_API_URL: 'http://127.0.0.1:3001/' })).toMatchObject({
      apiUrl: 'http://127.0.0.1:3001',
    });
  });

  it('is no address that none can be', () => {
    expect(read({ GITHUB_API_URL: 'git.acme.example' })).toEqual([expect.stringContaining('GITHUB_API_URL')]);
    expect(read({ GHE_HOST: 'git acme' })).toEqual([expect.stringContaining('GHE_HOST')]);
    expect(read({ GHE_HOST: 'a', GHE_PROTOCOL: 'ssh' })).toEqual([expect.stringContaining('GHE_PROTOCOL')]);
  });

  it('is the App itself, where it has its key', () => {
    expect(read({ APP_ID: '7', PRIVATE_KEY: String(PEM) })).toMatchObject({ app: { appId: 7 } });
    expect(read({ APP_ID: 'seven', PRIVATE_KEY: String(PEM) })).toEqual([expect.stringContaining('APP_ID')]);
    expect(read({ APP_ID: '7' })).toEqual([expect.stringContaining('PRIVATE_KEY is missing')]);
    expect(read({ APP_ID: '7', PRIVATE_KEY: 'no key' })).toEqual([expect.not.stringContaining('no key')]);
  });
});
