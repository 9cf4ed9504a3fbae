import { z } from 'zod';
import { numberFrom, readBody } from '../body.ts';
import { editIssue, openIssue } from '../issue/edit.ts';
import { findIssue } from '../issue/find.ts';
import { listIssues, readSince, type IssueFilter } from '../issue/list.ts';
import { changeNeed, OPEN_ISSUE, READ_ISSUES } from '../issue/need.ts';
import { paginate } from '../page.ts';
import { created, ok, route } from '../route.ts';
import { serialiseIssue } from '../serialise/issue.ts';

const labelName = z.union([z.string(), z.object({ name: z.string() }).transform((label) => label.name)]);
const openedIssue = z.object({
  title: z.union([z.string(), z.number().transform(String)]),
  body: z.string().nullish(),
  labels: z.array(labelName).default([]),
  assignee: z.string().nullish(),
  assignees: z.array(z.string()).default([]),
});
const issueEdit = z.object({
  title: z.union([z.string(), z.number().transform(String)]).nullish(),
  body: z.string().nullish(),
  state: z.enum(['open', 'closed']).optional(),
  state_reason: z.enum(['completed', 'not_planned', 'duplicate', 'reopened']).nullish(),
  labels: z.array(labelName).optional(),
  assignees: z.array(z.string()).optional(),
});

/** Opening, reading, listing and editing issues. */
export const issueRoutes = [
  route({
    on: 'GET /repos/{owner}/{repo}/issues',
    needs: READ_ISSUES,
    answer: (call) => {
      const { kernel, repository } = call;
      const { items, headers } = paginate(call, listIssues(kernel.world, repository, filterFrom(call.query)));
      return ok(
        items.map((issue) => serialiseIssue(kernel, repository, issue)),
        headers,
      );
    },
  }),
  route({
    on: 'POST /repos/{owner}/{repo}/issues',
    needs: OPEN_ISSUE,
    answer: (call) => {
      const { kernel, repository, actor } = call;
      const given = readBody(call, openedIssue);
      const assignees = given.assignee ? [given.assignee, ...given.assignees] : given.assignees;
      const issue = openIssue(kernel, repository, { ...given, body: given.body ?? null, assignees, actor });
      const body = serialiseIssue(kernel, repository, issue);
      return created(body, { location: body.url });
    },
  }),
  route({
    on: 'GET /repos/{owner}/{repo}/issues/{issue_number}',
    needs: READ_ISSUES,
    answer: ({ kernel, repository, params }) =>
      ok(serialiseIssue(kernel, repository, findIssue(repository, numberFrom(params.issue_number)))),
  }),
  route({
    on: 'PATCH /repos/{owner}/{repo}/issues/{issue_number}',
    needs: changeNeed('read'),
    answer: async (call) => {
      const { kernel, repository, actor, params } = call;
      const issue = findIssue(repository, numberFrom(params.issue_number));
      const { title, state_reason: stateReason, ...edit } = readBody(call, issueEdit);
      await editIssue(
        kernel,
        { repository, issue },
        { ...edit, title: title ?? undefined, stateReason: stateReason ?? null, actor },
      );
      return ok(serialiseIssue(kernel, repository, issue));
    },
  }),
];

function filterFrom(query: URLSearchParams): IssueFilter {
  return {
    state: oneOf(query.get('state'), ['open', 'closed', 'all']),
    labels: (query.get('labels') ?? '').split(',').filter((name) => name !== ''),
    sinceMs: readSince(query.get('since')),
    creator: query.get('creator'),
    assignee: query.get('assignee'),
    sort: oneOf(query.get('sort'), ['created', 'updated', 'comments']),
    direction: oneOf(query.get('direction'), ['desc', 'asc']),
  };
}

/** The value if it is one of those allowed, else the first. */
function oneOf<const T extends string>(value: string | null, allowed: readonly [T, ...T[]]): T {
  return allowed.find((one) => one === value) ?? allowed[0];
}
