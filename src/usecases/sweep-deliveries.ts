import { KEPT_MS, planSweep, type Asked, type DeliveryAttempt, type SweepFacts } from '../domain/delivery.ts';
import type { Clock } from '../ports/clock.ts';
import type { Deliveries } from '../ports/deliveries.ts';
import { GitHubFailure } from '../ports/github.ts';
import type { Log } from '../ports/log.ts';

/** What a sweep of the deliveries works with. */
export interface SweepParts extends Pick<SweepFacts, 'isHandled'> {
  readonly deliveries: Deliveries;
  readonly clock: Clock;
  readonly log: Log;
  /** Takes up when GitHub first tried to bring what it is asked for again. */
  readonly firstTries: Map<string, number>;
}

/** When GitHub first tried to bring an event, by the webhook's unique id, epoch milliseconds; of those that failed then. */
export type FirstTries = ReadonlyMap<string, number>;

/**
 * Makes the sweep of the deliveries. GitHub does not bring again by itself what this App did not answer or answered with
 * an error, so each sweep asks it to; it costs one call when nothing has failed.
 *
 * Where it stands is kept in memory only: a process that begins looks back as far as GitHub's log reaches.
 */
export function createDeliverySweep(parts: SweepParts): () => Promise<void> {
  const { deliveries, clock, log, isHandled, firstTries } = parts;
  const asked = new Map<string, Asked>();
  const givenUp = new Map<string, DeliveryAttempt>();
  let readFromMs = 0;

  return async () => {
    const nowMs = clock.nowMs();
    const attempts = await deliveries.since(Math.max(readFromMs, nowMs - KEPT_MS));
    const plan = planSweep(attempts, { asked, isHandled, nowMs });
    for (const attempt of plan.again) {
      const tries = attempts.filter(({ guid }) => guid === attempt.guid).map(({ atMs }) => atMs);
      firstTries.set(attempt.guid, Math.min(...tries, firstTries.get(attempt.guid) ?? Infinity));
      try {
        await deliveries.askAgain(attempt);
      } catch (error) {
        // What GitHub does not bring again keeps none of those behind it.
        if (!(error instanceof GitHubFailure) || error.retryable) throw error;
        log.warn('a webhook could not be asked for again', { ...describe(attempt), error: error.message });
      }
      asked.set(attempt.guid, { times: (asked.get(attempt.guid)?.times ?? 0) + 1, lastMs: nowMs });
      log.info('a webhook that failed is asked for again', describe(attempt));
    }
    for (const attempt of plan.givenUp.filter(({ guid }) => !givenUp.has(guid))) {
      givenUp.set(attempt.guid, attempt);
      log.error(
        'a webhook that failed every time is given up; the reconciliation reads what it told',
        describe(attempt),
      );
    }
    readFromMs = plan.readFromMs;
    forget(asked, ({ lastMs }) => lastMs < nowMs - KEPT_MS);
    forget(givenUp, ({ atMs }) => atMs < nowMs - KEPT_MS);
    forget(firstTries, (atMs) => atMs < nowMs - KEPT_MS);
  };
}

function describe({ guid, event, action, repositoryId }: DeliveryAttempt) {
  return { guid, event: action === null ? event : `${event}.${action}`, repositoryId };
}

function forget<T>(kept: Map<string, T>, isOld: (value: T) => boolean): void {
  for (const [key, value] of kept) if (isOld(value)) kept.delete(key);
}
