import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Repository } from '../../ports/repository.ts';

/** Lays out exactly the files of a commit in a new folder, hands it to `work`, and removes it afterwards. */
export async function withCheckout<T>(
  repository: Pick<Repository, 'checkOut'>,
  commit: string,
  work: (folder: string) => Promise<T>,
): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), 'tonic-candidate-'));
  try {
    await repository.checkOut(commit, folder);
    return await work(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
