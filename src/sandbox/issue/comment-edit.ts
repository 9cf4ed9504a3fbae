import type { IssueComment } from '../model/issue.ts';
import type { Repository } from '../model/repository.ts';
import type { Kernel } from '../sandbox.ts';
import { nextIdentity, repositoryStore } from '../world.ts';
import type { CommentPlace } from './find.ts';

/** One version of a comment that was edited. */
export interface CommentEdit {
  id: number;
  nodeId: string;
  at: string;
  editorId: number;
  body: string;
}

const editsIn = repositoryStore<{ [commentId: string]: CommentEdit[] }>('comment-edits', () => ({}));

/** Every version of a comment, the first one included, oldest first; none of one that was never edited. */
export function editsOf(repository: Repository, comment: IssueComment): CommentEdit[] {
  return editsIn(repository)[comment.id] ?? [];
}

/** Keeps what a comment says now, and on its first edit also what it said before. */
export function recordEdit(
  kernel: Kernel,
  { repository, comment }: CommentPlace,
  { before, editorId }: { before: string; editorId: number },
): void {
  const known = editsOf(repository, comment);
  const version = (at: string, by: number, body: string): CommentEdit => ({
    ...nextIdentity(kernel.world, 'UserContentEdit'),
    at,
    editorId: by,
    body,
  });
  const first = known.length === 0 ? [version(comment.createdAt, comment.authorId, before)] : known;
  editsIn(repository)[comment.id] = [...first, version(comment.updatedAt, editorId, comment.body)];
}
