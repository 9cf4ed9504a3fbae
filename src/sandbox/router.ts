/** What a router needs to know of a route. */
interface Routed {
  verb: string;
  /** `/repos/{owner}/{repo}/issues` */
  path: string;
}

/** A route that fits a request, with the decoded parameters. */
export interface Match<R> {
  route: R;
  params: Record<string, string>;
}

interface Compiled<R> {
  route: R;
  pattern: RegExp;
  names: string[];
  /** More literal segments win: `/issues/comments` before `/issues/{issue_number}`. */
  weight: number;
}

/** Parameters that may hold slashes, as GitHub accepts them unescaped. */
const GREEDY = new Set(['ref', 'path', 'branch', 'basehead', 'archive_format']);

/** Makes the function that finds the route of a request. */
export function createRouter<R extends Routed>(routes: R[]): (verb: string, path: string) => Match<R> | null {
  const byVerb = new Map<string, Compiled<R>[]>();
  for (const route of routes) {
    const list = byVerb.get(route.verb) ?? [];
    list.push(compile(route));
    byVerb.set(route.verb, list);
  }
  for (const list of byVerb.values()) list.sort((a, b) => b.weight - a.weight);

  return (verb, path) => {
    for (const { route, pattern, names } of byVerb.get(verb) ?? []) {
      const values = pattern.exec(path);
      if (values)
        return {
          route,
          params: Object.fromEntries(names.map((name, at) => [name, decode(values[at + 1] ?? '')])),
        };
    }
    return null;
  };
}

function compile<R extends Routed>(route: R): Compiled<R> {
  const names: string[] = [];
  let weight = 0;
  const source = route.path
    .split('/')
    .map((segment) => {
      if (!segment.includes('{')) weight += 10;
      return segment.replaceAll(/\{(\w+)\}|[.*+?^$()|[\]\\]/g, (text: string, name?: string) => {
        if (name === undefined) return `\\${text}`;
        names.push(name);
        if (GREEDY.has(name)) weight -= 1;
        return patternOf(name, route.path);
      });
    })
    .join('/');
  return { route, names, weight, pattern: new RegExp(`^${source}/?$`) };
}

/** What GitHub has below a branch or a commit: never part of an unescaped name, so that it is a 501 and not a 404. */
const BELOW =
  '/(?:branches-where-head|check-runs|check-suites|comments|protection|pulls|rename|status|statuses)(?:/|$)';

function patternOf(name: string, path: string): string {
  if (!GREEDY.has(name)) return '([^/]+)';
  if (name === 'path') return '(.*)';
  return /\/(commits|branches)\/\{/.test(path) ? `((?:(?!${BELOW}).)+)` : '(.+)';
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** First segments that belong to REST when it is called without `/api/v3`; everything else is a page. */
const REST_ROOTS = new Set(
  (
    'advisories app app-manifests applications apps codes_of_conduct emojis enterprises events feeds gists gitignore installation issues licenses ' +
    'markdown marketplace_listing meta networks notifications octocat organizations orgs projects rate_limit repos repositories search teams user users versions zen'
  ).split(' '),
);

/** Tells whether a path without `/api/v3` is REST's, and gives it with the prefix taken off; `null` for a page. */
export function restPath(path: string): string | null {
  if (path === '/api/v3' || path.startsWith('/api/v3/')) return path.slice('/api/v3'.length) || '/';
  return REST_ROOTS.has(path.split('/')[1] ?? '') ? path : null;
}
