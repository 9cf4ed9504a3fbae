/** A repository, and the host that it is on. */
export interface RepositoryPlace {
  readonly owner: string;
  readonly name: string;
  /** `null`: nobody said. */
  readonly host: string | null;
}

const NAME = /^([\w.-]{1,100})\/([\w.-]{1,100})$/u;
const URL_FORM =
  /^(?:https?|ssh|git):\/\/(?:[^@/]*@)?([\w.-]+(?::\d+)?)\/([\w.-]+)\/([\w.-]+?)(?:\.git)?\/?$/u;
const SSH_FORM = /^(?:[\w.-]+@)?([\w.-]+):([\w.-]+)\/([\w.-]+?)(?:\.git)?\/?$/u;

/** Reads `owner/name`; `null` when it is none. */
export function parseRepositoryName(text: string): RepositoryPlace | null {
  const [, owner, name] = NAME.exec(text) ?? [];
  return owner === undefined || name === undefined ? null : { owner, name, host: null };
}

/** Reads the address of a git remote; `null` when it is that of no repository on a server. */
export function parseRemote(url: string): RepositoryPlace | null {
  const [, host, owner, name] = URL_FORM.exec(url.trim()) ?? SSH_FORM.exec(url.trim()) ?? [];
  if (host === undefined || owner === undefined || name === undefined) return null;
  return { owner, name, host: host.toLowerCase() };
}

/** Base of the REST API of a host. Source: github.com has its own, a GitHub Enterprise Server has `/api/v3`. */
export function apiUrlOf(host: string | null): string {
  if (host === null || host === 'github.com') return 'https://api.github.com';
  return `https://${host}/api/v3`;
}
