import type { Bug } from '../bug.ts';
import type { BugFacts, Call, Decision } from '../decision.ts';
import type { Role } from '../person.ts';
import type { Policy } from '../policy.ts';
import type { Refusal } from '../reason.ts';
import type { ReleaseCallFacts, ReleaseDecision } from '../release-pull.ts';
import type { Status } from '../status.ts';

/** What has to be read from GitHub or git before a command can be decided. */
type Need = 'parity' | 'fixes' | 'runs' | 'signers';

/** The bugs that a command is about: the one it stands on, some by number, or all that it fits. */
export type Targets = 'this' | 'all' | readonly number[];

/** A command as a person wrote it, understood and ready to be decided. */
export interface Prepared {
  readonly targets: Targets;
  /** Pull requests that the command names and that have to be read. */
  readonly pulls: readonly number[];
  /** What is kept of the arguments with the words, for others that come in late. */
  readonly about?: string;
  readonly decide: (call: Call, facts: BugFacts) => Decision;
  /** On a pull request that is signed off by itself; absent where the command belongs on a bug. */
  readonly decideRelease?: (call: Call, facts: ReleaseCallFacts) => ReleaseDecision;
}

/** One slash command: all that help, docs, buttons and the rules know of it. */
export interface Command {
  readonly name: string;
  /** With its arguments, `<needed>` and `[optional]`. */
  readonly usage: string;
  /** One sentence. */
  readonly help: string;
  /** Each one parses. */
  readonly examples: readonly string[];
  readonly role: Role;
  /** Statuses in which the command makes sense; `any` of them. */
  readonly from: readonly Status[] | 'any';
  /** Commands that take this one back: words for it that are older than one of them count no more. */
  readonly takenBackBy?: readonly string[];
  /** For `all`: whether the bug waits for this command. Absent where the command is for one bug. */
  readonly isAwaitedBy?: (bug: Bug, policy: Policy) => boolean;
  readonly needs: readonly Need[];
  /** Its words go on in the lines below, to the end of the comment. */
  readonly isLong?: true;
  /** Reads the words after the name. Untrusted text, on one line, at most 2,000 characters. */
  readonly prepare: (argumentText: string) => Prepared | Refusal;
}

/** A command and its arguments, as read from a comment or named by a button. */
export interface Understood {
  readonly command: Command;
  readonly prepared: Prepared;
}

/** Splits on white space. */
export function wordsOf(text: string): string[] {
  return text.split(/\s+/u).filter((word) => word !== '');
}

/** Reads `#12 #15` or `all` or nothing; `null` when it is something else. */
export function parseTargets(text: string): Targets | null {
  const words = wordsOf(text);
  if (words.length === 0) return 'this';
  if (words.length === 1 && words[0]?.toLowerCase() === 'all') return 'all';
  const numbers = words.map((word) => Number(/^#?(\d{1,9}),?$/u.exec(word)?.[1] ?? Number.NaN));
  return numbers.every((number) => Number.isSafeInteger(number) && number > 0) ? [...new Set(numbers)] : null;
}
