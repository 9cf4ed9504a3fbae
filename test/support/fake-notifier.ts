import { plainText } from '../../src/domain/text/message/render.ts';
import type { Delivery, Notifier } from '../../src/ports/notifier.ts';

/** Channels in memory: what arrived, and what is wrong with those that are down. */
export interface FakeNotifier extends Notifier {
  /** As `<channel>: <text>`, oldest first. */
  readonly sent: string[];
  /** What a channel answers instead of taking a message. */
  readonly down: Map<string, Delivery>;
  /** Channels whose secrets this process does not have. */
  readonly unknown: Set<string>;
}

/** Channels that take everything. */
export function createFakeNotifier(): FakeNotifier {
  const sent: string[] = [];
  const down = new Map<string, Delivery>();
  const unknown = new Set<string>();
  return {
    sent,
    down,
    unknown,
    canReach: ({ name }) => !unknown.has(name),
    send: async ({ name }, message) => {
      const failure = down.get(name);
      if (failure === undefined) sent.push(`${name}: ${plainText(message)}`);
      return failure ?? { kind: 'sent' };
    },
  };
}
