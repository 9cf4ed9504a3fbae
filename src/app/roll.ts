import type { RepositoryName } from '../ports/installations.ts';
import type { Place, Tenant } from './tenant.ts';

/** A repository that an installation reaches. */
export interface Entry {
  readonly installationId: number;
  readonly repository: RepositoryName;
  /** `null` before it is needed. */
  tenant: Promise<Tenant> | null;
}

/** Which repositories the installations reach, as GitHub said last. */
export interface Roll {
  find(place: Place): Entry | undefined;
  all(): Iterable<Entry>;
  /** Takes over what one installation reaches. Gives what was not known, or not by this name. */
  take(installationId: number, repositories: readonly RepositoryName[]): readonly Entry[];
  /** Forgets the repositories of all other installations. */
  keepOnly(installationIds: readonly number[]): void;
}

/** An empty roll. */
export function createRoll(): Roll {
  const entries = new Map<number, Entry>();

  function forget(isGone: (entry: Entry) => boolean): void {
    for (const [id, entry] of entries) if (isGone(entry)) entries.delete(id);
  }

  return {
    find({ installationId, repositoryId }) {
      const entry = entries.get(repositoryId);
      return entry?.installationId === installationId ? entry : undefined;
    },
    all: () => entries.values(),
    take(installationId, repositories) {
      const ids = new Set(repositories.map(({ id }) => id));
      forget((entry) => entry.installationId === installationId && !ids.has(entry.repository.id));
      return repositories.flatMap((repository) => {
        const known = entries.get(repository.id);
        if (known?.installationId === installationId && isSame(known.repository, repository)) return [];
        const entry: Entry = { installationId, repository, tenant: null };
        entries.set(repository.id, entry);
        return [entry];
      });
    },
    keepOnly: (installationIds) => forget((entry) => !installationIds.includes(entry.installationId)),
  };
}

function isSame(left: RepositoryName, right: RepositoryName): boolean {
  return left.owner === right.owner && left.name === right.name && left.defaultBranch === right.defaultBranch;
}
