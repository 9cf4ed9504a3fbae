import type { Author } from '../auth/author.ts';
import { atLeast, roleOf } from '../auth/role.ts';
import { mergeBase } from '../git/history.ts';
import { branchHead } from '../git/resolve.ts';
import { addIssueRecord } from '../issue/record.ts';
import type { Pull } from '../model/pull.ts';
import type { Repository } from '../model/repository.ts';
import type { Kernel } from '../sandbox.ts';
import { nextIdentity } from '../world.ts';
import { bringHead, mirrorHead, type PullHead } from './head.ts';
import { announcePull, type PullPlace } from './state.ts';

/** A pull to be opened. */
export interface NewPull {
  title: string;
  body: string | null;
  head: PullHead;
  base: string;
  draft: boolean;
  maintainerCanModify: boolean;
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
  const { head } = given;
  if (!mayBring(kernel, given)) return { kind: 'refused', field: 'head', message: 'must be a collaborator' };
  const [headSha, baseSha] = await Promise.all([
    branchHead(kernel.git.open(head.repository), head.branch),
    branchHead(bare, given.base),
  ]);
  if (headSha === null) return { kind: 'refused', field: 'head' };
  if (baseSha === null) return { kind: 'refused', field: 'base' };
  await bringHead(kernel, repository, { from: head.repository, sha: headSha });
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
    headBranch: head.branch,
    headRepositoryId: head.repository.id,
    headSha,
    baseBranch: given.base,
    baseSha,
    draft: given.draft,
    merged: false,
    mergedAt: null,
    mergedById: null,
    mergeCommitSha: null,
    maintainerCanModify: given.maintainerCanModify && head.repository !== repository,
    reviewerIds: [],
    reviews: [],
  };
  repository.pulls.push(pull);
  const place = { repository, pull, issue };
  await mirrorHead(kernel, place);
  await announcePull(kernel, place, { action: 'opened', author: given.author });
  return { kind: 'opened', place };
}

/**
 * A person needs write where the head is; an App only needs its permission where the base is.
 *
 * Source: docs.github.com, "REST API endpoints for pull requests": "you must have write access to the head or the source branch".
 */
function mayBring({ world }: Kernel, { head, author }: NewPull): boolean {
  return author.account.type !== 'User' || atLeast(roleOf(world, head.repository, author.account), 'write');
}

function problemOf(
  { repository, given }: { repository: Repository; given: NewPull },
  nothingNew: boolean,
): string | null {
  const { head, base } = given;
  if (nothingNew) return `No commits between ${base} and ${head.branch}`;
  const twin = repository.pulls.find(
    (pull) =>
      pull.headBranch === head.branch &&
      pull.headRepositoryId === head.repository.id &&
      pull.baseBranch === base &&
      isOpen(repository, pull),
  );
  return twin ? `A pull request already exists for ${head.branch}.` : null;
}

function isOpen(repository: Repository, pull: Pull): boolean {
  return repository.issues.some((issue) => issue.number === pull.number && issue.state === 'open');
}
