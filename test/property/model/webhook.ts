import type { Person } from '../../../src/domain/person.ts';
import type { IssueFacts, PullText } from '../../../src/ports/github.ts';
import type { StrangeReport } from '../../../src/ports/checks.ts';
import type { Context } from '../../../src/usecases/context.ts';
import { guardComment } from '../../../src/usecases/guard-comment.ts';
import { guardImpostor } from '../../../src/usecases/guard-impostor.ts';
import { guardIssueState } from '../../../src/usecases/guard-issue-state.ts';
import { guardLabel } from '../../../src/usecases/guard-label.ts';
import { guardOwnComment } from '../../../src/usecases/guard-own-comment.ts';
import { handleComment } from '../../../src/usecases/handle-comment.ts';
import { linkPull } from '../../../src/usecases/link-pull.ts';
import { recheckHead } from '../../../src/usecases/recheck-approvals.ts';
import { reportBug } from '../../../src/usecases/report-bug.ts';
import { closeCrashedSlot } from '../../../src/usecases/slot/close-crashed-slot.ts';

/** A webhook, with what its payload says. */
export type WebhookEvent =
  | { readonly kind: 'issue opened'; readonly issue: IssueFacts }
  | {
      readonly kind: 'label';
      readonly issue: number;
      readonly action: 'labeled' | 'unlabeled';
      readonly label: string;
      readonly by: Person;
      readonly atMs: number;
    }
  | {
      readonly kind: 'comment';
      readonly issue: number;
      readonly id: number;
      readonly author: Person;
      readonly body: string;
      readonly writtenAtMs: number;
    }
  | {
      readonly kind: 'comment changed';
      readonly issue: number;
      readonly id: number;
      readonly how: 'edited' | 'deleted';
      readonly by: Person;
      /** Whether this system had written it. */
      readonly isOwn: boolean;
    }
  | {
      readonly kind: 'issue state';
      readonly issue: number;
      readonly to: 'open' | 'closed';
      readonly atMs: number;
    }
  | { readonly kind: 'pull request'; readonly pull: PullText }
  | { readonly kind: 'pull request moved'; readonly pull: number }
  | ({ readonly kind: 'report' } & StrangeReport)
  | { readonly kind: 'run ended'; readonly runId: number };

/** Handles a webhook as the handlers in `src/app` do. */
export async function receive(context: Context, event: WebhookEvent): Promise<void> {
  switch (event.kind) {
    case 'issue opened':
      return reportBug(context, await context.configuration.load(), event.issue);
    case 'label':
      return guardLabel(context, event);
    case 'comment':
      return handleComment(context, { ...event, authorIsBot: false });
    case 'comment changed':
      return guardChanged(context, event);
    case 'issue state':
      return guardIssueState(context, event);
    case 'pull request':
      await linkPull(context, event.pull);
      return undefined;
    case 'pull request moved':
      return recheckHead(context, event.pull);
    case 'report':
      return guardImpostor(context, event);
    case 'run ended':
      return closeCrashedSlot(context, event.runId);
    default:
      return event satisfies never;
  }
}

function guardChanged(
  context: Context,
  event: Extract<WebhookEvent, { kind: 'comment changed' }>,
): Promise<void> {
  return event.isOwn ? guardOwnComment(context, event) : guardComment(context, event);
}

/** One word or two for the trace. */
export function nameOf(event: WebhookEvent): string {
  switch (event.kind) {
    case 'issue opened':
      return `#${event.issue.number} opened`;
    case 'label':
      return `#${event.issue} ${event.action} ${event.label}`;
    case 'comment':
      return `comment ${event.id}`;
    case 'comment changed':
      return `comment ${event.id} ${event.how}`;
    case 'issue state':
      return `#${event.issue} ${event.to}`;
    case 'pull request':
      return `pull request #${event.pull.pull}`;
    case 'pull request moved':
      return `pull request #${event.pull} moved`;
    case 'report':
      return `${event.name} by ${event.by}`;
    case 'run ended':
      return `run ${event.runId} ended`;
    default:
      return event satisfies never;
  }
}
