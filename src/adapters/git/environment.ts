import { join } from 'node:path';

/** What of the surrounding process git may see: how to find programs, proxies and certificates; nothing else. */
const PASSED_ON = [
  'PATH',
  'TMPDIR',
  'SYSTEMROOT',
  'HTTP_PROXY',
  'HTTPS_PROXY',
  'NO_PROXY',
  'ALL_PROXY',
  'http_proxy',
  'https_proxy',
  'no_proxy',
  'all_proxy',
  'SSL_CERT_FILE',
  'SSL_CERT_DIR',
  'GIT_SSL_CAINFO',
] as const;

/** A stalled transfer ends after this time below one kilobyte a second. */
const STALLED_AFTER_SECONDS = 60;

const HARDENED: readonly (readonly [string, string])[] = [
  ['core.hooksPath', '/dev/null'],
  ['core.attributesFile', '/dev/null'],
  ['core.fsmonitor', 'false'],
  ['core.logAllRefUpdates', 'false'],
  ['core.askPass', ''],
  ['credential.helper', ''],
  ['gc.auto', '0'],
  ['maintenance.auto', 'false'],
  ['fetch.recurseSubmodules', 'false'],
  ['submodule.recurse', 'false'],
  ['push.gpgSign', 'false'],
  ['protocol.allow', 'never'],
  ['protocol.http.allow', 'always'],
  ['protocol.https.allow', 'always'],
  ['protocol.file.allow', 'always'],
  ['http.lowSpeedLimit', '1000'],
  ['http.lowSpeedTime', String(STALLED_AFTER_SECONDS)],
];

/** How one git process is to see the store. */
export interface Surroundings {
  readonly directory: string;
  readonly url: string;
  /** Set where the process may talk to the remote; `authorization` is the value of the HTTP header. */
  readonly remote: { readonly authorization: string | null } | null;
  /** A folder to be taken for the work tree; without one the store is bare. */
  readonly workTree: string | null;
  readonly settings: Readonly<Record<string, string>>;
}

/** The one configuration file that git processes started by git itself (a remote that is a folder) see as well. */
export function globalConfigPath(directory: string): string {
  return join(directory, 'tonic.gitconfig');
}

/**
 * Settings that only processes with leave to use the remote get. The others see a store without a remote, so a
 * missing object is an error there and never a network request that nobody meant.
 */
function remoteSettings(url: string, authorization: string | null): (readonly [string, string])[] {
  const settings: (readonly [string, string])[] = [
    ['remote.origin.url', url],
    ['remote.origin.promisor', 'true'],
    ['remote.origin.partialCloneFilter', 'blob:none'],
  ];
  if (authorization !== null && /^https?:/u.test(url)) {
    settings.push([`http.${new URL(url).origin}/.extraHeader`, `Authorization: ${authorization}`]);
  }
  return settings;
}

/**
 * Builds the whole environment of a git process: no configuration of the machine, no hooks, no prompts, only the
 * protocols http, https and file, and the credentials as configuration by environment, so that no argument
 * list ever shows them.
 */
export function buildEnvironment(surroundings: Surroundings): Record<string, string> {
  const { directory, url, remote, workTree } = surroundings;
  const environment: Record<string, string> = {
    HOME: directory,
    LC_ALL: 'C',
    TZ: 'UTC',
    GIT_DIR: directory,
    GIT_CONFIG_NOSYSTEM: '1',
    GIT_CONFIG_GLOBAL: globalConfigPath(directory),
    GIT_ATTR_NOSYSTEM: '1',
    GIT_TERMINAL_PROMPT: '0',
    GIT_ASKPASS: '',
    GIT_LITERAL_PATHSPECS: '1',
    GIT_NO_REPLACE_OBJECTS: '1',
  };
  for (const name of PASSED_ON) {
    const value = process.env[name];
    if (value !== undefined) environment[name] = value;
  }
  if (workTree !== null) environment['GIT_WORK_TREE'] = workTree;

  const settings = [
    ...HARDENED,
    ['core.bare', workTree === null ? 'true' : 'false'] as const,
    ...(remote === null ? [] : remoteSettings(url, remote.authorization)),
    ...Object.entries(surroundings.settings),
  ];
  environment['GIT_CONFIG_COUNT'] = String(settings.length);
  for (const [index, [key, value]] of settings.entries()) {
    environment[`GIT_CONFIG_KEY_${index}`] = key;
    environment[`GIT_CONFIG_VALUE_${index}`] = value;
  }
  return environment;
}
