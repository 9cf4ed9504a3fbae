import type { Bug } from '../domain/bug.ts';
import { readHotfixAlert } from '../domain/hotfix.ts';
import { locksOf, type LedgerState } from '../domain/ledger.ts';
import { lastingLocks } from '../domain/lock.ts';
import { isFinal } from '../domain/status.ts';
import { renderCard } from '../domain/text/card.ts';
import { renderHotfix } from '../domain/text/hotfix.ts';
import { renderWatching } from '../domain/text/watch.ts';
import { watchedReleases } from '../domain/watched-release.ts';
import type { Setting } from '../ports/configuration.ts';
import type { Context } from './context.ts';
import type { LedgerStep } from './gate/gate-changed.ts';
import { stopFacts } from './stop-facts.ts';

/** The status card of a bug, by a state of the ledger. */
export function buildCard(
  context: Context,
  setting: Setting,
  { bug, state }: { readonly bug: Bug; readonly state: LedgerState },
): string {
  const facts = { bug, ...setting, nowMs: context.clock.nowMs() };
  return renderCard({ ...facts, ...stopFacts(context, setting, state) }, [
    ...renderWatching(bug.number, { ...setting, ledger: state }),
    ...renderHotfix({ ...facts, ledger: state }),
  ]);
}

/**
 * The bugs whose cards a commit may change: those that it writes or tells the admins of, those of a release that is
 * being watched, and all that are under way when it stops or frees them.
 */
export function shownBugs(step: LedgerStep): ReadonlySet<number> {
  const written = (step.writes.bugs ?? []).map(({ number }) => number);
  const alerted = (step.writes.alerts ?? []).flatMap(({ key }) => readHotfixAlert(key)?.bug ?? []);
  const watched = [step.before, step.after]
    .flatMap(watchedReleases)
    .flatMap(({ envelope }) => envelope.bugs.map(({ number }) => number));
  if (!changesStops(step)) return new Set([...written, ...alerted, ...watched]);
  const open = [...step.after.bugs.values()].filter(({ status, flow }) => !isFinal(status, flow));
  return new Set([...written, ...watched, ...open.map(({ number }) => number)]);
}

function changesStops({ before, after, writes }: LedgerStep): boolean {
  const written = (writes.environments ?? []).map(({ environment }) => environment);
  const lasting = (state: LedgerState) =>
    JSON.stringify(written.map((environment) => lastingLocks(locksOf(state, environment)).leases));
  return writes.freezes !== undefined || lasting(before) !== lasting(after);
}
