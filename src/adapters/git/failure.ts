import { createRedaction } from '../../domain/redact.ts';
import { GitFailure } from '../../ports/repository.ts';

const MESSAGE_LIMIT = 500;

const PASSING_TROUBLE =
  /could not resolve host|failed to connect|connection (?:reset|refused|timed out)|timed out|timeout|early eof|rpc failed|hung up unexpectedly|unexpected disconnect|recv failure|send failure|gnutls|ssl_(?:read|connect)|the requested url returned error: (?:429|5\d\d)|operation too slow|unable to create '.*\.lock'|shallow file has changed/iu;

const NOT_LET_IN =
  /authentication failed|could not read (?:username|password)|invalid username or (?:password|token)|permission to .* denied|write access to repository not granted|the requested url returned error: (?:401|403)|repository not found|repository '.*' not found/iu;

/** The remote did not accept who we are, or will not let us do this at all. */
export function isAuthenticationTrouble(words: string): boolean {
  return NOT_LET_IN.test(words);
}

/** Takes credentials out of what git or a remote said. */
export function withoutCredentials(words: string, authorization: string | null): string {
  return createRedaction(secretsOf(authorization)).text(words).trim();
}

/** Cuts words of others to the 500 characters that a message may hold. */
export function shortened(words: string): string {
  return words.slice(0, MESSAGE_LIMIT);
}

function secretsOf(authorization: string | null): string[] {
  if (authorization === null) return [];
  const [scheme = '', value = ''] = authorization.split(/\s+/u);
  const decoded = scheme.toLowerCase() === 'basic' ? Buffer.from(value, 'base64').toString('utf8') : '';
  const password = decoded.slice(decoded.indexOf(':') + 1);
  return [authorization, value, decoded, password];
}

/** A {@link GitFailure} for a git process that ended badly; tells passing trouble from the lasting kind. */
export function gitFailure(operation: string, words: string): GitFailure {
  const retryable = PASSING_TROUBLE.test(words) && !isAuthenticationTrouble(words);
  const reason = words === '' ? 'git gave no reason' : shortened(words);
  return new GitFailure(operation, `git ${operation} failed: ${reason}`, { retryable });
}
