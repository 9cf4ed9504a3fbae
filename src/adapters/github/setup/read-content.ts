import { parse } from 'yaml';
import { z } from 'zod';
import type { SetupFacts } from '../../../domain/setup/facts.ts';
import type { WantedSetup } from '../../../domain/setup/wanted-setup.ts';
import type { Observer } from '../../../ports/github.ts';
import type { GraphqlBatch } from '../graphql/batch.ts';
import { askLabel } from '../label.ts';
import type { KnownIds } from '../known-id.ts';

/** What content is read with. */
export interface ContentDesk {
  readonly batch: GraphqlBatch;
  readonly known: KnownIds;
  readonly observer: Pick<Observer, 'defaultBranchFile'>;
}

/** Reads files, labels and which branches exist: one call for all of it. */
export async function readContent(
  desk: ContentDesk,
  wanted: WantedSetup,
  branches: readonly string[],
): Promise<Pick<SetupFacts, 'files' | 'labels'> & { readonly existing: ReadonlySet<string> }> {
  const [files, labels, existing] = await Promise.all([
    readFiles(desk, [...wanted.workflows.map(({ path }) => path), wanted.issueForm]),
    readLabels(desk, wanted),
    existingBranches(desk, branches),
  ]);
  return { files, labels, existing };
}

async function readFiles(
  { observer }: ContentDesk,
  paths: readonly string[],
): Promise<ReadonlyMap<string, unknown>> {
  const texts = paths.map(async (path) => [path, readYaml(await observer.defaultBranchFile(path))] as const);
  return new Map(await Promise.all(texts));
}

/** What is no YAML holds nothing that is looked for. */
function readYaml(text: string | null): unknown {
  if (text === null) return null;
  try {
    return parse(text) ?? {};
  } catch {
    return {};
  }
}

async function readLabels(
  { batch, known }: ContentDesk,
  { labels }: WantedSetup,
): Promise<SetupFacts['labels']> {
  const found = await Promise.all(labels.map(({ name }) => askLabel(batch, known, name)));
  return found.flatMap((label) => {
    if (label === null) return [];
    const { name, color, description } = label;
    return [{ name, color, description: description ?? '' }];
  });
}

const Ref = z.object({ name: z.string() });

async function existingBranches(
  { batch }: ContentDesk,
  branches: readonly string[],
): Promise<ReadonlySet<string>> {
  const found = await Promise.all(
    branches.map(async (branch) => {
      const ref = await batch.ask({
        field: 'ref(qualifiedName: $ref) { name }',
        variables: { ref: ['String!', `refs/heads/${branch}`] },
        answer: Ref,
      });
      return ref === null ? [] : [branch];
    }),
  );
  return new Set(found.flat());
}
