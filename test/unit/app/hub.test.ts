import { beforeEach, describe, expect, test } from 'vitest';
import { createHub, type Hub } from '../../../src/app/hub.ts';
import type { Tenant } from '../../../src/app/tenant.ts';
import type { RepositoryName } from '../../../src/ports/installations.ts';
import { createShop } from '../usecases/support.ts';

const SHOP: RepositoryName = { id: 10, owner: 'acme', name: 'shop', defaultBranch: 'main' };
const TILL: RepositoryName = { id: 11, owner: 'acme', name: 'till', defaultBranch: 'main' };
const HERE = { installationId: 1, repositoryId: SHOP.id };

/** What GitHub says, by installation; `Error` for one that cannot be read. */
let installed: Map<number, readonly RepositoryName[] | Error>;
let asked: number[];
let opened: string[];
let told: string[];
let nowMs: number;
let hub: Hub;

beforeEach(() => {
  installed = new Map([[1, [SHOP]]]);
  asked = [];
  opened = [];
  told = [];
  nowMs = 1_000_000;
  const note = (message: string) => void told.push(message);
  hub = createHub({
    installations: {
      ids: async () => [...installed.keys()],
      repositories: async (id) => {
        asked.push(id);
        const found = installed.get(id);
        if (found instanceof Error) throw found;
        return found ?? null;
      },
    },
    open: async (installationId, repository) => {
      opened.push(`${installationId} ${repository.owner}/${repository.name}`);
      return tenantOf(repository);
    },
    clock: { nowMs: () => nowMs },
    log: { info: note, warn: note, error: note },
  });
});

function tenantOf(repository: RepositoryName): Tenant {
  return {
    context: createShop().open(),
    repository,
    ledgerBranch: 'tonic-ledger',
    appSlug: 'tonic',
    noteLedgerHead: () => undefined,
    forgetConfiguration: () => undefined,
  };
}

const namesOf = (tenants: readonly Tenant[]) => tenants.map(({ repository }) => repository.name);

describe('a refresh', () => {
  test('gives what is new, once', async () => {
    expect(namesOf(await hub.refresh())).toEqual(['shop']);
    installed.set(1, [SHOP, TILL]);
    expect(namesOf(await hub.refresh())).toEqual(['till']);
    expect(await hub.refresh()).toEqual([]);
    expect(namesOf(await hub.known())).toEqual(['shop', 'till']);
  });

  test('forgets what is gone: a repository, and a whole installation', async () => {
    installed.set(2, [TILL]);
    await hub.refresh();
    installed.delete(2);
    await hub.refresh();
    expect(namesOf(await hub.known())).toEqual(['shop']);
    installed.set(1, []);
    await hub.refresh();
    expect(await hub.known()).toEqual([]);
    await expect(hub.tenant(HERE)).rejects.toThrow(/reaches no repository 10/u);
  });

  test('opens a repository anew that was renamed', async () => {
    await hub.refresh();
    installed.set(1, [{ ...SHOP, name: 'store' }]);
    await hub.refresh();
    expect(opened).toEqual(['1 acme/shop', '1 acme/store']);
    expect(namesOf(await hub.known())).toEqual(['store']);
  });

  test('leaves an installation as it was that cannot be read, and goes on with the others', async () => {
    await hub.refresh();
    installed.set(1, new Error('502'));
    installed.set(2, [TILL]);
    expect(namesOf(await hub.refresh())).toEqual(['till']);
    expect(namesOf(await hub.known())).toEqual(['shop', 'till']);
    expect(told).toEqual([expect.stringContaining('could not be read')]);
  });
});

describe('whether an installation reaches a repository', () => {
  test('is known from the last refresh, without a call', async () => {
    await hub.refresh();
    asked = [];
    expect(await hub.reaches(HERE)).toBe(true);
    expect(asked).toEqual([]);
  });

  test('is asked for when a repository is new, once for all that ask at the same time', async () => {
    await hub.refresh();
    asked = [];
    installed.set(1, [SHOP, TILL]);
    const place = { installationId: 1, repositoryId: TILL.id };
    expect(await Promise.all([hub.reaches(place), hub.reaches(place)])).toEqual([true, true]);
    expect(asked).toEqual([1]);
    expect((await hub.tenant(place)).repository).toEqual(TILL);
  });

  test('is denied for a repository of another installation, and for an installation of another App', async () => {
    installed.set(2, [TILL]);
    await hub.refresh();
    expect(await hub.reaches({ installationId: 2, repositoryId: SHOP.id })).toBe(false);
    expect(await hub.reaches({ installationId: 3, repositoryId: SHOP.id })).toBe(false);
    await expect(hub.tenant({ installationId: 2, repositoryId: SHOP.id })).rejects.toThrow();
  });

  test('is asked for at most once a minute, however many webhooks name what is not there', async () => {
    await hub.refresh();
    asked = [];
    const elsewhere = { installationId: 3, repositoryId: 99 };
    for (let times = 0; times < 5; times += 1) expect(await hub.reaches(elsewhere)).toBe(false);
    expect(asked).toEqual([3]);
    nowMs += 60_000;
    installed.set(3, [{ ...TILL, id: 99 }]);
    expect(await hub.reaches(elsewhere)).toBe(true);
  });

  test('is asked for again at once when GitHub did not answer', async () => {
    installed.set(1, new Error('502'));
    await expect(hub.reaches(HERE)).rejects.toThrow('502');
    installed.set(1, [SHOP]);
    expect(await hub.reaches(HERE)).toBe(true);
  });
});
