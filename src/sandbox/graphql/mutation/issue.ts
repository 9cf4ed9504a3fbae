import type {
  AddAssigneesToAssignableInput,
  CloseIssueInput,
  CreateIssueInput,
  Mutation,
  RemoveAssigneesFromAssignableInput,
  ReopenIssueInput,
  UpdateIssueInput,
} from '@octokit/graphql-schema';
import { assign, unassign } from '../../issue/assignee.ts';
import { changeState, editIssue, openIssue } from '../../issue/edit.ts';
import type { Issue } from '../../model/issue.ts';
import { failure } from '../failure.ts';
import type { Graph } from '../graph.ts';
import { issueById, labelById, repositoryById } from '../node-id.ts';
import { payloadOf, type Given, type Mutations } from './payload.ts';

/** Acts on issues: the same that REST does, through another door. */
export function issueMutations(graph: Graph) {
  const { kernel, actor } = graph;
  return {
    createIssue: ({ input }: Given<CreateIssueInput>) => {
      const repository = repositoryById(graph, input.repositoryId);
      const issue = openIssue(kernel, repository, {
        title: input.title,
        body: input.body ?? null,
        labels: (input.labelIds ?? []).map((id) => labelById(graph, id).label.name),
        assignees: loginsOf(graph, input.assigneeIds ?? []),
        actor,
      });
      return payloadOf(input, { issue: graph.issue({ repository, issue }) });
    },
    updateIssue: async ({ input }: Given<UpdateIssueInput>) => {
      const place = issueById(graph, input.id);
      await editIssue(kernel, place, {
        title: input.title ?? undefined,
        body: input.body ?? undefined,
        state: input.state === 'OPEN' ? 'open' : input.state === 'CLOSED' ? 'closed' : undefined,
        labels: input.labelIds?.map((id) => labelById(graph, id).label.name),
        actor,
      });
      return payloadOf(input, { issue: graph.issue(place) });
    },
    closeIssue: async ({ input }: Given<CloseIssueInput>) => {
      const place = issueById(graph, input.issueId);
      const reason = input.stateReason ? REASONS[input.stateReason] : 'completed';
      if (!reason) throw failure('NOT_IMPLEMENTED', `The sandbox cannot close as ${input.stateReason}`);
      await changeState(kernel, place, { state: 'closed', reason, actor });
      return payloadOf(input, { issue: graph.issue(place) });
    },
    reopenIssue: async ({ input }: Given<ReopenIssueInput>) => {
      const place = issueById(graph, input.issueId);
      await changeState(kernel, place, { state: 'open', reason: 'reopened', actor });
      return payloadOf(input, { issue: graph.issue(place) });
    },
    addAssigneesToAssignable: ({ input }: Given<AddAssigneesToAssignableInput>) => {
      const place = issueById(graph, input.assignableId);
      assign(kernel, place, { logins: loginsOf(graph, input.assigneeIds), actor });
      return payloadOf(input, { assignable: graph.issue(place) });
    },
    removeAssigneesFromAssignable: ({ input }: Given<RemoveAssigneesFromAssignableInput>) => {
      const place = issueById(graph, input.assignableId);
      unassign(kernel, place, { logins: loginsOf(graph, input.assigneeIds), actor });
      return payloadOf(input, { assignable: graph.issue(place) });
    },
  } satisfies Mutations<Mutation>;
}

const REASONS: { [reason: string]: Issue['stateReason'] } = {
  COMPLETED: 'completed',
  NOT_PLANNED: 'not_planned',
  DUPLICATE: 'duplicate',
};

function loginsOf({ kernel }: Graph, ids: string[]): string[] {
  return ids.flatMap((id) => kernel.world.accounts.find((one) => one.nodeId === id)?.login ?? []);
}
