import type { Author } from '../auth/author.ts';
import type { Issue, TimelineEvent } from '../model/issue.ts';
import type { Repository } from '../model/repository.ts';
import type { Kernel } from '../sandbox.ts';
import { nextIdentity } from '../world.ts';

/** What a new issue or pull starts with. */
export interface NewIssue {
  title: string;
  body: string | null;
  author: Author;
  isPull: boolean;
}

/** Adds an issue record under the next number, shared by issues and pulls. Sends no webhook. */
export function addIssueRecord(kernel: Kernel, repository: Repository, given: NewIssue): Issue {
  const now = kernel.clock.now();
  repository.lastNumber += 1;
  const issue: Issue = {
    ...nextIdentity(kernel.world, 'Issue'),
    number: repository.lastNumber,
    title: given.title,
    body: given.body,
    authorId: given.author.account.id,
    viaAppId: given.author.app?.id ?? null,
    labelIds: [],
    assigneeIds: [],
    state: 'open',
    stateReason: null,
    locked: false,
    createdAt: now,
    updatedAt: now,
    closedAt: null,
    closedById: null,
    isPull: given.isPull,
    reactions: [],
    comments: [],
    timeline: [],
  };
  repository.issues.push(issue);
  return issue;
}

/** Notes in the timeline what happened to an issue. */
export function recordTimeline(
  kernel: Kernel,
  issue: Issue,
  entry: { event: string; author: Author; commitId?: string | null; detail?: TimelineEvent['detail'] },
): TimelineEvent {
  const event: TimelineEvent = {
    ...nextIdentity(kernel.world, 'TimelineEvent'),
    event: entry.event,
    actorId: entry.author.account.id,
    viaAppId: entry.author.app?.id ?? null,
    createdAt: kernel.clock.now(),
    commitId: entry.commitId ?? null,
    detail: entry.detail ?? {},
  };
  issue.timeline.push(event);
  issue.updatedAt = event.createdAt;
  return event;
}
