import type { FixFacts } from '../../domain/fix.ts';
import { GitFailure, type Oid, type Repository } from '../../ports/repository.ts';

const MOST_FIXES = 5;

/** The files that a linked pull request changes. */
export interface FixFiles {
  readonly pull: number;
  readonly files: readonly string[];
}

/** Asks git what the linked pull requests change; one that git cannot tell about is left out. */
export async function loadFixFiles(
  repository: Repository,
  fixes: readonly FixFacts[],
  deployed: Oid,
): Promise<readonly FixFiles[]> {
  const live = fixes.filter(({ state }) => state !== 'closed').slice(0, MOST_FIXES);
  const described = await Promise.all(live.map((fix) => describeFiles(repository, fix, deployed)));
  return described.filter((each) => each !== null);
}

async function describeFiles(repository: Repository, fix: FixFacts, deployed: Oid): Promise<FixFiles | null> {
  const { pull, base, head, mergeCommit, commits } = fix;
  try {
    if (mergeCommit !== null) {
      await repository.fetch({ branches: [], commits: [mergeCommit], history: 'full' });
      const { files } = await repository.describeFix({ kind: 'merged', mergeCommit, pullCommits: commits });
      return { pull, files };
    }
    const tips = await repository.fetch({ branches: [base], commits: [head], history: 'full' });
    const { files } = await repository.describeFix({
      kind: 'proposed',
      base: tips.get(base) ?? deployed,
      head,
    });
    return { pull, files };
  } catch (error) {
    // A pull request of a deleted fork, say. What may pass is left to the next attempt.
    if (error instanceof GitFailure && !error.retryable) return null;
    throw error;
  }
}
