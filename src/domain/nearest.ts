/** The known word that somebody who wrote `word` most likely meant; `null` when none is near. */
export function nearestWord(word: string, known: readonly string[]): string | null {
  const written = simple(word.slice(0, 100));
  const ranked = known
    .map((each) => ({ each, apart: lettersApart(written, simple(each)) }))
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

/** How many letters have to be added, taken out or changed to make one word the other (Levenshtein). */
function lettersApart(one: string, other: string): number {
  // How far the beginning of `one` is from each beginning of `other`.
  let apart = Array.from({ length: other.length + 1 }, (_, at) => at);
  for (const letter of one) {
    const next = [(apart[0] ?? 0) + 1];
    for (const [at, against] of Array.from(other).entries()) {
      const changed = (apart[at] ?? 0) + (letter === against ? 0 : 1);
      next.push(Math.min(changed, (apart[at + 1] ?? 0) + 1, (next[at] ?? 0) + 1));
    }
    apart = next;
  }
  return apart.at(-1) ?? 0;
}
