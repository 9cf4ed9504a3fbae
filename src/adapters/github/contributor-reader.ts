import { z } from 'zod';
import type { Person } from '../../domain/person.ts';
import type { Observer } from '../../ports/github.ts';
import type { GraphqlBatch } from './graphql/batch.ts';
import { pageOf, type Page } from './graphql/selection.ts';

const GIT_ACTOR = z
  .object({ user: z.object({ login: z.string(), databaseId: z.int().nullish() }).nullable() })
  .nullable();
const COMMIT_PEOPLE = z.object({
  commit: z.object({ committer: GIT_ACTOR, authors: z.object({ nodes: z.array(GIT_ACTOR) }) }),
});
type CommitPeople = z.infer<typeof COMMIT_PEOPLE>;
const COMMITS = z.object({ commits: pageOf(COMMIT_PEOPLE) });

/**
 * Reads the accounts behind the commits of pull requests.
 *
 * Source: `authors` has the author and everybody whom a `Co-authored-by:` line of the message names; `user` is `null`
 * for an address that belongs to no account. Addresses are the pusher's own words, so this finds people who do not
 * hide, and may name one who had no part.
 */
export function createContributorReader(batch: GraphqlBatch): Pick<Observer, 'contributors'> {
  return {
    contributors: async (pulls) => {
      const read = [...new Set(pulls)].map(
        async (pull) => [pull, await contributorsOf(batch, pull)] as const,
      );
      return new Map(await Promise.all(read));
    },
  };
}

async function contributorsOf(batch: GraphqlBatch, pull: number): Promise<Person[]> {
  const people = new Map<number, Person>();
  let after: string | null = null;
  do {
    const page: Page<CommitPeople> | null = await readPage(batch, pull, after);
    for (const person of (page?.nodes ?? []).flatMap(peopleOf)) people.set(person.id, person);
    after = page?.pageInfo.hasNextPage === true ? page.pageInfo.endCursor : null;
  } while (after !== null);
  return [...people.values()];
}

async function readPage(
  batch: GraphqlBatch,
  pull: number,
  after: string | null,
): Promise<Page<CommitPeople> | null> {
  const answer = await batch.ask({
    field: `pullRequest(number: $number) {
      commits(first: 100, after: $after) {
        pageInfo { hasNextPage endCursor }
        nodes { commit {
          committer { user { login databaseId } }
          authors(first: 10) { nodes { user { login databaseId } } }
        } }
      }
    }`,
    variables: { number: ['Int!', pull], after: ['String', after] },
    answer: COMMITS,
    weight: 40,
  });
  return answer?.commits ?? null;
}

function peopleOf({ commit }: CommitPeople): Person[] {
  return [commit.committer, ...commit.authors.nodes].flatMap((actor) => {
    const { databaseId: id = null, login = '' } = actor?.user ?? {};
    return id === null ? [] : [{ id, login }];
  });
}
