import { distance } from 'fastest-levenshtein';

/** The known word that somebody who wrote `word` most likely meant; `null` when none is near. */
export function nearestWord(word: string, known: readonly string[]): string | null {
  const written = simple(word.slice(0, 100));
  const ranked = known
    .map((each) => ({ each, apart: distance(written, simple(each)) }))
    .toSorted((left, right) => left.apart - right.apart);
  const [best] = ranked;
  if (best === undefined) return null;
  const allowed = Math.max(2, Math.floor(best.each.length / 3));
  return best.apart <= allowed && best.apart < best.each.length ? best.each : null;
}

/** `bugLabel`, `bug-label` and `bug_label` are the same word. */
function simple(word: string): string {
  return word.toLowerCase().replaceAll(/[\s_-]/gu, '');
}
