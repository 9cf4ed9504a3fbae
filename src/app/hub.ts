import type { Clock } from '../ports/clock.ts';
import type { Installations, RepositoryName } from '../ports/installations.ts';
import type { Log } from '../ports/log.ts';
import { createRoll, type Entry } from './roll.ts';
import type { Place, Tenant } from './tenant.ts';

/** The repositories that this App serves, each with one context for as long as it is reached by the same name. */
export interface Hub {
  /**
   * Tells whether an installation of this App reaches a repository. Asks GitHub about a pair that it does not know, at
   * most once a minute.
   */
  reaches(place: Place): Promise<boolean>;
  /** @throws Error for a repository that {@link Hub.reaches} denies. */
  tenant(place: Place): Promise<Tenant>;
  /** Reads from GitHub which repositories there are. Gives those that are new; forgets those that are gone. */
  refresh(): Promise<readonly Tenant[]>;
  /** All of them; one that cannot be opened is told of in the log and left out. */
  known(): Promise<readonly Tenant[]>;
}

/** What a hub is made from. */
export interface HubParts {
  readonly installations: Installations;
  readonly open: (installationId: number, repository: RepositoryName) => Promise<Tenant>;
  readonly clock: Clock;
  readonly log: Log;
}

/** How long GitHub is not asked again about an installation after a repository that was not known. */
const ASKED_MS = 60_000;

/** Makes the hub. It knows nothing before it is refreshed. */
export function createHub({ installations, open, clock, log }: HubParts): Hub {
  const roll = createRoll();
  const asked = new Map<number, { readonly atMs: number; readonly answer: Promise<unknown> }>();

  async function ask(installationId: number): Promise<readonly Entry[]> {
    return roll.take(installationId, (await installations.repositories(installationId)) ?? []);
  }

  /** Whoever asks while an answer is on its way gets the same one; a failure is not kept. */
  async function askOnce(installationId: number): Promise<void> {
    const nowMs = clock.nowMs();
    for (const [id, { atMs }] of asked) if (nowMs - atMs >= ASKED_MS) asked.delete(id);
    const asking = asked.get(installationId) ?? { atMs: nowMs, answer: ask(installationId) };
    asked.set(installationId, asking);
    try {
      await asking.answer;
    } catch (error) {
      asked.delete(installationId);
      throw error;
    }
  }

  function openEntry(entry: Entry): Promise<Tenant> {
    entry.tenant ??= open(entry.installationId, entry.repository).catch((error: unknown) => {
      entry.tenant = null;
      throw error;
    });
    return entry.tenant;
  }

  async function openAll(entries: Iterable<Entry>): Promise<Tenant[]> {
    const opened = await Promise.allSettled([...entries].map(openEntry));
    return opened.flatMap((each) => {
      if (each.status === 'fulfilled') return [each.value];
      log.error('a repository could not be opened; it is tried again', { error: String(each.reason) });
      return [];
    });
  }

  return {
    async reaches(place) {
      if (roll.find(place) === undefined) await askOnce(place.installationId);
      return roll.find(place) !== undefined;
    },
    async tenant(place) {
      const entry = roll.find(place);
      if (entry !== undefined) return openEntry(entry);
      throw new Error(`installation ${place.installationId} reaches no repository ${place.repositoryId}`);
    },
    async refresh() {
      const ids = await installations.ids();
      roll.keepOnly(ids);
      const read = await Promise.allSettled(ids.map(ask));
      const fresh = read.flatMap((each) => {
        if (each.status === 'fulfilled') return each.value;
        log.error('an installation could not be read; it stays as it was', { error: String(each.reason) });
        return [];
      });
      return openAll(fresh);
    },
    known: () => openAll(roll.all()),
  };
}
