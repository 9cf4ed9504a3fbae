import type { Issue } from '../model/issue.ts';
import type { Repository } from '../model/repository.ts';
import type { Kernel } from '../sandbox.ts';
import type { SandboxEvent } from '../webhook/event.ts';
import { findRepository, fullNameOf } from '../world.ts';
import type { IssuePlace } from './find.ts';
import { recordTimeline } from './record.ts';

/** Notes a `cross-referenced` event on every issue that a text newly names with `#12`, `owner/repo#12` or its address. */
export function recordCrossReferences(kernel: Kernel): void {
  kernel.onEvent((event) => {
    const source = sourceOf(event);
    if (!source || !event.repository) return;
    const reference = { repositoryId: event.repository.id, number: source.issue.number };
    for (const target of namedIssues(kernel, event.repository, source.text)) {
      if (target.issue !== source.issue && !isNoted(target.issue, reference)) {
        recordTimeline(kernel, target.issue, {
          event: 'cross-referenced',
          author: { account: event.sender, app: null, workflowRunId: event.workflowRunId },
          detail: { source: reference },
        });
      }
    }
  });
}

const SPEAKING: { [event: string]: string[] } = {
  issues: ['opened', 'edited'],
  pull_request: ['opened', 'edited'],
  issue_comment: ['created', 'edited'],
};

function sourceOf({
  name,
  action,
  payload,
  repository,
}: SandboxEvent): { issue: Issue; text: string } | null {
  if (!repository || !SPEAKING[name]?.includes(action ?? '')) return null;
  const number = readField(payload['issue'] ?? payload['pull_request'], 'number');
  const issue = repository.issues.find((one) => one.number === number);
  if (!issue) return null;
  const comment = issue.comments.find((one) => one.id === readField(payload['comment'], 'id'));
  return { issue, text: comment?.body ?? `${issue.title}\n${issue.body ?? ''}` };
}

function readField(of: unknown, field: string): unknown {
  return typeof of === 'object' && of !== null
    ? Object.entries(of).find(([key]) => key === field)?.[1]
    : undefined;
}

function namedIssues(kernel: Kernel, repository: Repository, text: string): IssuePlace[] {
  const pattern =
    /(?:^|[\s([:,])(?:([\w.-]+\/[\w.-]+)?#(\d+)\b|https?:\/\/[^\s/]+\/([\w.-]+\/[\w.-]+)\/(?:issues|pull)\/(\d+)\b)/g;
  const found = new Map<Issue, IssuePlace>();
  for (const match of text.matchAll(pattern)) {
    const [owner = '', name = ''] = (match[1] ?? match[3] ?? fullNameOf(kernel.world, repository)).split('/');
    const place = findRepository(kernel.world, owner, name);
    const issue = place?.issues.find((one) => one.number === Number(match[2] ?? match[4]));
    if (place && issue) found.set(issue, { repository: place, issue });
  }
  return [...found.values()];
}

function isNoted(target: Issue, reference: { repositoryId: number; number: number }): boolean {
  return target.timeline.some(({ event, detail }) => {
    const from = detail['source'];
    return (
      event === 'cross-referenced' &&
      readField(from, 'number') === reference.number &&
      readField(from, 'repositoryId') === reference.repositoryId
    );
  });
}
