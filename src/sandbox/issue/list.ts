import { invalidField } from '../error.ts';
import type { Issue } from '../model/issue.ts';
import type { Repository } from '../model/repository.ts';
import { findAccount, type World } from '../world.ts';
import { labelsOf } from './find.ts';

/** Which issues to list and in what order. Labels are all wanted at once. */
export interface IssueFilter {
  state: 'open' | 'closed' | 'all';
  labels: string[];
  /** Only those changed at this time or later, epoch milliseconds. */
  sinceMs: number | null;
  creator: string | null;
  /** A login, `none` or `*`. */
  assignee: string | null;
  sort: 'created' | 'updated' | 'comments';
  direction: 'asc' | 'desc';
}

/** Lists issues, and pulls as the issues they are; equal ones by number. */
export function listIssues(world: World, repository: Repository, filter: IssueFilter): Issue[] {
  const sign = filter.direction === 'asc' ? 1 : -1;
  return repository.issues
    .filter((issue) => matches(world, repository, { issue, filter }))
    .toSorted((a, b) => sign * (compare(a, b, filter.sort) || a.number - b.number));
}

/** Reads a `since` parameter. @throws ApiError 422 for what is no time. */
export function readSince(text: string | null): number | null {
  if (!text) return null;
  const atMs = Date.parse(text);
  if (Number.isNaN(atMs)) throw invalidField('Issue', 'since');
  return atMs;
}

function matches(
  world: World,
  repository: Repository,
  { issue, filter }: { issue: Issue; filter: IssueFilter },
): boolean {
  const names = labelsOf(repository, issue).map((label) => label.name.toLowerCase());
  return (
    (filter.state === 'all' || issue.state === filter.state) &&
    (filter.sinceMs === null || Date.parse(issue.updatedAt) >= filter.sinceMs) &&
    filter.labels.every((name) => names.includes(name.toLowerCase())) &&
    (filter.creator === null || findAccount(world, filter.creator)?.id === issue.authorId) &&
    isAssigned(world, issue, filter.assignee)
  );
}

function isAssigned(world: World, issue: Issue, wanted: string | null): boolean {
  if (wanted === null) return true;
  if (wanted === '*') return issue.assigneeIds.length > 0;
  if (wanted === 'none') return issue.assigneeIds.length === 0;
  const person = findAccount(world, wanted);
  return person !== null && issue.assigneeIds.includes(person.id);
}

function compare(a: Issue, b: Issue, by: IssueFilter['sort']): number {
  if (by === 'comments') return a.comments.length - b.comments.length;
  return by === 'updated'
    ? Date.parse(a.updatedAt) - Date.parse(b.updatedAt)
    : Date.parse(a.createdAt) - Date.parse(b.createdAt);
}
