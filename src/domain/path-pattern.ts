/** Says whether a path belongs to a pattern. */
export type PathPattern = (path: string) => boolean;

/**
 * Reads a pattern as CODEOWNERS writes them: `*` and `?` within one folder, `**` over folders, a pattern with a slash
 * inside or in front from the top, one that ends in a slash for all below it.
 *
 * The documented subset of gitignore only: no `!`, no `[a-z]`; such patterns match nothing.
 * Bounds: no pattern takes more than its length times the path's.
 * Source: docs.github.com, About code owners, "CODEOWNERS syntax", 2026-11.
 */
export function parsePathPattern(text: string): PathPattern {
  if (text.startsWith('!') || text.includes('[')) return () => false;
  const parts = text.split('/').filter((part) => part !== '');
  const isAnchored = text.slice(0, -1).includes('/');
  const wanted = isAnchored ? parts : ['**', ...parts];
  // `docs/*` is for the files in docs alone; every other pattern may name a folder.
  const reachesBelow = parts.at(-1) !== '*' || !isAnchored;
  const needsBelow = text.endsWith('/');
  return (path) => {
    const segments = path.split('/');
    const ends = matchedEnds(wanted, segments);
    if (ends.has(segments.length) && !needsBelow) return true;
    return reachesBelow && [...ends].some((end) => end < segments.length);
  };
}

/** After how many segments of the path the whole pattern may have been used up. */
function matchedEnds(pattern: readonly string[], segments: readonly string[]): ReadonlySet<number> {
  return pattern.reduce<ReadonlySet<number>>(
    (reached, part) => {
      if (part === '**') return fromFirst(reached, segments.length);
      const next = [...reached].filter((from) => matchesSegment(part, segments[from] ?? null));
      return new Set(next.map((from) => from + 1));
    },
    new Set([0]),
  );
}

/** Everything from the first one on. */
function fromFirst(reached: ReadonlySet<number>, last: number): ReadonlySet<number> {
  const first = Math.min(...reached, last + 1);
  return new Set(Array.from({ length: last + 1 - first }, (_, index) => first + index));
}

/** `*` and `?` in one name. Goes back to the last star only, so it takes at most length times length steps. */
function matchesSegment(pattern: string, name: string | null): boolean {
  if (name === null) return false;
  let at = 0;
  let star = -1;
  let retryFrom = 0;
  for (let index = 0; index < name.length;) {
    if (pattern[at] === '*') {
      star = at;
      retryFrom = index;
      at += 1;
    } else if (pattern[at] === '?' || pattern[at] === name[index]) {
      at += 1;
      index += 1;
    } else if (star >= 0) {
      at = star + 1;
      retryFrom += 1;
      index = retryFrom;
    } else {
      return false;
    }
  }
  return pattern.slice(at).replaceAll('*', '') === '';
}
