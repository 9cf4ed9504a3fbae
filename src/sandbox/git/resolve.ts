import type { BareRepository } from './object-reader.ts';
import { isRefName } from './ref.ts';

/**
 * Finds the commit that a caller names: a branch, a tag, `heads/x`, `refs/heads/x`, or a sha of at least seven digits.
 *
 * Anything with git's own operators (`~ ^ : @{`) is nobody's name; `null` when nothing has the name.
 */
export async function resolveCommit(bare: BareRepository, name: string): Promise<string | null> {
  const refs = [`refs/heads/${name}`, `refs/tags/${name}`, `refs/${name}`, name].filter((ref) =>
    isRefName(ref),
  );
  for (const ref of refs) {
    const found = await bare.reader.info(`${ref}^{commit}`);
    if (found) return found.sha;
  }
  if (!/^[0-9a-f]{7,40}$/.test(name)) return null;
  return (await bare.reader.info(`${name}^{commit}`))?.sha ?? null;
}

/** The commit at the tip of a branch; `null` when there is no such branch. */
export async function branchHead(bare: BareRepository, branch: string): Promise<string | null> {
  const ref = `refs/heads/${branch}`;
  return isRefName(ref) ? ((await bare.reader.info(ref))?.sha ?? null) : null;
}
