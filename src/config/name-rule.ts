import { LEDGER_BRANCH } from '../domain/ledger.ts';
import { nearestWord } from '../domain/nearest.ts';

/** Longest branch name: a ref is a file path in many stores. */
const BRANCH_LIMIT = 200;
const PATH_LIMIT = 500;

/**
 * Says why a text cannot be the name of a branch here; `null` when it can.
 *
 * `tonic` and `tonic/…` are refused: candidates are pushed below that name; so is the ledger's own branch.
 * Source: `git help check-ref-format`.
 */
export function refuseBranchName(name: string): string | null {
  if (name === '') return 'is empty; name a branch';
  if (name.startsWith('refs/')) return 'must be the short name, without "refs/heads/"';
  if (name.length > BRANCH_LIMIT) return `is longer than ${BRANCH_LIMIT} characters`;
  if (!isRefName(name)) return 'is no name that git takes for a branch; see `git help check-ref-format`';
  if (name === 'tonic' || name.startsWith('tonic/')) {
    return 'is kept for the candidates of the slots; choose another branch';
  }
  if (name === LEDGER_BRANCH) return 'is the branch of the ledger; choose another one';
  return null;
}

function isRefName(name: string): boolean {
  if (/[\p{Cc} ~^:?*[\\]|\.\.|@\{|\/\//u.test(name)) return false;
  if (name === '@' || name.startsWith('-') || name.startsWith('/') || name.endsWith('/')) return false;
  return name
    .split('/')
    .every((part) => !part.startsWith('.') && !part.endsWith('.') && !part.endsWith('.lock'));
}

/** Says why a text cannot be the path of a file inside the repository; `null` when it can. */
export function refuseFilePath(path: string): string | null {
  if (path === '') return 'is empty; name a file';
  if (path.length > PATH_LIMIT) return `is longer than ${PATH_LIMIT} characters`;
  if (/\p{Cc}/u.test(path)) return 'holds a control character; take it out';
  if (path.includes('\\')) return 'must be written with "/", not "\\"';
  if (path.startsWith('/') || /^[a-z]:/iu.test(path)) return 'must be a path from the top of the repository';
  const parts = path.split('/');
  if (parts.includes('..')) return 'leads out of the repository; write the path without ".."';
  if (parts.some((part) => part === '' || part === '.')) return 'must be a plain path, such as "app/VERSION"';
  if (parts.some((part) => part.toLowerCase() === '.git')) return 'leads into git’s own folder';
  return null;
}

/** Says why a text is not the name of a time zone that this machine knows; `null` when it is. */
export function refuseTimeZone(name: string): string | null {
  if (/^[+-]/u.test(name)) return 'must be the name of a zone, such as "Europe/Berlin", not an offset';
  try {
    return Intl.DateTimeFormat('en', { timeZone: name }) && null;
  } catch {
    const meant = nearestZone(name);
    const hint = meant === null ? 'write an IANA name, such as "Asia/Taipei"' : `did you mean "${meant}"?`;
    return `is no time zone; ${hint}`;
  }
}

function nearestZone(name: string): string | null {
  const zones = Intl.supportedValuesOf('timeZone');
  const city = name.trim().toLowerCase().replaceAll(' ', '_');
  return zones.find((zone) => zone.toLowerCase().endsWith(`/${city}`)) ?? nearestWord(name, zones);
}
