import type { Mention } from './mention.ts';

/** The files of a commit, found by the end of their path. */
export interface FileIndex {
  resolve(mention: Mention): Resolution;
}

type Resolution =
  | {
      readonly kind: 'found';
      readonly path: string;
      /** The report names what was compiled from the file, so its lines are others. */
      readonly isCompiled: boolean;
    }
  | { readonly kind: 'ambiguous'; readonly name: string; readonly count: number }
  | { readonly kind: 'unknown' };

/** Folders of code that others wrote: a file in them is not ours because it has the same name. */
const LIBRARIES = new Set([
  'node_modules',
  'site-packages',
  'dist-packages',
  'vendor',
  'gems',
  '.cargo',
  'registry',
  'pkg',
  'jspm_packages',
]);

const COMPILED = /\.(?:js|mjs|cjs)$/u;
const SOURCES: readonly string[] = ['.ts', '.tsx', '.mts', '.cts', '.jsx', '.vue', '.svelte'];

/** Makes a commit's files findable. */
export function createFileIndex(paths: readonly string[]): FileIndex {
  const byName = new Map<string, string[][]>();
  for (const path of paths) {
    const segments = path.split('/');
    const name = segments.at(-1) ?? '';
    const others = byName.get(name);
    if (others === undefined) byName.set(name, [segments]);
    else others.push(segments);
  }

  function find(segments: readonly string[]): Resolution {
    const name = segments.at(-1) ?? '';
    const ranked = (byName.get(name) ?? [])
      .map((candidate) => ({ candidate, score: commonEnd(candidate, segments) }))
      .filter(({ candidate, score }) => isBelievable(candidate, segments, score));
    const best = Math.max(...ranked.map(({ score }) => score));
    const winners = ranked.filter(({ score }) => score === best);
    const whole = winners.filter(({ candidate }) => candidate.length === best && segments.length > 1);
    const [only, ...more] = whole.length === 1 ? whole : winners;
    if (only === undefined) return { kind: 'unknown' };
    if (more.length > 0) return { kind: 'ambiguous', name, count: winners.length };
    return { kind: 'found', path: only.candidate.join('/'), isCompiled: false };
  }

  return {
    resolve({ segments }) {
      const direct = find(segments);
      if (direct.kind !== 'unknown' || !COMPILED.test(segments.at(-1) ?? '')) return direct;
      for (const ending of SOURCES) {
        const source = find(sourceOf(segments, ending));
        if (source.kind === 'found') return { ...source, isCompiled: true };
      }
      return direct;
    },
  };
}

function commonEnd(left: readonly string[], right: readonly string[]): number {
  let count = 0;
  while (count < left.length && count < right.length && left.at(-1 - count) === right.at(-1 - count))
    count += 1;
  return count;
}

/** Either path ends with the whole of the other one, or at least a folder agrees; in libraries the folder must be ours. */
function isBelievable(candidate: readonly string[], written: readonly string[], score: number): boolean {
  const library = written.find((segment) => LIBRARIES.has(segment));
  if (library !== undefined && !candidate.includes(library)) return false;
  return score === Math.min(candidate.length, written.length) || score >= 2;
}

/** `dist/billing/invoice.js` was `billing/invoice.ts`, below a folder that the trace does not know. */
function sourceOf(segments: readonly string[], ending: string): readonly string[] {
  const output = segments.findLastIndex((segment) => /^(?:dist|build|out|lib|\.next)$/u.test(segment));
  const name = (segments.at(-1) ?? '').replace(COMPILED, ending);
  return [...segments.slice(output + 1, -1), name];
}
