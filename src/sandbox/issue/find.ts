import { notFound } from '../error.ts';
import type { Issue, IssueComment, Label } from '../model/issue.ts';
import type { Repository } from '../model/repository.ts';

/** An issue and where it is. */
export interface IssuePlace {
  repository: Repository;
  issue: Issue;
}

/** A comment and where it is. */
export interface CommentPlace extends IssuePlace {
  comment: IssueComment;
}

/** The issue or pull with this number. @throws ApiError 404. */
export function findIssue(repository: Repository, number: number): Issue {
  const issue = repository.issues.find((one) => one.number === number);
  if (!issue) throw notFound();
  return issue;
}

/** The comment with this id, on an issue or a pull. @throws ApiError 404. */
export function findComment(repository: Repository, id: number): CommentPlace {
  for (const issue of repository.issues) {
    const comment = issue.comments.find((one) => one.id === id);
    if (comment) return { repository, issue, comment };
  }
  throw notFound();
}

/** Finds a repository's label by name, regardless of case. */
export function findLabel(repository: Repository, name: string): Label | null {
  const wanted = name.toLowerCase();
  return repository.labels.find((label) => label.name.toLowerCase() === wanted) ?? null;
}

/** The labels an issue has, in the order they were given. */
export function labelsOf(repository: Repository, issue: Issue): Label[] {
  return issue.labelIds.flatMap((id) => repository.labels.find((label) => label.id === id) ?? []);
}
