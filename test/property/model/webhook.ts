import type { Person } from '../../../src/domain/person.ts';
import type { IssueFacts, PullText } from '../../../src/ports/github.ts';
import type { StrangeReport } from '../../../src/ports/checks.ts';
import type { Context } from '../../../src/usecases/context.ts';
import { answerProtectionRule } from '../../../src/usecases/answer-protection-rule.ts';
import { handlePullComment } from '../../../src/usecases/gate/handle-pull-comment.ts';
import { pressButton, type ButtonPress } from '../../../src/usecases/gate/press-button.ts';
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

interface WrittenWords {
  readonly issue: number;
  readonly id: number;
  readonly author: Person;
  readonly body: string;
  readonly writtenAtMs: number;
}

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
  | ({ readonly kind: 'comment' } & WrittenWords)
  | ({ readonly kind: 'pull comment' } & WrittenWords)
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
  | ({ readonly kind: 'button' } & ButtonPress)
  | {
      readonly kind: 'deployment waits';
      readonly runId: number;
      readonly githubEnvironment: string;
      readonly commit: string;
    }
  | { readonly kind: 'run ended'; readonly runId: number };

type Handlers = {
  readonly [K in WebhookEvent['kind']]: (
    context: Context,
    event: Extract<WebhookEvent, { kind: K }>,
  ) => Promise<unknown>;
};

/** As the handlers in `src/app` do. */
const HANDLERS: Handlers = {
  'issue opened': async (context, { issue }) => reportBug(context, await context.configuration.load(), issue),
  label: guardLabel,
  comment: (context, event) => handleComment(context, { ...event, authorIsBot: false }),
  'pull comment': (context, event) => handlePullComment(context, { ...event, authorIsBot: false }),
  'comment changed': guardChanged,
  button: pressButton,
  'issue state': guardIssueState,
  'pull request': (context, { pull }) => linkPull(context, pull),
  'pull request moved': (context, { pull }) => recheckHead(context, pull),
  report: guardImpostor,
  'deployment waits': answerProtectionRule,
  'run ended': (context, { runId }) => closeCrashedSlot(context, runId),
};

/** Handles a webhook. */
export async function receive<K extends WebhookEvent['kind']>(
  context: Context,
  event: Extract<WebhookEvent, { kind: K }>,
): Promise<void> {
  const handle: Handlers[K] = HANDLERS[event.kind];
  await handle(context, event);
}

function guardChanged(
  context: Context,
  event: Extract<WebhookEvent, { kind: 'comment changed' }>,
): Promise<void> {
  return event.isOwn ? guardOwnComment(context, event) : guardComment(context, event);
}

/** One word or two for the trace. */
export function nameOf(event: WebhookEvent): string {
  const about = 'pull' in event ? event.pull : 'issue' in event ? event.issue : event;
  return `${event.kind} ${JSON.stringify(about).slice(0, 80)}`;
}
