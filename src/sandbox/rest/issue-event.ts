import { numberFrom } from '../body.ts';
import { notFound } from '../error.ts';
import { findIssue } from '../issue/find.ts';
import { READ_ISSUES } from '../issue/need.ts';
import type { Issue } from '../model/issue.ts';
import type { Repository } from '../model/repository.ts';
import { paginate } from '../page.ts';
import { ok, route } from '../route.ts';
import type { Kernel } from '../sandbox.ts';
import { serialiseIssue } from '../serialise/issue.ts';
import { serialiseEvent, serialiseTimeline } from '../serialise/timeline.ts';
import type { Schema } from '../serialise/schema.ts';

/** What happened to issues: events, and the timeline with comments and references. */
export const issueEventRoutes = [
  route({
    on: 'GET /repos/{owner}/{repo}/issues/{issue_number}/timeline',
    needs: READ_ISSUES,
    answer: (call) => {
      const { kernel, repository, params } = call;
      const issue = findIssue(repository, numberFrom(params.issue_number));
      const { items, headers } = paginate(call, serialiseTimeline(kernel, repository, issue));
      return ok(items, headers);
    },
  }),
  route({
    on: 'GET /repos/{owner}/{repo}/issues/{issue_number}/events',
    needs: READ_ISSUES,
    answer: (call) => {
      const { kernel, repository, params } = call;
      const issue = findIssue(repository, numberFrom(params.issue_number));
      const { items, headers } = paginate(call, eventsOf(issue));
      const body = items.map((event) => serialiseEvent(kernel, repository, event));
      // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- which member of the union it is depends on `event` at run time
      return ok(body as Schema<'issue-event-for-issue'>[], headers);
    },
  }),
  route({
    on: 'GET /repos/{owner}/{repo}/issues/events',
    needs: READ_ISSUES,
    answer: (call) => {
      const { kernel, repository } = call;
      const newestFirst = allEvents(repository).toSorted((a, b) => b.event.id - a.event.id);
      const { items, headers } = paginate(call, newestFirst);
      return ok(
        items.map((one) => withIssue(kernel, repository, one)),
        headers,
      );
    },
  }),
  route({
    on: 'GET /repos/{owner}/{repo}/issues/events/{event_id}',
    needs: READ_ISSUES,
    answer: ({ kernel, repository, params }) => {
      const id = numberFrom(params.event_id);
      const found = allEvents(repository).find(({ event }) => event.id === id);
      if (!found) throw notFound();
      return ok(withIssue(kernel, repository, found));
    },
  }),
];

/** Cross-references are seen in the timeline only. */
function eventsOf(issue: Issue) {
  return issue.timeline.filter(({ event }) => event !== 'cross-referenced');
}

function allEvents(repository: Repository) {
  return repository.issues.flatMap((issue) => eventsOf(issue).map((event) => ({ issue, event })));
}

function withIssue(kernel: Kernel, repository: Repository, one: ReturnType<typeof allEvents>[number]) {
  return {
    ...serialiseEvent(kernel, repository, one.event),
    issue: serialiseIssue(kernel, repository, one.issue),
  };
}
