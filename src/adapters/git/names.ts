import type { Oid } from '../../ports/repository.ts';

const OID = /^(?:[0-9a-f]{40}|[0-9a-f]{64})$/u;

/** What git check-ref-format(1) refuses in any part of a name. */
// oxlint-disable-next-line no-control-regex -- it is about control characters
const REFUSED_IN_REF = /\.\.|@\{|[\u0000-\u0020\u007f~^:?*[\\]|\/\/|\/\.|^[./-]|[./]$|\.lock(?:\/|$)/u;

/** Whether this is a full object name. */
export function isObjectName(name: string): boolean {
  return OID.test(name);
}

/**
 * Gives the names back when each is a full object name.
 *
 * @throws Error otherwise: whatever comes in here goes to git's command line or standard input.
 */
export function objectNames(names: readonly string[]): readonly Oid[] {
  for (const name of names) {
    if (!isObjectName(name)) throw new Error(`not a full object name: ${JSON.stringify(name.slice(0, 80))}`);
  }
  return names;
}

/** Whether git would take this as a branch name or, with its `refs/…` in front, as a full ref name. */
export function isRefName(name: string): boolean {
  return name !== '' && name !== '@' && !REFUSED_IN_REF.test(name);
}

/** Whether a tree can hold something under this path. Anything else is not even to be looked for. */
export function isTreePath(path: string): boolean {
  return (
    !path.includes('\0') && path.split('/').every((part) => part !== '' && part !== '.' && part !== '..')
  );
}
