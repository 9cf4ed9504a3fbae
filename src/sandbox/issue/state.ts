import type { Author } from '../auth/author.ts';
import type { Issue } from '../model/issue.ts';
import type { Repository } from '../model/repository.ts';
import type { Kernel } from '../sandbox.ts';
import { announceIssue } from './announce.ts';
import { recordTimeline } from './record.ts';

/** A change of an issue's state. */
export interface StateChange {
  state: Issue['state'];
  reason: Issue['stateReason'];
  author: Author;
  /** The commit whose closing keyword did it. */
  commitId?: string | null;
}

/**
 * Closes or reopens an issue, notes it in the timeline and tells the Apps; the same state again changes nothing.
 *
 * Bounds: issues only tell; a pull's webhook is its own business.
 */
export function setIssueState(
  kernel: Kernel,
  where: { repository: Repository; issue: Issue },
  change: StateChange,
): void {
  const { issue } = where;
  if (issue.state === change.state) return;
  const closed = change.state === 'closed';
  issue.state = change.state;
  issue.stateReason = change.reason ?? (closed ? 'completed' : 'reopened');
  issue.closedAt = closed ? kernel.clock.now() : null;
  issue.closedById = closed ? change.author.account.id : null;
  recordTimeline(kernel, issue, {
    event: closed ? 'closed' : 'reopened',
    author: change.author,
    commitId: change.commitId ?? null,
    detail: { state_reason: issue.stateReason },
  });
  announceIssue(kernel, where, { action: closed ? 'closed' : 'reopened', author: change.author });
}
