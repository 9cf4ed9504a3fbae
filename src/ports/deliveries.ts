import type { DeliveryAttempt } from '../domain/delivery.ts';

/** GitHub's log of the webhooks that it sent to this App. It is kept for three days. */
export interface Deliveries {
  /** The attempts since a moment, of all kinds; oldest first. Where there are very many, the oldest are left out. */
  since(sinceMs: number): Promise<readonly DeliveryAttempt[]>;
  /** Asks GitHub to bring the event of an attempt once more, with the same guid. */
  askAgain(attempt: DeliveryAttempt): Promise<void>;
}
