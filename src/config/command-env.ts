import { readFileSync } from 'node:fs';
import { readPrivateKey, type Variables } from './env.ts';

/** What the command line needs to know of the machine it runs on. Holds secrets: never logged, never shown. */
interface CommandEnvironment {
  /** A person's token; `null`: none is set. */
  readonly token: string | null;
  /** The App's own credentials, where they are set. */
  readonly app: { readonly appId: number; readonly privateKey: string } | null;
  /** Base of the REST API, where it is set. */
  readonly apiUrl: string | null;
}

export type CommandEnvironmentReading =
  | { readonly kind: 'environment'; readonly environment: CommandEnvironment }
  /** One sentence a variable that is wrong; never a value. */
  | { readonly kind: 'broken'; readonly problems: readonly string[] };

/**
 * Reads what `tonic doctor` and `tonic init` take from environment variables. Empty ones count as not set.
 *
 * `GITHUB_TOKEN` goes before `GH_TOKEN`; `GITHUB_API_URL` before `GHE_HOST`.
 */
export function readCommandEnvironment(
  variables: Variables,
  readFile: (path: string) => string = (path) => readFileSync(path, 'utf8'),
): CommandEnvironmentReading {
  const set = Object.fromEntries(
    Object.entries(variables).filter(([, value]) => value !== undefined && value !== ''),
  );
  const app = readApp(set, readFile);
  if (app !== null && 'problem' in app) return { kind: 'broken', problems: [app.problem] };
  const apiUrl = readApiUrl(set);
  if (apiUrl !== null && !isAddress(apiUrl)) return { kind: 'broken', problems: [describeBadAddress(set)] };
  return {
    kind: 'environment',
    environment: { token: set['GITHUB_TOKEN'] ?? set['GH_TOKEN'] ?? null, app, apiUrl },
  };
}

function isAddress(text: string): boolean {
  return /^https?:\/\//iu.test(text) && URL.canParse(text);
}

function describeBadAddress(set: Variables): string {
  return set['GITHUB_API_URL'] === undefined
    ? 'GHE_HOST is not a host name: write it without https:// and without a path; GHE_PROTOCOL is https or http.'
    : 'GITHUB_API_URL is not an address: write it as https://git.example/api/v3.';
}

function readApp(
  set: Variables,
  readFile: (path: string) => string,
): CommandEnvironment['app'] | { readonly problem: string } {
  const id = set['APP_ID'];
  if (id === undefined) return null;
  if (!/^[1-9]\d{0,14}$/u.test(id)) {
    return { problem: 'APP_ID is not a number: the App’s settings page shows it.' };
  }
  const key = readPrivateKey(set, readFile);
  return 'problem' in key ? key : { appId: Number(id), privateKey: key.pem };
}

function readApiUrl(set: Variables): string | null {
  const given = set['GITHUB_API_URL'];
  if (given !== undefined) return given.replace(/\/+$/u, '');
  const host = set['GHE_HOST'];
  return host === undefined ? null : `${set['GHE_PROTOCOL'] ?? 'https'}://${host}/api/v3`;
}
