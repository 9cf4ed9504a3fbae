import { diffFiles, type FileChange } from '../git/diff.ts';
import { mergeBase } from '../git/history.ts';
import type { Pull } from '../model/pull.ts';
import type { Repository } from '../model/repository.ts';
import type { Kernel } from '../sandbox.ts';

/** What a pull request changes since it left its base, in order of path. */
export async function changedFilesOf(
  kernel: Kernel,
  repository: Repository,
  pull: Pull,
): Promise<readonly FileChange[]> {
  const folder = kernel.git.folderOf(repository);
  const from = (await mergeBase(folder, pull.baseSha, pull.headSha)) ?? pull.baseSha;
  return diffFiles(folder, from, pull.headSha);
}
