/** The filters of `push` and `pull_request` in a workflow file. */
export interface EventFilter {
  branches?: string[] | undefined;
  'branches-ignore'?: string[] | undefined;
  tags?: string[] | undefined;
  'tags-ignore'?: string[] | undefined;
  paths?: string[] | undefined;
  'paths-ignore'?: string[] | undefined;
  types?: string[] | undefined;
}

/** Tells whether a branch passes the filters. */
export function passesBranch(filter: EventFilter, branch: string): boolean {
  return passes(filter.branches, filter['branches-ignore'], [branch]);
}

/** Tells whether changed files pass the filters; without a path filter they always do. */
export function passesPaths(filter: EventFilter, paths: string[]): boolean {
  if (!filter.paths && !filter['paths-ignore']) return true;
  return passes(filter.paths, filter['paths-ignore'], paths);
}

/**
 * Tells whether a pushed ref passes: a filter for branches alone keeps tags out, and the other way round.
 *
 * Source: docs.github.com, "Workflow syntax", on.push.<branches|tags|branches-ignore|tags-ignore>.
 */
export function passesRef(filter: EventFilter, ref: string): boolean {
  const forBranches = filter.branches ?? filter['branches-ignore'];
  const forTags = filter.tags ?? filter['tags-ignore'];
  if (ref.startsWith('refs/tags/')) {
    if (!forTags) return !forBranches;
    return passes(filter.tags, filter['tags-ignore'], [ref.slice('refs/tags/'.length)]);
  }
  if (!forBranches) return !forTags;
  return passesBranch(filter, ref.slice('refs/heads/'.length));
}

function passes(wanted: string[] | undefined, ignored: string[] | undefined, names: string[]): boolean {
  if (wanted) return names.some((name) => isMatched(wanted, name));
  if (ignored) return names.some((name) => !isMatched(ignored, name));
  return true;
}

/** The last pattern that fits decides; `!` takes out again. */
function isMatched(patterns: string[], name: string): boolean {
  let matched = false;
  for (const pattern of patterns) {
    const negated = pattern.startsWith('!');
    if (toRegExp(negated ? pattern.slice(1) : pattern).test(name)) matched = !negated;
  }
  return matched;
}

/** `*` stays within a path segment, `**` does not; `?` and `+` repeat the character before, as GitHub defines them. */
function toRegExp(pattern: string): RegExp {
  const source = pattern.replaceAll(/\*\*\/?|\*|[.^$(){}|\\]/g, (token) => {
    if (token === '**/') return '(?:.*/)?';
    if (token === '**') return '.*';
    return token === '*' ? '[^/]*' : `\\${token}`;
  });
  return new RegExp(`^${source}$`);
}
