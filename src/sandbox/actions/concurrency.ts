/** GitHub keeps at most so many waiting in one group with `queue: max`. */
const MAX_WAITING = 100;

/** Who wants into a group. */
interface Candidate {
  /** Compared without regard to case; the caller puts the repository in front. */
  group: string;
  queue: 'single' | 'max';
  cancelInProgress: boolean;
  /** Ends its waiting from outside: the run was cancelled. */
  signal: AbortSignal;
  /** Called when another takes the place of one that is in: it ends and then leaves. */
  onEvicted: () => void;
}

/** The concurrency groups of a sandbox. */
export interface ConcurrencyGroups {
  /** Resolves with the function that leaves the group again, or with `null` when waiting was ended from outside. */
  enter(candidate: Candidate): Promise<(() => void) | null>;
  /** Whether a candidate for this group would have to wait. */
  isTaken(group: string): boolean;
}

interface Waiting {
  admit: () => void;
  dismiss: () => void;
}

interface Group {
  inside: Candidate | null;
  waiting: Waiting[];
}

/**
 * Makes concurrency groups with GitHub's rules: `single` lets only the newest wait and dismisses the others, `max` lets
 * up to 100 wait in the order they came; `cancelInProgress` evicts who is inside.
 *
 * Source: docs.github.com, "Control the concurrency of workflows and jobs"; changelog 2026-05-07 for `queue: max`.
 */
export function createConcurrencyGroups(): ConcurrencyGroups {
  const groups = new Map<string, Group>();
  const groupOf = (name: string): Group => {
    const key = name.toLowerCase();
    const known = groups.get(key);
    if (known) return known;
    const group: Group = { inside: null, waiting: [] };
    groups.set(key, group);
    return group;
  };

  return {
    isTaken: (name) => groupOf(name).inside !== null,
    enter: (candidate) => {
      const group = groupOf(candidate.group);
      if (candidate.signal.aborted) return Promise.resolve(null);
      if (!group.inside) return Promise.resolve(settleIn(group, candidate));
      makeRoom(group, candidate);
      if (group.waiting.length >= MAX_WAITING) return Promise.resolve(null);
      return waitIn(group, candidate);
    },
  };
}

function settleIn(group: Group, candidate: Candidate): () => void {
  group.inside = candidate;
  return () => {
    if (group.inside !== candidate) return;
    group.inside = null;
    group.waiting.shift()?.admit();
  };
}

function makeRoom(group: Group, candidate: Candidate): void {
  if (candidate.queue === 'max') return;
  for (const waiting of group.waiting.splice(0)) waiting.dismiss();
  if (candidate.cancelInProgress) group.inside?.onEvicted();
}

function waitIn(group: Group, candidate: Candidate): Promise<(() => void) | null> {
  return new Promise((resolve) => {
    const withdraw = (): void => {
      group.waiting = group.waiting.filter((one) => one !== waiting);
      resolve(null);
    };
    const waiting: Waiting = {
      admit: () => {
        candidate.signal.removeEventListener('abort', withdraw);
        resolve(settleIn(group, candidate));
      },
      dismiss: withdraw,
    };
    candidate.signal.addEventListener('abort', withdraw, { once: true });
    group.waiting.push(waiting);
  });
}
