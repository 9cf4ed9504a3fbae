import type { ChannelPolicy } from '../domain/message/channel.ts';
import type { Message } from '../domain/text/message/render.ts';

/** A message that did not get through. */
export interface Failed {
  readonly kind: 'failed';
  /** In a few words, without secrets. */
  readonly why: string;
  /** How long the server wants to be left alone; `null`: it says nothing. */
  readonly askedMs: number | null;
  /** `passing`: later it may work. `channel`: somebody has to mend it. `message`: this one is refused, others may go. */
  readonly fault: 'passing' | 'channel' | 'message';
}

/** What became of one attempt. */
export type Delivery =
  | {
      readonly kind: 'sent';
      /** What somebody should know all the same. */
      readonly remark?: string;
    }
  | Failed;

/** Brings messages to where people read them. */
export interface Notifier {
  /** Whether this process holds what it takes to reach a channel. */
  canReach(channel: ChannelPolicy): boolean;
  /** Tries once, within seconds. What goes wrong is an answer, never an error. */
  send(channel: ChannelPolicy, message: Message): Promise<Delivery>;
}
