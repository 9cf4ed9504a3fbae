import type {
  AddLabelsToLabelableInput,
  ClearLabelsFromLabelableInput,
  CreateLabelInput,
  DeleteLabelInput,
  Mutation,
  RemoveLabelsFromLabelableInput,
  UpdateLabelInput,
} from '@octokit/graphql-schema';
import { createLabel, deleteLabel, editLabel } from '../../issue/label.ts';
import { attachLabels, detachLabels, setLabels } from '../../issue/labelling.ts';
import type { Graph } from '../graph.ts';
import { issueById, labelById, repositoryById } from '../node-id.ts';
import { payloadOf, type Given, type Mutations } from './payload.ts';

/** Acts on labels and on what carries them. */
export function labelMutations(graph: Graph) {
  const { kernel, actor } = graph;
  return {
    addLabelsToLabelable: ({ input }: Given<AddLabelsToLabelableInput>) => {
      const place = issueById(graph, input.labelableId);
      const labels = input.labelIds.map((id) => labelById(graph, id).label);
      attachLabels(kernel, place, { labels, actor });
      return payloadOf(input, { labelable: graph.issue(place) });
    },
    removeLabelsFromLabelable: ({ input }: Given<RemoveLabelsFromLabelableInput>) => {
      const place = issueById(graph, input.labelableId);
      const labels = input.labelIds.map((id) => labelById(graph, id).label);
      detachLabels(kernel, place, { labels, actor });
      return payloadOf(input, { labelable: graph.issue(place) });
    },
    clearLabelsFromLabelable: ({ input }: Given<ClearLabelsFromLabelableInput>) => {
      const place = issueById(graph, input.labelableId);
      setLabels(kernel, place, { names: [], actor });
      return payloadOf(input, { labelable: graph.issue(place) });
    },
    createLabel: ({ input }: Given<CreateLabelInput>) => {
      const repository = repositoryById(graph, input.repositoryId);
      const { name, color, description } = input;
      const label = createLabel(kernel, repository, { name, color, description: description ?? null, actor });
      return payloadOf(input, { label: graph.label(repository, label) });
    },
    updateLabel: ({ input }: Given<UpdateLabelInput>) => {
      const where = labelById(graph, input.id);
      editLabel(kernel, where, {
        ...(input.name ? { name: input.name } : {}),
        ...(input.color ? { color: input.color } : {}),
        ...(input.description === undefined ? {} : { description: input.description }),
        actor,
      });
      return payloadOf(input, { label: graph.label(where.repository, where.label) });
    },
    deleteLabel: ({ input }: Given<DeleteLabelInput>) => {
      deleteLabel(kernel, labelById(graph, input.id), actor);
      return payloadOf(input, {});
    },
  } satisfies Mutations<Mutation>;
}
