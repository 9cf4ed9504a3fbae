/** The known word that somebody who wrote `word` most likely meant; `null` when none is near. */
export function nearestWord(word: string, known: readonly string[]): string | null {
  const written = simple(word.slice(0, 100));
  const ranked = known
    .map((each) => ({ each, apart: lettersApart(written, simple(each)) }))
    .toSorted((left, right) => left.apart - right.apart);
  const [best] = ranked;
  if (best === undefined) return null;
  return best.apart <= allowedApart(written, best.each) ? best.each : null;
}

/** Short words are all near each other: only one slip makes one of them another. */
function allowedApart(written: string, known: string): number {
  if (Math.min(written.length, known.length) <= 4) return 1;
  return Math.max(2, Math.floor(known.length / 3));
}

/** `bugLabel`, `bug-label` and `bug_label` are the same word. */
function simple(word: string): string {
  return word.toLowerCase().replaceAll(/[\s_-]/gu, '');
}

/** How many letters have to be added, taken out, changed or swapped with the next to make one word the other. */
function lettersApart(one: string, other: string): number {
  const letters = Array.from(other);
  // How far the beginning of `one` is from each beginning of `other`; what it was up to each of its letters.
  const rows = [Array.from({ length: letters.length + 1 }, (_, at) => at)];
  const read: string[] = [];
  for (const letter of one) {
    const [before = [], earlier = []] = rows.slice(-2).toReversed();
    const swapped = (at: number) => (read.at(-1) === letters[at] ? valueAt(earlier, at - 1) + 1 : Infinity);
    const next = [valueAt(before, 0) + 1];
    for (const [at, against] of letters.entries()) {
      const changed = valueAt(before, at) + (letter === against ? 0 : 1);
      const moved = letter === letters[at - 1] ? swapped(at) : Infinity;
      next.push(Math.min(changed, moved, valueAt(before, at + 1) + 1, valueAt(next, at) + 1));
    }
    rows.push(next);
    read.push(letter);
  }
  return valueAt(rows.at(-1) ?? [], letters.length);
}

function valueAt(row: readonly number[], at: number): number {
  return row[at] ?? Infinity;
}
