import { z } from 'zod';
import type { Issue, TimelineEvent } from '../model/issue.ts';
import type { Repository } from '../model/repository.ts';
import type { Kernel } from '../sandbox.ts';
import { accountOf } from '../world.ts';
import { serialiseUser } from './account.ts';
import { serialiseVia } from './integration.ts';
import { serialiseComment, serialiseIssue } from './issue.ts';
import type { Schema } from './schema.ts';

/** An issue's events and comments in the order they came, as its timeline shows them. */
export function serialiseTimeline(
  kernel: Kernel,
  repository: Repository,
  issue: Issue,
): Schema<'timeline-issue-events'>[] {
  const events = issue.timeline.map((event) => ({
    at: event.createdAt,
    id: event.id,
    entry:
      event.event === 'cross-referenced'
        ? crossReference(kernel, event)
        : serialiseEvent(kernel, repository, event),
  }));
  const comments = issue.comments.map((comment) => {
    const entry = serialiseComment(kernel, { repository, issue, comment });
    return {
      at: comment.createdAt,
      id: comment.id,
      entry: { ...entry, event: 'commented', actor: entry.user },
    };
  });
  // Ids come from one counter: they order what happened in the same second.
  const all = [...events, ...comments].toSorted((a, b) => a.at.localeCompare(b.at) || a.id - b.id);
  return all.map((one) => one.entry);
}

/** What the detail of an event may hold; each event has its own part. */
const detailSchema = z.object({
  label: z.object({ name: z.string(), color: z.string() }).optional(),
  rename: z.object({ from: z.string(), to: z.string() }).optional(),
  state_reason: z.string().nullish(),
  assigneeId: z.number().optional(),
  dismissed_review: z
    .object({
      state: z.string(),
      review_id: z.number(),
      dismissal_message: z.string().nullable(),
      dismissal_commit_id: z.string().exactOptional(),
    })
    .optional(),
  source: z.object({ repositoryId: z.number(), number: z.number() }).optional(),
});

/** One event, as the event lists show it. */
export function serialiseEvent(kernel: Kernel, repository: Repository, event: TimelineEvent) {
  const { assigneeId, source: _source, ...detail } = detailSchema.parse(event.detail);
  const actor = serialiseUser(kernel, accountOf(kernel.world, event.actorId));
  const assignee =
    assigneeId === undefined ? null : serialiseUser(kernel, accountOf(kernel.world, assigneeId));
  const { state_reason: stateReason, label, rename, dismissed_review } = detail;
  return {
    id: event.id,
    node_id: event.nodeId,
    url: kernel.urls.apiRepository(repository, `issues/events/${event.id}`),
    actor,
    event: event.event,
    commit_id: event.commitId,
    commit_url: event.commitId && kernel.urls.apiRepository(repository, `commits/${event.commitId}`),
    created_at: event.createdAt,
    performed_via_github_app: serialiseVia(kernel, event.viaAppId),
    ...(label ? { label } : {}),
    ...(rename ? { rename } : {}),
    ...(dismissed_review ? { dismissed_review } : {}),
    ...(stateReason === undefined ? {} : { state_reason: stateReason }),
    ...(assignee ? { assignee, assigner: actor } : {}),
  } satisfies Schema<'issue-event'>;
}

function crossReference(kernel: Kernel, event: TimelineEvent) {
  const { source } = detailSchema.parse(event.detail);
  const repository = kernel.world.repositories.find((one) => one.id === source?.repositoryId);
  const issue = repository?.issues.find((one) => one.number === source?.number);
  return {
    event: event.event,
    actor: serialiseUser(kernel, accountOf(kernel.world, event.actorId)),
    created_at: event.createdAt,
    updated_at: event.createdAt,
    source: {
      type: 'issue',
      ...(repository && issue ? { issue: serialiseIssue(kernel, repository, issue) } : {}),
    },
  } satisfies Schema<'timeline-cross-referenced-event'>;
}
