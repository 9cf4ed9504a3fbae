import { access, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { GitFailure } from '../../ports/repository.ts';
import { globalConfigPath } from './environment.ts';
import type { GitRunner } from './run-git.ts';

/** The first git with `merge-tree --write-tree`. */
const OLDEST_GIT = { major: 2, minor: 38 };

/** Whether there is something under this path. */
export async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}

/**
 * Creates the bare store of `git.directory` unless it is there.
 *
 * @throws GitFailure when git is too old.
 */
export async function createBareStore(git: GitRunner, objectFormat: 'sha1' | 'sha256'): Promise<void> {
  await mkdir(git.directory, { recursive: true });
  // Read by git itself and by the git that serves a remote which is a folder of somebody else.
  await writeFile(globalConfigPath(git.directory), '[safe]\n\tdirectory = *\n');
  await refuseOldGit(git);
  if (await exists(join(git.directory, 'objects'))) return;
  await git.run({
    args: ['init', '--quiet', '--bare', '--template=', `--object-format=${objectFormat}`, git.directory],
  });
}

async function refuseOldGit(git: GitRunner): Promise<void> {
  const words = await git.text({ args: ['version'] });
  if (isNewEnough(words)) return;
  const needed = `${OLDEST_GIT.major}.${OLDEST_GIT.minor}`;
  throw new GitFailure('version', `git ${needed} or newer is needed, this is "${words}"`, {
    retryable: false,
  });
}

function isNewEnough(words: string): boolean {
  const [, major = '0', minor = '0'] = /(\d+)\.(\d+)/u.exec(words) ?? [];
  if (Number(major) !== OLDEST_GIT.major) return Number(major) > OLDEST_GIT.major;
  return Number(minor) >= OLDEST_GIT.minor;
}
