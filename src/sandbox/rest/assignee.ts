import { z } from 'zod';
import { numberFrom, readBody } from '../body.ts';
import { notFound } from '../error.ts';
import { assign, assignableOf, unassign } from '../issue/assignee.ts';
import { findIssue } from '../issue/find.ts';
import { changeNeed, READ_ISSUES } from '../issue/need.ts';
import { paginate } from '../page.ts';
import { created, noContent, ok, route } from '../route.ts';
import { serialiseUser } from '../serialise/account.ts';
import { serialiseIssue } from '../serialise/issue.ts';

const people = z.object({ assignees: z.array(z.string()).default([]) });
const ON_ISSUE = '/repos/{owner}/{repo}/issues/{issue_number}/assignees';

/** Who is, and who can be, assigned. */
export const assigneeRoutes = [
  route({
    on: 'GET /repos/{owner}/{repo}/assignees',
    needs: READ_ISSUES,
    answer: (call) => {
      const { kernel, repository } = call;
      const { items, headers } = paginate(call, assignableOf(kernel.world, repository));
      return ok(
        items.map((one) => serialiseUser(kernel, one)),
        headers,
      );
    },
  }),
  route({
    on: 'GET /repos/{owner}/{repo}/assignees/{assignee}',
    needs: READ_ISSUES,
    answer: ({ kernel, repository, params }) => {
      const wanted = params.assignee.toLowerCase();
      const found = assignableOf(kernel.world, repository).some((one) => one.login.toLowerCase() === wanted);
      if (!found) throw notFound();
      return noContent();
    },
  }),
  route({
    on: `POST ${ON_ISSUE}`,
    needs: changeNeed('triage'),
    answer: (call) => {
      const { kernel, repository, actor, params } = call;
      const issue = findIssue(repository, numberFrom(params.issue_number));
      assign(kernel, { repository, issue }, { logins: readBody(call, people).assignees, actor });
      return created(serialiseIssue(kernel, repository, issue));
    },
  }),
  route({
    on: `DELETE ${ON_ISSUE}`,
    needs: changeNeed('triage'),
    answer: (call) => {
      const { kernel, repository, actor, params } = call;
      const issue = findIssue(repository, numberFrom(params.issue_number));
      unassign(kernel, { repository, issue }, { logins: readBody(call, people).assignees, actor });
      return ok(serialiseIssue(kernel, repository, issue));
    },
  }),
];
