import { z } from 'zod';
import { numberFrom, readBody } from '../body.ts';
import { notFound } from '../error.ts';
import { findIssue, findLabel, labelsOf } from '../issue/find.ts';
import { createLabel, deleteLabel, editLabel } from '../issue/label.ts';
import { addLabels, removeLabel, setLabels } from '../issue/labelling.ts';
import { changeNeed, READ_ISSUES, WRITE_LABELS } from '../issue/need.ts';
import type { Issue, Label } from '../model/issue.ts';
import type { Repository } from '../model/repository.ts';
import { paginate } from '../page.ts';
import { created, noContent, ok, route } from '../route.ts';
import type { Kernel } from '../sandbox.ts';
import { serialiseLabel } from '../serialise/label.ts';

const color = z.string();
const newLabel = z.object({ name: z.string(), color: color.optional(), description: z.string().nullish() });
const labelEdit = z.object({
  new_name: z.string().optional(),
  color: color.optional(),
  description: z.string().nullish(),
});
const labelName = z.union([z.string(), z.object({ name: z.string() }).transform((label) => label.name)]);
/** All the shapes GitHub takes: `{labels: [...]}` of names or objects, a bare list, one name. */
const labelNames = z.union([
  z.array(labelName),
  z.object({ labels: z.array(labelName).default([]) }).transform((body) => body.labels),
  z.string().transform((name) => [name]),
]);

/** Labels of a repository and of its issues. */
export const labelRoutes = [
  route({
    on: 'GET /repos/{owner}/{repo}/labels',
    needs: READ_ISSUES,
    answer: (call) => {
      const { items, headers } = paginate(call, call.repository.labels);
      return ok(
        items.map((label) => serialiseLabel(call.kernel, call.repository, label)),
        headers,
      );
    },
  }),
  route({
    on: 'POST /repos/{owner}/{repo}/labels',
    needs: WRITE_LABELS,
    answer: (call) => {
      const { kernel, repository, actor } = call;
      const label = createLabel(kernel, repository, { ...readBody(call, newLabel), actor });
      const body = serialiseLabel(kernel, repository, label);
      return created(body, { location: body.url });
    },
  }),
  route({
    on: 'GET /repos/{owner}/{repo}/labels/{name}',
    needs: READ_ISSUES,
    answer: ({ kernel, repository, params }) =>
      ok(serialiseLabel(kernel, repository, labelNamed(repository, params.name))),
  }),
  route({
    on: 'PATCH /repos/{owner}/{repo}/labels/{name}',
    needs: WRITE_LABELS,
    answer: (call) => {
      const { kernel, repository, actor, params } = call;
      const label = labelNamed(repository, params.name);
      const { new_name: name, ...look } = readBody(call, labelEdit);
      editLabel(kernel, { repository, label }, { ...look, ...(name === undefined ? {} : { name }), actor });
      return ok(serialiseLabel(kernel, repository, label));
    },
  }),
  route({
    on: 'DELETE /repos/{owner}/{repo}/labels/{name}',
    needs: WRITE_LABELS,
    answer: ({ kernel, repository, actor, params }) => {
      deleteLabel(kernel, { repository, label: labelNamed(repository, params.name) }, actor);
      return noContent();
    },
  }),
];

const ISSUE_LABELS = '/repos/{owner}/{repo}/issues/{issue_number}/labels';

/** The labels that an issue or pull carries. */
export const issueLabelRoutes = [
  route({
    on: `GET ${ISSUE_LABELS}`,
    needs: READ_ISSUES,
    answer: (call) => {
      const { kernel, repository, params } = call;
      const issue = findIssue(repository, numberFrom(params.issue_number));
      const { items, headers } = paginate(call, labelsOf(repository, issue));
      return ok(
        items.map((label) => serialiseLabel(kernel, repository, label)),
        headers,
      );
    },
  }),
  route({
    on: `POST ${ISSUE_LABELS}`,
    needs: changeNeed('triage'),
    answer: (call) => {
      const { kernel, repository, actor, params } = call;
      const issue = findIssue(repository, numberFrom(params.issue_number));
      addLabels(kernel, { repository, issue }, { names: readBody(call, labelNames), actor });
      return ok(serialiseLabels(kernel, repository, issue));
    },
  }),
  route({
    on: `PUT ${ISSUE_LABELS}`,
    needs: changeNeed('triage'),
    answer: (call) => {
      const { kernel, repository, actor, params } = call;
      const issue = findIssue(repository, numberFrom(params.issue_number));
      setLabels(kernel, { repository, issue }, { names: readBody(call, labelNames), actor });
      return ok(serialiseLabels(kernel, repository, issue));
    },
  }),
  route({
    on: `DELETE ${ISSUE_LABELS}`,
    needs: changeNeed('triage'),
    answer: ({ kernel, repository, actor, params }) => {
      const issue = findIssue(repository, numberFrom(params.issue_number));
      setLabels(kernel, { repository, issue }, { names: [], actor });
      return noContent();
    },
  }),
  route({
    on: `DELETE ${ISSUE_LABELS}/{name}`,
    needs: changeNeed('triage'),
    answer: ({ kernel, repository, actor, params }) => {
      const issue = findIssue(repository, numberFrom(params.issue_number));
      removeLabel(kernel, { repository, issue }, { name: params.name, actor });
      return ok(serialiseLabels(kernel, repository, issue));
    },
  }),
];

function labelNamed(repository: Repository, name: string): Label {
  const label = findLabel(repository, name);
  if (!label) throw notFound();
  return label;
}

function serialiseLabels(kernel: Kernel, repository: Repository, issue: Issue) {
  return labelsOf(repository, issue).map((label) => serialiseLabel(kernel, repository, label));
}
