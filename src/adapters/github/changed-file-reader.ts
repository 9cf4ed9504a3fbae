import { z } from 'zod';
import type { Observer, PullFiles } from '../../ports/github.ts';
import type { GraphqlBatch } from './graphql/batch.ts';
import { allPages } from './graphql/page.ts';
import { pageOf } from './graphql/selection.ts';

const FILES = z.object({
  headRefOid: z.string(),
  /** Source: `null` while GitHub has no diff, as for a pull request whose commits are gone. */
  files: pageOf(z.object({ path: z.string() })).nullable(),
});
type FilesAnswer = z.infer<typeof FILES>;

/** Reads what pull requests change: one question each, and one for each further hundred files. */
export function createChangedFileReader(batch: GraphqlBatch): Pick<Observer, 'changedFiles'> {
  return {
    async changedFiles(pulls) {
      const found = await Promise.all(
        [...new Set(pulls)].map(async (pull) => {
          const files = await readFiles(batch, pull);
          return files === null ? [] : [[pull, files] as const];
        }),
      );
      return new Map(found.flat());
    },
  };
}

async function readFiles(batch: GraphqlBatch, pull: number): Promise<PullFiles | null> {
  const first = await askFiles(batch, pull, null);
  if (first === null) return null;
  const files = await allPages(first.files, async (after) => {
    const more = await askFiles(batch, pull, after);
    return more?.files ?? null;
  });
  return { head: first.headRefOid, paths: files.map(({ path }) => path) };
}

function askFiles(batch: GraphqlBatch, number: number, after: string | null): Promise<FilesAnswer | null> {
  return batch.ask({
    field: `pullRequest(number: $number) {
      headRefOid
      files(first: 100, after: $after) { pageInfo { hasNextPage endCursor } nodes { path } }
    }`,
    variables: { number: ['Int!', number], after: ['String', after] },
    answer: FILES,
    weight: 4,
  });
}
