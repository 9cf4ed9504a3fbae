import type { Oid } from '../../ports/repository.ts';
import { fetchBlobs, fetchTags, fetchWanted, historyOf, type FetchWant } from './fetch.ts';
import { objectNames } from './names.ts';
import { createPresence } from './presence.ts';
import type { GitRunner } from './run-git.ts';
import { createBareStore } from './store-folder.ts';

/** The objects that are here, and the ways to get the others in few remote commands. */
export interface ObjectStore {
  readonly git: GitRunner;
  /** Creates the store where there is none; every other function here does that by itself. */
  prepare(): Promise<void>;
  fetch(want: FetchWant): Promise<ReadonlyMap<string, Oid | null>>;
  /** Gets those of the commits that are missing, with their parents. */
  ensureCommits(commits: readonly Oid[]): Promise<void>;
  /** Gets these commits and all that they reach, without contents. */
  ensureHistory(commits: readonly Oid[]): Promise<void>;
  /** Gets the missing ones of these blobs in one remote command. */
  prefetch(blobs: Iterable<Oid>): Promise<void>;
  /** Brings all tags to `refs/tags/`. */
  fetchTags(): Promise<void>;
}

/**
 * A bare store in `git.directory` that is filled from the remote piece by piece: exact commits first, history
 * without contents when it is asked for, contents in batches. What is there from an earlier run is used again.
 *
 * Remote commands run one after the other: two at once would fight for git's list of shallow commits.
 */
export function createObjectStore(git: GitRunner): ObjectStore {
  const presence = createPresence(git);
  const filled = { git, presence };
  let prepared: Promise<void> | null = null;
  let queue: Promise<unknown> = Promise.resolve();

  function prepare(): Promise<void> {
    prepared ??= createBareStore(git, 'sha1').catch((cause: unknown) => {
      prepared = null;
      throw cause;
    });
    return prepared;
  }

  async function inTurn<T>(work: () => Promise<T>): Promise<T> {
    await prepare();
    const turn = queue.then(work, work);
    queue = turn.catch(() => undefined);
    return turn;
  }

  async function ensureCommits(commits: readonly Oid[]): Promise<void> {
    if (commits.length === 0) return;
    await inTurn(() => fetchWanted(filled, { branches: [], commits, history: 'none' }));
  }

  async function ensureHistory(commits: readonly Oid[]): Promise<void> {
    await prepare();
    const missing = await presence.missing(objectNames(commits));
    if (missing.length === 0 && (await historyOf(git.directory)) === 'full') return;
    await inTurn(() => fetchWanted(filled, { branches: [], commits, history: 'full' }));
  }

  async function prefetch(blobs: Iterable<Oid>): Promise<void> {
    await prepare();
    const missing = await presence.missing([...blobs]);
    if (missing.length > 0) await inTurn(() => fetchBlobs(git, missing));
  }

  return {
    git,
    prepare,
    fetch: (want) => inTurn(() => fetchWanted(filled, want)),
    ensureCommits,
    ensureHistory,
    prefetch,
    fetchTags: () => inTurn(() => fetchTags(git)),
  };
}
