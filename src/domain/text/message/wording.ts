import type { SlotCalendar } from '../../calendar.ts';
import type { MessageKind, MessageWord } from '../../message/event.ts';

/** How a language says things. */
export interface Wording {
  readonly templates: Readonly<Record<MessageKind, string>>;
  readonly words: Readonly<Record<MessageWord, string>>;
  /** Between the members of a list. */
  readonly comma: string;
  /** A moment by the slots' clock. */
  readonly moment: (calendar: SlotCalendar, atMs: number) => string;
  readonly duration: (ms: number) => string;
}
