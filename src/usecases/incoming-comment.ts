import type { Person } from '../domain/person.ts';
import type { Context } from './context.ts';

/** A comment as GitHub tells of it. Untrusted, but for the author and the time. */
export interface IncomingComment {
  readonly issue: number;
  readonly id: number;
  readonly author: Person;
  readonly authorIsBot: boolean;
  readonly body: string;
  readonly writtenAtMs: number;
  /** It was read just now; a webhook tells of what was then. */
  readonly isFresh?: boolean;
}

/** What comes in sooner is what people see; their changes of it come in by webhooks of their own. */
const LATE_MS = 60_000;

/**
 * Tells whether a comment that comes in late is still there as it was written: what was edited or deleted meanwhile is no
 * command any more, as the reconciliation has it too. One call for one that is late and was not read just now.
 */
export async function stillStands(
  { observer, clock }: Context,
  { id, body, writtenAtMs, isFresh = false }: IncomingComment,
): Promise<boolean> {
  if (isFresh || clock.nowMs() - writtenAtMs < LATE_MS) return true;
  const found = await observer.comment(id);
  return found !== null && !found.isEdited && found.body === body;
}
