import type { Oid } from '../../ports/repository.ts';
import type { GitRunner } from './run-git.ts';

/** Which objects are in the store. What was once seen there stays: nothing is ever collected in it. */
export interface Presence {
  /** Those that are not here. Looks only in the store: without leave to use the remote, git does not fetch them. */
  missing(oids: readonly Oid[]): Promise<readonly Oid[]>;
  /** Says that these have just been fetched: nobody needs to look for them. */
  arrived(oids: Iterable<Oid>): void;
}

/** So many names are remembered, some 10 MB; then all are forgotten and looked for again. */
const MOST_REMEMBERED = 100_000;

/** Looks for objects, in one process for those that were never seen before. */
export function createPresence(git: GitRunner): Presence {
  const seen = new Set<Oid>();
  function arrived(oids: Iterable<Oid>): void {
    if (seen.size > MOST_REMEMBERED) seen.clear();
    for (const oid of oids) seen.add(oid);
  }
  return {
    arrived,
    async missing(oids) {
      const unseen = [...new Set(oids)].filter((oid) => !seen.has(oid));
      if (unseen.length === 0) return [];
      const answer = await git.text({
        args: ['cat-file', '--batch-check=%(objectname)', '--buffer'],
        input: unseen.map((oid) => `${oid}\n`).join(''),
      });
      const missing = answer
        .split('\n')
        .filter((line) => line.endsWith(' missing'))
        .map((line) => line.slice(0, -' missing'.length));
      const absent = new Set(missing);
      arrived(unseen.filter((oid) => !absent.has(oid)));
      return missing;
    },
  };
}
