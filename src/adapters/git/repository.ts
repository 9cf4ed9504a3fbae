import { resolve } from 'node:path';
import type { Repository } from '../../ports/repository.ts';
import { isReached, readTrees } from './ancestry.ts';
import { checkOut } from './check-out.ts';
import { readLog } from './commit-log.ts';
import { readUnits } from './commit-unit.ts';
import { describeFix } from './describe-fix.ts';
import { diverge } from './divergence.ts';
import { blameLines, changedFiles, listFiles, readTextFiles } from './file-reading.ts';
import { isTreePath, objectNames } from './names.ts';
import { createObjectStore } from './object-store.ts';
import { pushAll } from './push.ts';
import { remembered } from '../../process/remembered.ts';
import { restore } from './restore.ts';
import { createGitRunner } from './run-git.ts';
import { buildStack, type Identity } from './stack.ts';
import { latestVersionTag } from './version-tag.ts';

export interface GitRepositoryOptions {
  /** Folder of the bare object store: created where there is none, used again as a cache where there is one. */
  readonly directory: string;
  /** The remote: http, https, or the path of a folder. */
  readonly url: string;
  /** Value of the HTTP `Authorization` header; asked for before each process that may use the remote. */
  readonly authorization: () => Promise<string | null>;
  /** The committer. Authors are kept. */
  readonly identity: Identity;
  /** Gets one line a git process, without credentials. */
  readonly log?: (line: string) => void;
}

/**
 * The repository at `url`, through git itself (2.38 or newer) and without a work tree.
 *
 * One process at a time may use a `directory`; within one process calls may overlap. What is said of commits by their
 * names never changes, so it is worked out once.
 */
export function createGitRepository(options: GitRepositoryOptions): Repository {
  const git = createGitRunner({ ...options, directory: resolve(options.directory) });
  const store = createObjectStore(git);

  return {
    fetch: (want) => store.fetch(want),
    diverge: remembered(20, (left, right, alsoReadPaths) =>
      diverge(store, { left, right }, alsoReadPaths ?? []),
    ),
    describeFix: remembered(200, (fix) => describeFix(store, fix)),
    stack: (request) => buildStack(store, request, options.identity),
    restore: (request) => restore(store, request, options.identity),
    push: (updates) => pushAll(store, updates),
    listFiles: (commit) => listFiles(store, commit),
    changedFiles: remembered(50, (from, to) => changedFiles(store, from, to)),
    readFiles: (commit, paths, maxBytes) => readTextFiles(store, { commit, paths }, maxBytes),
    blame: (commit, lines) => blameLines(store, commit, lines),
    checkOut: (commit, folder) => checkOut(store, commit, folder),
    latestVersionTag: (commit) => latestVersionTag(store, commit),

    isAncestor: remembered(200, async (ancestor, descendant) => {
      await store.ensureHistory([ancestor, descendant]);
      return isReached(git, ancestor, descendant);
    }),

    treeOf: remembered(200, async (commit) => {
      await store.ensureCommits([commit]);
      return (await readTrees(git, objectNames([commit])))[0] ?? '';
    }),

    async log({ from, since, paths, limit }) {
      await store.ensureHistory(since === null ? [from] : [from, since]);
      const without = since === null ? [] : [since];
      const possible = paths.filter(isTreePath);
      if (paths.length > 0 && possible.length === 0) return [];
      return readUnits(store, await readLog(git, { from: [from], without, paths: possible, limit }));
    },
  };
}
