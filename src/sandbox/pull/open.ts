import type { Author } from '../auth/author.ts';
import { mergeBase } from '../git/history.ts';
import { setRef } from '../git/ref.ts';
import { branchHead } from '../git/resolve.ts';
import { addIssueRecord } from '../issue/record.ts';
import type { Pull } from '../model/pull.ts';
import type { Repository } from '../model/repository.ts';
import type { Kernel } from '../sandbox.ts';
import { nextIdentity } from '../world.ts';
import { announcePull, type PullPlace } from './state.ts';

/** A pull to be opened. */
export interface NewPull {
  title: string;
  body: string | null;
  head: string;
  base: string;
  draft: boolean;
  author: Author;
}

/** An open pull, or the field at fault in GitHub's words. */
export type OpenedPull =
  | { kind: 'opened'; place: PullPlace }
  | { kind: 'refused'; field: string; message?: string };

/**
 * Opens a pull between two branches and tells the Apps.
 *
 * Refuses an unknown branch, a head without own commits, and a second open pull for the same pair.
 */
export async function openPull(kernel: Kernel, repository: Repository, given: NewPull): Promise<OpenedPull> {
  const bare = kernel.git.open(repository);
  const [headSha, baseSha] = await Promise.all([branchHead(bare, given.head), branchHead(bare, given.base)]);
  if (headSha === null) return { kind: 'refused', field: 'head' };
  if (baseSha === null) return { kind: 'refused', field: 'base' };
  const problem = problemOf(
    { repository, given },
    (await mergeBase(bare.folder, baseSha, headSha)) === headSha,
  );
  if (problem !== null) return { kind: 'refused', field: 'base', message: problem };

  const issue = addIssueRecord(kernel, repository, {
    title: given.title,
    body: given.body,
    author: given.author,
    isPull: true,
  });
  const pull: Pull = {
    ...nextIdentity(kernel.world, 'PullRequest'),
    number: issue.number,
    headBranch: given.head,
    headRepositoryId: repository.id,
    headSha,
    baseBranch: given.base,
    baseSha,
    draft: given.draft,
    merged: false,
    mergedAt: null,
    mergedById: null,
    mergeCommitSha: null,
    maintainerCanModify: false,
    reviewerIds: [],
    reviews: [],
  };
  repository.pulls.push(pull);
  await setRef(bare.folder, `refs/pull/${pull.number}/head`, headSha);
  const place = { repository, pull, issue };
  await announcePull(kernel, place, { action: 'opened', author: given.author });
  return { kind: 'opened', place };
}

function problemOf(
  { repository, given }: { repository: Repository; given: NewPull },
  nothingNew: boolean,
): string | null {
  if (nothingNew) return `No commits between ${given.base} and ${given.head}`;
  const twin = repository.pulls.find(
    (pull) => pull.headBranch === given.head && pull.baseBranch === given.base && isOpen(repository, pull),
  );
  return twin ? `A pull request already exists for ${given.head}.` : null;
}

function isOpen(repository: Repository, pull: Pull): boolean {
  return repository.issues.some((issue) => issue.number === pull.number && issue.state === 'open');
}
