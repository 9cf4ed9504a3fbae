/** One attempt of GitHub to bring an event to this App. */
export interface DeliveryAttempt {
  /** A number with up to nineteen digits, more than a JavaScript number holds. */
  readonly id: string;
  /** Names the event: further attempts have the same. */
  readonly guid: string;
  /** Epoch milliseconds. */
  readonly atMs: number;
  /** Whether this App answered that the event is dealt with. */
  readonly isOk: boolean;
  /** `issue_comment`. */
  readonly event: string;
  /** `created`; `null` for events that have none. */
  readonly action: string | null;
  readonly installationId: number | null;
  readonly repositoryId: number | null;
}

/** How often an event was asked for again, and when last. */
export interface Asked {
  readonly times: number;
  readonly lastMs: number;
}

/** What else a sweep goes by. */
export interface SweepFacts {
  /** What this process has asked for, by guid. */
  readonly asked: ReadonlyMap<string, Asked>;
  /** Whether this App does something on the event. */
  readonly isHandled: (attempt: DeliveryAttempt) => boolean;
  readonly nowMs: number;
}

/** What a look at the log of deliveries leads to. */
export interface SweepPlan {
  /** The newest attempt of each event to ask for again now. */
  readonly again: readonly DeliveryAttempt[];
  /** The newest attempt of each event that failed too often. */
  readonly givenUp: readonly DeliveryAttempt[];
  /** From where on the next look has to read. */
  readonly readFromMs: number;
}

/** How long GitHub keeps its log, and so how far back an event can be asked for. */
export const KEPT_MS = 3 * 24 * 3_600_000;

/** An attempt shows in the log when it has ended, up to ten seconds and some lag after later ones. */
const OVERLAP_MS = 2 * 60_000;

/** How long to wait after the first attempt that failed, the second one, and so on; then the event is given up. */
const WAITS_MS = [0, 5, 15, 60].map((minutes) => minutes * 60_000);

/**
 * Chooses which events GitHub has to bring again: those that no attempt has brought, after waits that grow, and no more
 * than four times. Asking again is safe: an event that has had its effect has no second one.
 */
export function planSweep(attempts: readonly DeliveryAttempt[], known: SweepFacts): SweepPlan {
  const failed = [...Map.groupBy(attempts.filter(known.isHandled), ({ guid }) => guid).values()]
    .filter((all) => !all.some(({ isOk }) => isOk))
    .flatMap((all) => judge(all, known) ?? []);
  const inState = (state: Judged['state']) =>
    failed.flatMap((each) => (each.state === state ? [each.newest] : []));
  const unsettled = failed.filter(({ state }) => state !== 'given_up').map(({ sinceMs }) => sinceMs);
  const newestMs = Math.max(0, ...attempts.map(({ atMs }) => atMs));
  return {
    again: inState('due'),
    givenUp: inState('given_up'),
    readFromMs: Math.max(Math.min(newestMs - OVERLAP_MS, ...unsettled), known.nowMs - KEPT_MS),
  };
}

/** An event that nothing has brought yet. */
interface Judged {
  readonly state: 'due' | 'waiting' | 'given_up';
  readonly newest: DeliveryAttempt;
  readonly sinceMs: number;
}

/** `attempts` are of one event, all failed. An attempt that was asked for counts before the log shows it. */
function judge(
  attempts: readonly DeliveryAttempt[],
  { asked, nowMs }: Pick<SweepFacts, 'asked' | 'nowMs'>,
): Judged | null {
  const [first, ...others] = attempts.toSorted((left, right) => left.atMs - right.atMs);
  if (first === undefined) return null;
  const newest = others.at(-1) ?? first;
  const own = asked.get(first.guid);
  const waitMs = WAITS_MS[Math.max(others.length, own?.times ?? 0)];
  const lastMs = Math.max(newest.atMs, own?.lastMs ?? 0);
  const state = waitMs === undefined ? 'given_up' : nowMs - lastMs >= waitMs ? 'due' : 'waiting';
  return { state, newest, sinceMs: first.atMs };
}
