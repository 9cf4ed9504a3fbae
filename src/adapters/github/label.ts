import { z } from 'zod';
import type { LabelDefinition } from '../../domain/label.ts';
import type { Issues } from '../../ports/github.ts';
import type { GitHubContext } from './client.ts';
import type { GraphqlBatch } from './graphql/batch.ts';
import { fieldFailure, runGraphql } from './graphql/run.ts';
import type { KnownIds } from './known-id.ts';

const LABEL = z.object({
  id: z.string(),
  name: z.string(),
  color: z.string(),
  description: z.string().nullable(),
});

/** Mutations of one document. */
const CHANGES_A_CALL = 30;

interface LabelChange {
  readonly name: 'createLabel' | 'updateLabel';
  readonly input: Readonly<Record<string, string>>;
}

/** Reads a label by its name; `null` where the repository has none. */
export async function askLabel(
  batch: GraphqlBatch,
  known: KnownIds,
  name: string,
): Promise<z.infer<typeof LABEL> | null> {
  const label = await batch.ask({
    field: 'label(name: $name) { id name color description }',
    variables: { name: ['String!', name] },
    answer: LABEL,
  });
  if (label === null) known.labels.delete(name.toLowerCase());
  else known.labels.set(name.toLowerCase(), label.id);
  return label;
}

/** Keeps labels as they are defined: one call when nothing differs, one more for all changes. */
export function createLabelKeeper(
  context: GitHubContext,
  batch: GraphqlBatch,
  known: KnownIds,
): Pick<Issues, 'syncLabels'> {
  return {
    syncLabels: async (labels) => {
      const [repositoryId, ...present] = await Promise.all([
        batch.ask({ field: 'id', answer: z.string() }),
        ...labels.map(({ name }) => askLabel(batch, known, name)),
      ]);
      const changes = labels.flatMap((label, index) => changeOf(label, present[index] ?? null, repositoryId));
      for (let from = 0; from < changes.length; from += CHANGES_A_CALL) {
        await sendChanges(context, changes.slice(from, from + CHANGES_A_CALL), known);
      }
    },
  };
}

function changeOf(
  { name, color, description }: LabelDefinition,
  present: z.infer<typeof LABEL> | null,
  repositoryId: string | null,
): LabelChange[] {
  if (present === null) {
    return [{ name: 'createLabel', input: { repositoryId: repositoryId ?? '', name, color, description } }];
  }
  const isAsDefined =
    present.color.toLowerCase() === color.toLowerCase() && (present.description ?? '') === description;
  return isAsDefined ? [] : [{ name: 'updateLabel', input: { id: present.id, color, description } }];
}

/** Writes one document for many changes of labels. */
export function renderLabelChanges(changes: readonly LabelChange[]): {
  readonly query: string;
  readonly variables: Record<string, unknown>;
} {
  const type = { createLabel: 'CreateLabelInput!', updateLabel: 'UpdateLabelInput!' } as const;
  const declared = changes.map(({ name }, index) => `$m${index}: ${type[name]}`);
  const fields = changes.map(
    ({ name }, index) => `  m${index}: ${name}(input: $m${index}) { label { id name } }`,
  );
  return {
    query: `mutation TonicLabels(${declared.join(', ')}) {\n${fields.join('\n')}\n}`,
    variables: Object.fromEntries(changes.map(({ input }, index) => [`m${index}`, input])),
  };
}

const CHANGED = z.object({ label: z.object({ id: z.string(), name: z.string() }) });

async function sendChanges(
  { client }: GitHubContext,
  changes: readonly LabelChange[],
  known: KnownIds,
): Promise<void> {
  const { data, errors } = await runGraphql(client, 'keep labels', renderLabelChanges(changes));
  for (const answer of Object.values(data)) {
    const changed = CHANGED.safeParse(answer);
    if (changed.success) known.labels.set(changed.data.label.name.toLowerCase(), changed.data.label.id);
  }
  // Somebody else may have made the label meanwhile; the next look mends what differs.
  const real = errors.find(({ message }) => !/already (?:exists|been taken)/iu.test(message));
  if (real !== undefined) throw fieldFailure('keep labels', real);
}
