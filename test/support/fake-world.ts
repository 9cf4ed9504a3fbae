import type { FixReview } from '../../src/domain/fix.ts';
import type { LabelEvent } from '../../src/ports/github.ts';
import type { LabelDefinition } from '../../src/domain/label.ts';
import type { Person, Standing } from '../../src/domain/person.ts';
import type { RequiredCheck } from '../../src/domain/check.ts';
import type { CheckReport } from '../../src/ports/checks.ts';
import { aGuardedRepository } from './a-setup.ts';
import type { SetupFacts } from '../../src/domain/setup/facts.ts';
import type { RunStart } from '../../src/domain/setup/unsafe-word.ts';
import type { Clock } from '../../src/ports/clock.ts';
import type { ProtectedRun } from '../../src/ports/protection-rules.ts';

/** A comment in the fake repository. */
export interface FakeComment {
  id: number;
  author: Person;
  body: string;
  createdAtMs: number;
  isEdited: boolean;
  /** `null`: this system, or nobody. */
  editedBy: Person | null;
}

/** An issue in the fake repository. */
export interface FakeIssue {
  number: number;
  author: Person;
  title: string;
  body: string;
  state: 'open' | 'closed';
  stateReason: 'completed' | 'not_planned' | null;
  labels: string[];
  assignees: string[];
  labelEvents: LabelEvent[];
  createdAtMs: number;
  updatedAtMs: number;
  comments: FakeComment[];
  /** Who closed it; nobody for one that GitHub or this system closed. */
  closedBy?: Person | null;
  /** Who deleted comments of this system. */
  ownDeletedBy: Person[];
}

/** A pull request in the fake repository. */
export interface FakePull {
  number: number;
  author: Person;
  title: string;
  body: string;
  state: 'open' | 'merged' | 'closed';
  isDraft: boolean;
  /** Accounts behind its commits. */
  contributors: Person[];
  base: string;
  headBranch: string;
  isFromFork: boolean;
  /** When it was turned to another branch last; absent: never. */
  retargetedAtMs?: number;
  commits: string[];
  files: string[];
  updatedAtMs: number;
  reviews: (Omit<FixReview, 'isAdmin'> & { state: 'approved' | 'changes_requested'; commit: string })[];
  mergeCommit: string | null;
  mergedAtMs: number | null;
  assignee: string | null;
}

/** What somebody said about a commit; a later one of the same name and App takes its place. */
export interface FakeCheck {
  readonly commit: string;
  readonly name: string;
  /** `null`: a commit status. */
  readonly appId: number | null;
  readonly state: 'green' | 'red' | 'pending';
  /** All of it, where this system said it. */
  readonly report: CheckReport | null;
}

/** A deployment in the fake repository. */
interface FakeDeployment {
  id: number;
  githubEnvironment: string;
  commit: string;
  slot: string | null;
  /** `null`: this system. */
  by: Person | null;
  createdAtMs: number;
  state: 'pending' | 'in_progress' | 'success' | 'failure';
}

/** A workflow run that was started. */
interface FakeRun {
  id: number;
  workflowFile: string;
  inputs: Readonly<Record<string, string>>;
  state: 'active' | 'ended';
}

/** A deployment that waits before an environment, or did. */
export interface FakeWaiting {
  run: ProtectedRun;
  githubEnvironment: string;
  /** The word of this App; `null` as long as it waits for it. */
  decision: 'approved' | 'rejected' | null;
  /** What this App has said, status reports and decision, oldest first. */
  comments: string[];
}

/** All that the fakes of the GitHub ports share; tests read and change it freely. */
export interface FakeWorld {
  readonly clock: Clock & { advance(ms: number): void };
  /** What a slot sees of the rules that guard PROD. */
  guards: SetupFacts;
  readonly bot: Person;
  readonly people: Map<string, Person>;
  readonly standings: Map<number, Omit<Standing, 'teams'>>;
  /** `org/team` in lower case, with the ids of its members. */
  readonly teams: Map<string, Set<number>>;
  readonly issues: Map<number, FakeIssue>;
  readonly pulls: Map<number, FakePull>;
  /** What was said on pull requests, oldest first. */
  readonly pullComments: Map<number, FakeComment[]>;
  /** Who deleted comments of this system, by pull request. */
  readonly pullDeletions: Map<number, Person[]>;
  /** Pull requests in a merge queue, with the commit that it tries. */
  readonly queued: Map<number, string>;
  readonly labels: Map<string, LabelDefinition>;
  /** Content of files on the default branch. */
  readonly files: Map<string, string>;
  /** Heads of branches. */
  readonly branches: Map<string, string>;
  /** Pushes, oldest first. */
  readonly pushes: { branch: string; head: string; atMs: number; by?: Person }[];
  readonly deployments: FakeDeployment[];
  readonly runs: FakeRun[];
  /** Who has started which run, where that is told. */
  readonly starts: Map<number, RunStart>;
  /** Oldest first. */
  readonly checks: FakeCheck[];
  /** Checks that a branch asks for. */
  readonly requiredChecks: Map<string, readonly RequiredCheck[]>;
  /** This system's own App. */
  readonly appId: number;
  readonly waiting: FakeWaiting[];
  readonly reactions: { commentId: number; reaction: string }[];
  readonly pinned: Set<number>;
  nextNumber(): number;
  nextId(): number;
  /** GitHub's time: whole seconds. */
  now(): number;
  /** A new commit's name. */
  newCommit(): string;
}

/** People by role, named as their role is. */
const PEOPLE = {
  ada: 'admin',
  max: 'maintain',
  wes: 'write',
  tia: 'triage',
  rea: 'read',
  out: 'none',
} as const;

/** An empty repository with a person of every role; `out` has none. */
export function createFakeWorld(startMs = Date.UTC(2026, 10, 20, 19, 0, 0)): FakeWorld {
  let nowMs = startMs;
  let lastNumber = 0;
  let lastId = 1000;
  const people = new Map<string, Person>();
  const standings = new Map<number, Omit<Standing, 'teams'>>();
  for (const [index, [login, permission]] of Object.entries(PEOPLE).entries()) {
    const id = index + 1;
    people.set(login, { id, login });
    standings.set(id, { permission, isBot: false });
  }
  const bot = { id: 99, login: 'tonic[bot]' };
  standings.set(bot.id, { permission: 'write', isBot: true });
  return {
    clock: {
      nowMs: () => nowMs,
      advance: (ms) => {
        nowMs += ms;
      },
    },
    guards: aGuardedRepository(),
    bot,
    people,
    standings,
    teams: new Map(),
    issues: new Map(),
    pulls: new Map(),
    pullComments: new Map(),
    pullDeletions: new Map(),
    queued: new Map(),
    labels: new Map(),
    files: new Map(),
    branches: new Map(),
    pushes: [],
    deployments: [],
    runs: [],
    starts: new Map(),
    checks: [],
    requiredChecks: new Map(),
    appId: 7,
    waiting: [],
    reactions: [],
    pinned: new Set(),
    nextNumber: () => ++lastNumber,
    nextId: () => ++lastId,
    now: () => Math.floor(nowMs / 1000) * 1000,
    newCommit: () => (++lastId).toString(16).padStart(40, 'c'),
  };
}

/** A person by login. */
export function personIn(world: FakeWorld, login: string): Person {
  const person = world.people.get(login);
  if (person === undefined) throw new Error(`nobody is called ${login}`);
  return person;
}

/** An issue that must be there. */
export function issueIn(world: FakeWorld, number: number): FakeIssue {
  const issue = world.issues.get(number);
  if (issue === undefined) throw new Error(`there is no issue ${number}`);
  return issue;
}

/** The comments on an issue or a pull request, to add to. */
export function commentsIn(world: FakeWorld, number: number): FakeComment[] {
  if (!world.pulls.has(number)) return issueIn(world, number).comments;
  const comments = world.pullComments.get(number) ?? [];
  world.pullComments.set(number, comments);
  return comments;
}

/** Every comment, on issues and on pull requests. */
export function allComments(world: FakeWorld): FakeComment[] {
  return [
    ...[...world.issues.values()].flatMap(({ comments }) => comments),
    ...[...world.pullComments.values()].flat(),
  ];
}

/** A pull request that must be there. */
export function pullIn(world: FakeWorld, number: number): FakePull {
  const pull = world.pulls.get(number);
  if (pull === undefined) throw new Error(`there is no pull request ${number}`);
  return pull;
}

/** Labels put on an issue and taken off, with who did it; `null` is a bot. */
export function changeLabels(
  issue: FakeIssue,
  change: { add: readonly string[]; remove: readonly string[]; by: Person | null; atMs: number },
): void {
  const { add, remove, by, atMs } = change;
  const gone = remove.map((label) => label.toLowerCase());
  issue.labels = [...issue.labels.filter((label) => !gone.includes(label.toLowerCase())), ...add];
  issue.labelEvents.push(
    ...remove.map((label) => ({ action: 'unlabeled', label, by, atMs }) as const),
    ...add.map((label) => ({ action: 'labeled', label, by, atMs }) as const),
  );
}
