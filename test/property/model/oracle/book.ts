import type { Person } from '../../../../src/domain/person.ts';
import type { EnvironmentName, RepositoryPermission } from '../../../../src/domain/policy.ts';

/**
 * What people did, as somebody in the room would have written it down. The oracle judges by it and by PRODUCT.md; it
 * asks none of the product's rules.
 */
export interface Book {
  /** The rules as they were, oldest first. */
  readonly rules: { readonly sinceMs: number; readonly rules: Rules }[];
  /** Every permission that a person ever had, oldest first. */
  readonly permissions: Map<number, { readonly sinceMs: number; readonly permission: Permission }[]>;
  readonly comments: Map<number, WrittenComment>;
  readonly labels: LabelAct[];
  readonly reviews: WrittenReview[];
  readonly pulls: Map<number, WrittenPull>;
  /** Changes that a person put on an environment's branch by hand. */
  readonly byHand: Set<string>;
  /** Issues on which somebody edited or deleted the system's own comments. */
  readonly tampered: Set<number>;
  /** The words that the system answered. */
  readonly answers: Set<string>;
  /** Changes that were pushed off a branch, and that the ledger does not tell of yet. */
  removed: readonly { readonly branch: string; readonly patch: string }[];
  /** Changes that were taken back, `<branch> <change>`: when, and with which commit of the ledger. */
  readonly gone: Map<string, { readonly atMs: number; readonly commits: number }>;
  /** Changes that a rollback took off an environment and, as yet, not off its branch. */
  readonly left: Map<EnvironmentName, ReadonlySet<string>>;
  /** How many deploys there had been when a release ended last. */
  readonly ended: Map<string, number>;
}

export type Permission = RepositoryPermission | 'none';

/** The rules that may change while a run is played. */
export interface Rules {
  /** Whether the author of a fix may approve it. */
  readonly allowAuthor: boolean;
  /** How many different admins have to approve what goes to PROD. */
  readonly required: 1 | 2;
}

/** What a comment asks for; the words are the driver's own, so nobody has to parse them. */
export interface Meaning {
  readonly command: string;
  readonly targets: 'this' | 'all' | readonly number[];
  /** The pull request that it names. */
  readonly pull: number | null;
}

/** A comment, or the press of a button, which stands on no issue. */
export interface WrittenComment {
  readonly id: number;
  /** Of an issue or a pull request; 0: it is a press. */
  readonly issue: number;
  /** The pull request whose check bears the button. */
  readonly pressedOn: number | null;
  readonly by: Person;
  readonly text: string;
  means: Meaning | null;
  readonly atMs: number;
  /** What lay on UAT when it was written. */
  readonly sawOnUat: readonly string[];
  /** The head of each pull request when it was written. */
  readonly sawHeads: ReadonlyMap<number, string>;
  /** When it was edited or deleted. */
  endedAtMs: number | null;
  /** The ledger's commit that counted it. */
  handledAt: number | null;
  /** Whether it was carried out. */
  isDone: boolean;
  /** Whose approvals it took back, by bug: that person's, or everybody's. */
  readonly tookBack: Map<number, Person | 'everybody'>;
}

interface LabelAct {
  readonly issue: number;
  readonly by: Person;
  readonly action: 'labeled' | 'unlabeled';
  readonly label: string;
  readonly atMs: number;
}

interface WrittenReview {
  readonly pull: number;
  readonly by: Person;
  readonly head: string;
  readonly state: 'approved' | 'changes_requested';
  readonly atMs: number;
}

interface WrittenPull {
  readonly number: number;
  readonly author: Person;
  readonly base: string;
  readonly heads: { readonly head: string; readonly atMs: number }[];
  /** The bugs that its text says it fixes. */
  readonly bugs: readonly number[];
  /** It brings UAT to PROD, and is signed off by itself. */
  readonly isRelease: boolean;
}

/** An empty book. */
export function createBook(rules: Rules): Book {
  return {
    rules: [{ sinceMs: 0, rules }],
    permissions: new Map(),
    comments: new Map(),
    labels: [],
    reviews: [],
    pulls: new Map(),
    byHand: new Set(),
    tampered: new Set(),
    answers: new Set(),
    removed: [],
    gone: new Map(),
    left: new Map(),
    ended: new Map(),
  };
}

const RANKS: readonly Permission[] = ['none', 'read', 'triage', 'write', 'maintain', 'admin'];

/** Whether somebody had at least a permission at some moment of a time. */
export function hadPermission(
  book: Book,
  who: Person,
  asked: { readonly least: Permission; readonly fromMs: number; readonly toMs: number },
): boolean {
  const history = book.permissions.get(who.id) ?? [];
  return history.some(({ sinceMs, permission }, index) => {
    const untilMs = history[index + 1]?.sinceMs ?? Infinity;
    const isLongEnough = sinceMs <= asked.toMs && untilMs >= asked.fromMs;
    return isLongEnough && RANKS.indexOf(permission) >= RANKS.indexOf(asked.least);
  });
}

/** The rules that held at some moment since then. */
export function rulesSince({ rules }: Book, fromMs: number): readonly Rules[] {
  return rules
    .filter((_, index) => (rules[index + 1]?.sinceMs ?? Infinity) >= fromMs)
    .map((each) => each.rules);
}

/** Whether somebody has at least a permission now. */
export function hasPermission(book: Book, who: Person, least: Permission): boolean {
  const permission = book.permissions.get(who.id)?.at(-1)?.permission ?? 'none';
  return RANKS.indexOf(permission) >= RANKS.indexOf(least);
}

/** The change that a head of a pull request is, as the fake git names it. */
export function patchOf(head: string): string {
  return `patch-${head}`;
}

/** The pull request and head that a change is. */
export function pullOfPatch(
  book: Book,
  patch: string,
): { readonly pull: WrittenPull; readonly head: string } | null {
  for (const pull of book.pulls.values()) {
    const found = pull.heads.find(({ head }) => patchOf(head) === patch);
    if (found !== undefined) return { pull, head: found.head };
  }
  return null;
}

/** The bugs that a pull request is for: by its text, or by a `/fix` that one of so many commits has carried out. */
export function bugsOf(book: Book, pull: WrittenPull, commits: number): Set<number> {
  const byCommand = [...book.comments.values()].filter(
    ({ means, isDone, handledAt }) =>
      isDone && means?.pull === pull.number && (handledAt ?? Infinity) <= commits,
  );
  return new Set([...pull.bugs, ...byCommand.map(({ issue }) => issue)]);
}

/** Whether a comment is about a bug. */
export function isAbout({ issue, means }: WrittenComment, bug: number): boolean {
  if (means === null) return false;
  if (means.targets === 'this') return issue === bug;
  return means.targets === 'all' || means.targets.includes(bug);
}
