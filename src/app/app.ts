import type { Probot } from 'probot';
import type { Log } from '../ports/log.ts';
import type { FirstTries } from '../usecases/sweep-deliveries.ts';
import type { Hub } from './hub.ts';
import { onCheckButton, onCheckRerequested, onOtherChecks } from './on-check.ts';
import { onCommentChanged, onCommentCreated } from './on-comment.ts';
import { onIssueLabel, onIssueOpened, onIssueState } from './on-issues.ts';
import { onMergeGroup } from './on-merge-group.ts';
import { onPullRequest, onReview } from './on-pull-request.ts';
import { onProtectionRule } from './on-protection-rule.ts';
import { startNew } from './start.ts';
import { onBranchMoved, onDeploymentStatus, onLedgerPush, onReported } from './on-tampering.ts';
import { onLabel, onPush, onWorkflowRun } from './on-repository.ts';

/**
 * Registers every handler. A handler answers GitHub only after its effect is in the ledger: when it throws, the
 * delivery counts as failed and can be asked for again.
 */
export function createApp(
  hub: Hub,
  { log, firstTries }: { readonly log: Log; readonly firstTries: FirstTries },
): (probot: Pick<Probot, 'on'>) => void {
  return (probot) => {
    probot.on('issues.opened', (event) => onIssueOpened(hub, event));
    probot.on(['issues.labeled', 'issues.unlabeled'], (event) => onIssueLabel(hub, event));
    probot.on(['issues.closed', 'issues.reopened'], (event) => onIssueState(hub, event));
    probot.on('issue_comment.created', (event) => onCommentCreated(hub, event));
    probot.on(['issue_comment.edited', 'issue_comment.deleted'], (event) => onCommentChanged(hub, event));
    probot.on(
      [
        'pull_request.opened',
        'pull_request.edited',
        'pull_request.reopened',
        'pull_request.ready_for_review',
        'pull_request.converted_to_draft',
        'pull_request.synchronize',
        'pull_request.closed',
      ],
      (event) => onPullRequest(hub, event),
    );
    probot.on(
      ['pull_request_review.submitted', 'pull_request_review.edited', 'pull_request_review.dismissed'],
      (event) => onReview(hub, event),
    );
    probot.on('check_run.requested_action', (event) => onCheckButton(hub, event, firstTries));
    probot.on(['check_run.rerequested', 'check_suite.rerequested'], (event) =>
      onCheckRerequested(hub, event),
    );
    probot.on(['check_suite.completed', 'status'], (event) => onOtherChecks(hub, event));
    probot.on('merge_group.checks_requested', (event) => onMergeGroup(hub, event));
    probot.on(['check_run.created', 'status'], (event) => onReported(hub, event));
    probot.on(['label.edited', 'label.deleted'], (event) => onLabel(hub, event));
    probot.on('push', (event) => onPush(hub, event));
    probot.on('push', (event) => onLedgerPush(hub, event));
    probot.on('push', (event) => onBranchMoved(hub, event));
    probot.on('workflow_run.completed', (event) => onWorkflowRun(hub, event));
    probot.on('deployment_protection_rule.requested', (event) => onProtectionRule(hub, event));
    probot.on('deployment_status', (event) => onDeploymentStatus(hub, event));
    probot.on(
      [
        'installation.created',
        'installation.deleted',
        'installation.new_permissions_accepted',
        'installation.suspend',
        'installation.unsuspend',
        'installation_repositories.added',
        'installation_repositories.removed',
      ],
      () => startNew(hub, log),
    );
  };
}

/** Names of the events that an App does something on: `push`, `issues.opened`. */
export function handledEvents(app: ReturnType<typeof createApp>): ReadonlySet<string> {
  const names = new Set<string>();
  app({ on: (given) => [given].flat().forEach((name) => names.add(name)) });
  return names;
}
