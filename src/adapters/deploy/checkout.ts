import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { GitFailure } from '../../ports/repository.ts';
import type { Variables } from './command-environment.ts';
import { runCommand } from './run-command.ts';

const LONGEST_CHECKOUT_MS = 600_000;
const MESSAGE_LIMIT = 500;
const OID = /^(?:[0-9a-f]{40}|[0-9a-f]{64})$/u;

/** Where the commits are, and what git has to know to get what is missing there. */
export interface CheckoutSource {
  /** A bare store. */
  readonly store: string;
  /**
   * The whole environment of git, with the credentials for objects that a partial store lacks. It is for git alone;
   * the deploy command never sees it. By default git has no remote, so that every object must be in the store.
   */
  readonly gitEnvironment?: () => Promise<Readonly<Record<string, string>>>;
}

/**
 * Writes exactly the files of a commit to the folder `tree` inside `folder` and gives its path. There is no `.git` in it;
 * submodules are empty folders, and files in Git LFS are their pointers.
 *
 * Nothing that the repository holds is run: no hooks, no filters.
 *
 * @throws GitFailure when git cannot do it.
 */
export async function checkOut(source: CheckoutSource, commit: string, folder: string): Promise<string> {
  if (!OID.test(commit)) throw new Error(`not a full object name: ${JSON.stringify(commit.slice(0, 80))}`);
  const tree = join(folder, 'tree');
  await mkdir(tree);
  const words: string[] = [];
  const end = await runCommand({
    program: 'git',
    // Not `git archive`, which leaves out files and rewrites them as .gitattributes says. Not `checkout-index`, which
    // fetches missing blobs one by one.
    args: ['-c', 'core.bare=false', 'read-tree', '--reset', '-u', commit],
    folder: tree,
    environment: {
      ...(await (source.gitEnvironment ?? (() => plainGitEnvironment(source.store)))()),
      GIT_DIR: source.store,
      GIT_WORK_TREE: tree,
      GIT_INDEX_FILE: join(folder, 'index'),
    },
    timeoutMs: LONGEST_CHECKOUT_MS,
    onLine: (line) => words.push(line),
  });
  if (end.exitCode === 0) return tree;
  const reason = end.cannotStart ?? words.join(' ').replaceAll(/(\w+:\/\/)[^/\s@]+@/gu, '$1***@');
  throw new GitFailure(
    'checkout',
    `git could not write the files of ${commit}: ${reason.slice(0, MESSAGE_LIMIT)}`,
    {
      retryable: end.timedOut,
    },
  );
}

function plainGitEnvironment(store: string): Promise<Record<string, string>> {
  const variables: Variables = process.env;
  return Promise.resolve({
    PATH: variables['PATH'] ?? '',
    HOME: store,
    LC_ALL: 'C',
    GIT_CONFIG_NOSYSTEM: '1',
    GIT_CONFIG_GLOBAL: '/dev/null',
    GIT_ATTR_NOSYSTEM: '1',
    GIT_TERMINAL_PROMPT: '0',
    GIT_NO_REPLACE_OBJECTS: '1',
  });
}
