import type { Bug } from '../bug.ts';
import { orderOf, readHotfixAlert } from '../hotfix.ts';
import type { Release } from '../release.ts';
import { named, type Commit } from './commit.ts';
import type { MessageEvent, MessageWord } from './event.ts';

/** What a commit says of hotfixes: one was ordered, is live or failed; or the time of one is over. */
export function hotfixEvents(commit: Commit): MessageEvent[] {
  const { before, writes, nowMs } = commit;
  const ordered = (writes.bugs ?? []).filter(
    (bug) => orderOf(bug) !== null && orderOf(before.bugs.get(bug.number) ?? { hotfix: null }) === null,
  );
  return [
    ...ordered.map((bug) => told(commit, bug, { state: 'ordered', key: `ordered-${nowMs}` })),
    ...(writes.releases ?? []).flatMap((release) => ended(commit, release)),
    ...(writes.alerts ?? []).flatMap(({ key }) => (before.alerts.has(key) ? [] : breached(commit, key))),
  ];
}

type HotfixState = Extract<MessageWord, 'ordered' | 'done' | 'failed'>;

/** An order that starts nothing yet waits for a second person. */
function nextStep({ writes }: Commit, bug: Bug, state: HotfixState): MessageWord {
  if (state !== 'ordered') return state === 'done' ? 'todo_note' : 'todo_hotfix';
  const isStarted = writes.releases?.some(({ hotfix }) => hotfix?.bug === bug.number) === true;
  return isStarted ? 'todo_wait' : 'todo_sign';
}

function ended(commit: Commit, { id, hotfix, state: now }: Release): MessageEvent[] {
  const bug = hotfix === undefined ? undefined : bugIn(commit, hotfix.bug);
  const old = commit.before.releases.get(id)?.state;
  // What was live and is taken back by hand is told as a rollback.
  const isNews = now !== 'planned' && old !== now && old !== 'live';
  if (bug === undefined || !isNews) return [];
  const state = now === 'live' ? 'done' : 'failed';
  return [told(commit, bug, { state, key: `${id}-${state}-${commit.nowMs}` })];
}

/** The card counts on a key that begins with the bug's number. */
function told(
  commit: Commit,
  bug: Bug,
  { state, key }: { readonly state: HotfixState; readonly key: string },
): MessageEvent {
  const facts = {
    bugs: named(commit, [bug]),
    priority: bug.hotfix?.clock.priority ?? '',
    state: { word: state },
    who: orderOf(bug)?.by.login ?? '',
    at: { atMs: commit.nowMs },
    todo: { word: nextStep(commit, bug, state) },
  };
  return { kind: 'hotfix', key: `${bug.number}-${key}`, facts };
}

function breached(commit: Commit, key: string): MessageEvent[] {
  const alert = readHotfixAlert(key);
  const bug = alert?.isBreach === true ? bugIn(commit, alert.bug) : undefined;
  if (bug === undefined) return [];
  const { clock } = bug.hotfix ?? { clock: null };
  const facts = {
    bugs: named(commit, [bug]),
    priority: clock?.priority ?? '',
    at: { atMs: clock?.sinceMs ?? bug.reportedAtMs },
  };
  return [{ kind: 'sla_breach', key, facts }];
}

function bugIn({ before, writes }: Commit, number: number): Bug | undefined {
  return writes.bugs?.find((bug) => bug.number === number) ?? before.bugs.get(number);
}
