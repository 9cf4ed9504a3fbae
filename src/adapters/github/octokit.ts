import { createAppAuth } from '@octokit/auth-app';
import { Octokit } from '@octokit/rest';
import { withoutSecrets, redactAll, type Redact } from '../../domain/redact.ts';
import type { GitHubClient } from './client.ts';
import { installRetry, PATIENT, type RetryRules } from './retry.ts';

/** The REST API as this project was written for; without the header GitHub chooses. */
const API_VERSION = '2022-11-28';

/** Who calls. */
export type GitHubCredentials =
  | { readonly token: string }
  | {
      readonly appAuth: {
        readonly appId: number | string;
        readonly privateKey: string;
        /** Without one it is the App itself that calls, for what it may ask in its own name. */
        readonly installationId?: number;
      };
    };

/** An Octokit for the Action and the command line. `baseUrl` is the API's: `https://api.github.com`, `…/api/v3`. */
export function createOctokit(
  options: GitHubCredentials & {
    readonly baseUrl?: string;
    readonly retry?: Partial<RetryRules>;
    readonly redact?: Redact;
  },
): GitHubClient {
  const octokit = new Octokit({
    ...('token' in options
      ? { auth: options.token }
      : { authStrategy: createAppAuth, auth: { ...options.appAuth } }),
    ...(options.baseUrl === undefined ? {} : { baseUrl: options.baseUrl }),
    // Octokit writes deprecation notices to the console, which is the Action's log.
    log: { debug: ignore, info: ignore, warn: ignore, error: ignore },
  });
  return withOwnRules(octokit, options.retry, options.redact);
}

/**
 * Gives an Octokit that somebody else made (Probot) the same rules, once each: it tries again, and no secret that
 * `redact` knows gets into anything that it writes.
 *
 * Source: Probot brings its own retry, which repeats a POST, and a throttle that holds every write for a second.
 * Both have to be off, and only the function form is heard:
 * `ProbotOctokit.defaults((given) => probotOptions(given))`.
 */
export function withOwnRules(
  octokit: GitHubClient & Pick<Octokit, 'hook'>,
  retry: Partial<RetryRules> = {},
  redact: Redact = withoutSecrets,
): GitHubClient {
  if (ruled.has(octokit)) return octokit;
  ruled.add(octokit);
  octokit.hook.before('request', (options) => {
    options.headers['x-github-api-version'] ??= API_VERSION;
    if (isWrite(options)) Object.assign(options, redactAll(options, redact, NO_WORDS));
  });
  installRetry(octokit, { ...PATIENT, ...retry });
  return octokit;
}

const ruled = new WeakSet<object>();

/**
 * Parts of a request that are no words: how it travels, names of what is there already, and what is in base64, out of
 * which the ledger takes secrets before.
 */
const NO_WORDS: ReadonlySet<string> = new Set(
  'base baseUrl branch branchName contents head headers mediaType method owner path query ref repo request sha url'.split(
    ' ',
  ),
);

function isWrite({ method, query }: { readonly method: string; readonly query?: unknown }): boolean {
  return method !== 'GET' && (typeof query !== 'string' || query.trimStart().startsWith('mutation'));
}

/** Probot's options for its Octokit, with its retry and throttle off; see {@link withOwnRules}. */
export function probotOptions<T extends object>(given: T): T & ProbotOptionsOff {
  return { ...given, throttle: { enabled: false }, retry: { enabled: false } };
}

interface ProbotOptionsOff {
  readonly throttle: { readonly enabled: false };
  readonly retry: { readonly enabled: false };
}

function ignore(): void {}
