// What people are told of. A fact's name is one small word: it is a key of the ledger and a placeholder of templates.

/** A bug in a message. */
export interface NamedBug {
  readonly number: number;
  /** Title of its issue, untrusted text; `null` where it was not read. */
  readonly title: string | null;
}

/** Words that a message says in the reader's language. */
export const MESSAGE_WORDS = [
  'automatic',
  'done',
  'everything',
  'failed',
  'frozen',
  'full',
  'lifted',
  'ordered',
  'run_died',
  'slot_too_late',
  'suspend',
  'todo_again',
  'todo_hotfix',
  'todo_mend',
  'todo_note',
  'todo_sign',
  'todo_wait',
] as const;
export type MessageWord = (typeof MESSAGE_WORDS)[number];

interface Bugs {
  readonly bugs: readonly NamedBug[];
}

interface Moment {
  readonly atMs: number;
}

interface Duration {
  readonly forMs: number;
}

interface Worded {
  readonly word: MessageWord;
}

/** One thing that a message says: text as it is, or what each language has its own way to write. */
export type Fact = string | Bugs | Moment | Duration | Worded;

/** Every fact that a message may hold. Text is untrusted. */
interface Facts {
  /** `2026-11-20/T2` */
  readonly slot: string;
  readonly bugs: Bugs;
  /** What the slot left where it was. */
  readonly held: Bugs;
  /** `UAT`, `PROD` */
  readonly environment: string;
  /** The first seven digits. */
  readonly commit: string;
  /** The slot that goes on with it. */
  readonly next: string;
  /** When that slot begins. */
  readonly at: Moment;
  readonly reason: string | Worded;
  /** Login of whoever did it; empty: nobody did, it was time. */
  readonly who: string | Worded;
  readonly left: Duration;
  /** What is frozen. */
  readonly what: string | Worded;
  readonly level: Worded;
  readonly until: Moment | Worded;
  readonly title: string;
  /** The commit and the release that an environment goes back to. */
  readonly target: string;
  readonly state: Worded;
  /** `P1`, `P2` */
  readonly priority: string;
  /** What is left for people. */
  readonly todo: Worded;
  /** `YYYY-MM-DD` */
  readonly day: string;
  /** Bugs that wait for an admin to confirm them. */
  readonly reported: Bugs;
  /** Those that the next slots look at. */
  readonly planned: Bugs;
  /** Those on UAT that wait for `/approve-prod`. */
  readonly validate: Bugs;
  /** Those on PROD that wait for `/approve-uat-merge`. */
  readonly merge: Bugs;
  readonly queued: Bugs;
}

/** Every kind of message with its facts: its templates may name these and no others. */
export const MESSAGE_FACTS = {
  t1_done_flow1: ['slot', 'bugs', 'held', 'commit', 'next', 'at'],
  t1_done_flow2: ['slot', 'bugs', 'next', 'at'],
  t2_done_flow1: ['slot', 'bugs', 'held', 'commit'],
  t2_done_flow2: ['slot', 'bugs', 'held', 'commit', 'next', 'at'],
  t2_merged_uat: ['slot', 'bugs', 'held', 'commit'],
  slot_skipped: ['slot', 'bugs', 'reason'],
  slot_failed: ['slot', 'bugs', 'environment', 'reason'],
  approval_queued: ['bugs', 'environment', 'who', 'slot', 'at', 'left'],
  cutoff_reminder: ['slot', 'at', 'left', 'validate', 'merge'],
  rollback: ['environment', 'state', 'target', 'reason', 'who', 'at', 'todo'],
  hotfix: ['bugs', 'priority', 'state', 'who', 'at', 'todo'],
  sla_breach: ['bugs', 'priority', 'at'],
  freeze_on: ['what', 'level', 'reason', 'until', 'who'],
  freeze_off: ['what', 'reason', 'who'],
  alert: ['title'],
  digest: ['day', 'reported', 'planned', 'validate', 'merge', 'queued', 'held', 'next', 'at'],
} as const satisfies Readonly<Record<string, readonly (keyof Facts)[]>>;

export type MessageKind = keyof typeof MESSAGE_FACTS;

/** Something that people are told of, once a channel. */
export type MessageEvent = {
  readonly [K in MessageKind]: {
    readonly kind: K;
    /** Names the event among those of its kind; letters, digits and `-`. */
    readonly key: string;
    readonly facts: Readonly<Pick<Facts, (typeof MESSAGE_FACTS)[K][number]>>;
    /** When it is no use any more; absent: as usual. */
    readonly untilMs?: number;
  };
}[MessageKind];

/** The kinds, in the order of the table. */
export const MESSAGE_KINDS = Object.keys(MESSAGE_FACTS).filter(isMessageKind);

function isMessageKind(kind: string): kind is MessageKind {
  return Object.hasOwn(MESSAGE_FACTS, kind);
}
