import { createPrivateKey } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { z } from 'zod';

/** What the App needs to know of the machine it runs on. Holds secrets: never logged, never shown. */
interface AppEnvironment {
  readonly appId: number;
  /** PEM, PKCS#8. */
  readonly privateKey: string;
  readonly webhookSecret: string;
  /** 0: any free port. */
  readonly port: number;
  readonly host: string;
  readonly logLevel: (typeof LOG_LEVELS)[number];
  /** Host name, with a port where needed; `null`: github.com. */
  readonly githubHost: string | null;
  readonly githubProtocol: 'https' | 'http';
}

/** The variables of a process. */
export type Variables = Readonly<Record<string, string | undefined>>;

export type EnvironmentReading =
  | { readonly kind: 'environment'; readonly environment: AppEnvironment }
  /** None of the App's credentials is set: this process is not meant to be the App. */
  | { readonly kind: 'no_credentials' }
  /** One sentence a variable that is missing or wrong; never a value. */
  | { readonly kind: 'broken'; readonly problems: readonly string[] };

const LOG_LEVELS = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'] as const;
const SHORTEST_SECRET = 16;

const CREDENTIALS = ['APP_ID', 'PRIVATE_KEY', 'PRIVATE_KEY_PATH', 'WEBHOOK_SECRET'] as const;

const AppVariables = z.object({
  APP_ID: z
    .string({ error: 'APP_ID is missing: set it to the number that the App’s settings page shows.' })
    .regex(/^[1-9]\d{0,14}$/u, { error: 'APP_ID is not a number: the App’s settings page shows it.' })
    .transform(Number),
  WEBHOOK_SECRET: z
    .string({ error: 'WEBHOOK_SECRET is missing: set it to the secret in the App’s webhook settings.' })
    .min(SHORTEST_SECRET, {
      error: `WEBHOOK_SECRET is shorter than ${SHORTEST_SECRET} characters: choose a longer one, here and in the App’s webhook settings.`,
    }),
  PORT: z
    .string()
    .regex(/^\d{1,5}$/u, { error: 'PORT is not a number from 0 to 65535.' })
    .transform(Number)
    .refine((port) => port <= 65_535, { error: 'PORT is not a number from 0 to 65535.' })
    .default(3000),
  HOST: z
    .string()
    .regex(/^[\w.:[\]-]{1,253}$/u, {
      error: 'HOST is not an address to listen on, such as 127.0.0.1 or 0.0.0.0.',
    })
    .default('127.0.0.1'),
  LOG_LEVEL: z.enum(LOG_LEVELS, { error: `LOG_LEVEL is none of ${LOG_LEVELS.join(', ')}.` }).default('info'),
  GHE_HOST: z
    .string()
    .regex(/^[\da-z][\da-z.-]{0,252}(?::\d{1,5})?$/iu, {
      error: 'GHE_HOST is not a host name: write it without https:// and without a path.',
    })
    .nullable()
    .default(null),
  GHE_PROTOCOL: z
    .enum(['https', 'http'], { error: 'GHE_PROTOCOL is neither https nor http.' })
    .default('https'),
});

/** The variables of this process: the one place where they are read. */
export function processVariables(): Variables {
  return process.env;
}

/**
 * Reads what the App needs from environment variables. Empty ones count as not set.
 *
 * `PRIVATE_KEY` may be the PEM text itself, with `\n` written out, or base64 of it; `PRIVATE_KEY_PATH` names a file
 * and is looked at only without `PRIVATE_KEY`.
 */
export function readAppEnvironment(
  variables: Variables,
  readFile: (path: string) => string = (path) => readFileSync(path, 'utf8'),
): EnvironmentReading {
  const set = Object.fromEntries(
    Object.entries(variables).filter(([, value]) => value !== undefined && value !== ''),
  );
  if (!CREDENTIALS.some((name) => name in set)) return { kind: 'no_credentials' };
  const checked = AppVariables.safeParse(set);
  const key = readPrivateKey(set, readFile);
  if (!checked.success || 'problem' in key) {
    const sentences = checked.success ? [] : checked.error.issues.map((issue) => issue.message);
    return { kind: 'broken', problems: [...sentences, ...('problem' in key ? [key.problem] : [])] };
  }
  const { data } = checked;
  return {
    kind: 'environment',
    environment: {
      appId: data.APP_ID,
      privateKey: key.pem,
      webhookSecret: data.WEBHOOK_SECRET,
      port: data.PORT,
      host: data.HOST,
      logLevel: data.LOG_LEVEL,
      githubHost: data.GHE_HOST,
      githubProtocol: data.GHE_PROTOCOL,
    },
  };
}

type KeyReading = { readonly pem: string } | { readonly problem: string };

/** Reads the key of an App from `PRIVATE_KEY`, or from the file that `PRIVATE_KEY_PATH` names. */
export function readPrivateKey(set: Variables, readFile: (path: string) => string): KeyReading {
  const written = set['PRIVATE_KEY'];
  if (written !== undefined) return checkKey(written, 'PRIVATE_KEY is');
  const path = set['PRIVATE_KEY_PATH'];
  if (path === undefined) {
    return { problem: 'PRIVATE_KEY is missing: set it to the PEM text, or PRIVATE_KEY_PATH to the file.' };
  }
  let text: string;
  try {
    text = readFile(path);
  } catch {
    return { problem: 'PRIVATE_KEY_PATH names a file that cannot be read.' };
  }
  return checkKey(text, 'The file that PRIVATE_KEY_PATH names is');
}

function checkKey(written: string, subject: string): KeyReading {
  const problem = `${subject} not an RSA private key in PEM form (-----BEGIN … PRIVATE KEY-----): download one from the App’s settings page.`;
  try {
    const key = createPrivateKey(toPem(written));
    if (key.asymmetricKeyType !== 'rsa') return { problem };
    return { pem: key.export({ type: 'pkcs8', format: 'pem' }).toString() };
  } catch {
    return { problem };
  }
}

function toPem(written: string): string {
  const text = written
    .trim()
    .replaceAll(/^["']|["']$/gu, '')
    .replaceAll(String.raw`\n`, '\n');
  return text.includes('-----BEGIN') ? text : Buffer.from(text, 'base64').toString('utf8');
}
