import { z } from 'zod';
import type { Observer } from '../../ports/github.ts';
import type { GraphqlBatch } from './graphql/batch.ts';

const QUEUED = z.object({
  /** `null` outside of a queue; its commit is `null` until the queue has built one. */
  mergeQueueEntry: z.object({ headCommit: z.object({ oid: z.string() }).nullable() }).nullable(),
});

/** Reads what merge queues try: one small question each, in the call that reads the rest. */
export function createQueueReader(batch: GraphqlBatch): Pick<Observer, 'queuedAs'> {
  return {
    async queuedAs(pulls) {
      const found = await Promise.all(
        [...new Set(pulls)].map(async (number) => {
          const answer = await batch.ask({
            field: 'pullRequest(number: $number) { mergeQueueEntry { headCommit { oid } } }',
            variables: { number: ['Int!', number] },
            answer: QUEUED,
          });
          const commit = answer?.mergeQueueEntry?.headCommit?.oid;
          return commit === undefined ? [] : [[number, commit] as const];
        }),
      );
      return new Map(found.flat());
    },
  };
}
