import type { Oid } from '../../ports/repository.ts';
import type { ObjectStore } from './object-store.ts';

const VERSION = /^v?(\d+)\.(\d+)\.(\d+)(?:-([0-9A-Za-z.-]+))?(?:\+[0-9A-Za-z.-]+)?$/u;

interface VersionTag {
  readonly name: string;
  readonly commit: Oid;
  readonly numbers: readonly number[];
  /** Empty for a release. */
  readonly preRelease: readonly string[];
}

/** The highest version among the tags reachable from `commit`, in the order of semver.org; `null` without one. */
export async function latestVersionTag(
  store: ObjectStore,
  commit: Oid,
): Promise<{ readonly name: string; readonly commit: Oid } | null> {
  await store.ensureHistory([commit]);
  await store.fetchTags();
  const listing = await store.git.text({
    args: [
      'for-each-ref',
      '--format=%(refname:lstrip=2) %(objectname) %(*objectname)',
      `--merged=${commit}`,
      'refs/tags/',
    ],
  });
  const newest = listing.split('\n').flatMap(parseTag).toSorted(compareVersions).at(-1);
  return newest === undefined ? null : { name: newest.name, commit: newest.commit };
}

function parseTag(row: string): readonly VersionTag[] {
  // An annotated tag is an object of its own; the commit that it names comes after it.
  const [name = '', object = '', peeled = ''] = row.split(' ');
  const commit = peeled === '' ? object : peeled;
  const [match, major, minor, patch, preRelease] = VERSION.exec(name) ?? [];
  if (match === undefined) return [];
  return [
    { name, commit, numbers: [major, minor, patch].map(Number), preRelease: preRelease?.split('.') ?? [] },
  ];
}

function compareVersions(a: VersionTag, b: VersionTag): number {
  for (const [index, number] of a.numbers.entries()) {
    const difference = number - (b.numbers[index] ?? 0);
    if (difference !== 0) return difference;
  }
  if (a.preRelease.length === 0 || b.preRelease.length === 0)
    return b.preRelease.length - a.preRelease.length;
  return comparePreReleases(a.preRelease, b.preRelease);
}

/** Numbers by value and before words; what goes on is newer than what ends. */
function comparePreReleases(a: readonly string[], b: readonly string[]): number {
  for (const [index, left] of a.entries()) {
    const right = b[index];
    if (right === undefined) return 1;
    if (left === right) continue;
    const [isLeftNumber, isRightNumber] = [/^\d+$/u.test(left), /^\d+$/u.test(right)];
    if (isLeftNumber && isRightNumber) return Number(left) - Number(right);
    if (isLeftNumber !== isRightNumber) return isLeftNumber ? -1 : 1;
    return left < right ? -1 : 1;
  }
  return a.length - b.length;
}
