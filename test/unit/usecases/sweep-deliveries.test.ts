import { expect, test } from 'vitest';
import type { DeliveryAttempt } from '../../../src/domain/delivery.ts';
import { GitHubFailure } from '../../../src/ports/github.ts';
import { createDeliverySweep } from '../../../src/usecases/sweep-deliveries.ts';
import { NOW_MS } from '../../support/builders.ts';

function failed(guid: string): DeliveryAttempt {
  const where = { event: 'issue_comment', action: 'created', installationId: 1, repositoryId: 2 };
  return { id: guid, guid, atMs: NOW_MS - 600_000, isOk: false, ...where };
}

const ignore = (): void => undefined;

/** What GitHub was asked for by two sweeps, where it does not bring `gone` again. */
async function askedFor(firstTries = new Map<string, number>()): Promise<string[]> {
  const asked: string[] = [];
  const sweep = createDeliverySweep({
    deliveries: {
      since: async () => [failed('gone'), failed('other')],
      askAgain: async ({ guid }) => {
        asked.push(guid);
        if (guid === 'gone') throw new GitHubFailure('ask again', 'no', { status: 404, retryable: false });
      },
    },
    isHandled: () => true,
    clock: { nowMs: () => NOW_MS },
    log: { info: ignore, warn: ignore, error: ignore },
    firstTries,
  });
  for (let count = 0; count < 2; count += 1) await sweep();
  return asked;
}

test('a webhook that GitHub does not bring again keeps none of those behind it', async () => {
  expect((await askedFor()).toSorted()).toEqual(['gone', 'other']);
});

test('what is asked for again is known to be as old as GitHub’s first try', async () => {
  const firstTries = new Map<string, number>();
  await askedFor(firstTries);
  expect(firstTries.get('other')).toBe(NOW_MS - 600_000);
});
