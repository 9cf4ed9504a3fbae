import { newBug } from '../../../src/domain/bug.ts';
import type { LedgerState } from '../../../src/domain/ledger.ts';
import { createGitHub, type GitHub, type GitHubOptions } from '../../../src/adapters/github/github.ts';
import { createOctokit } from '../../../src/adapters/github/octokit.ts';
import type { LedgerChange } from '../../../src/ports/ledger.ts';
import { startWorld, type SandboxWorld } from '../../support/sandbox-world.ts';

export const SHOP = { owner: 'acme', repo: 'shop' };
export const BRANCH = 'tonic-ledger';

/** A repository on the sandbox, with processes of this system and a way round them. */
export interface Shop {
  readonly world: SandboxWorld;
  /** A new process of this system. `waits` gets every wait between tries, none of which takes time. */
  process(options?: Partial<GitHubOptions> & { readonly token?: string }): GitHub;
  readonly waits: number[];
  readonly warnings: string[];
  /** Calls that reached the API since the last time this was asked: `POST /graphql TonicRead`, … */
  calls(): string[];
  /** Puts a file on the ledger's branch past the ledger, as the App itself or as a person. */
  smuggle(path: string, content: string, login?: string): Promise<string>;
  head(branch?: string): Promise<string>;
}

export async function openShop(): Promise<Shop> {
  const world = await startWorld();
  await world.commit({ 'README.md': 'Shop\n' });
  const waits: number[] = [];
  const warnings: string[] = [];
  const wait = async (ms: number): Promise<void> => void waits.push(ms);
  let seen = 0;
  const client = (login?: string) => (login === undefined ? world.asApp() : world.as(login));
  return {
    world,
    waits,
    warnings,
    process: ({ token = world.appToken(), ...options } = {}) =>
      createGitHub({
        octokit: createOctokit({ token, baseUrl: world.sandbox.apiUrl, retry: { wait } }),
        ...SHOP,
        botLogins: ['tonic[bot]'],
        ledgerBranch: BRANCH,
        log: { info: () => {}, warn: (message) => void warnings.push(message), error: () => {} },
        clock: world.sandbox.clock,
        wait,
        ...options,
      }),
    calls: () => {
      const fresh = world.sandbox.requests.slice(seen).filter(({ actor }) => actor === 'app:tonic');
      seen = world.sandbox.requests.length;
      return fresh.map(({ method, route, path, operation }) =>
        [method, route ?? path, operation].filter(Boolean).join(' '),
      );
    },
    smuggle: async (path, content, login) => {
      const octokit = client(login);
      const at = { ...SHOP, path, branch: BRANCH };
      const present = await octokit.rest.repos
        .getContent({ ...SHOP, path, ref: BRANCH })
        .then(({ data }) => ('sha' in data ? { sha: data.sha } : {}))
        .catch(() => ({}));
      const { data } = await octokit.rest.repos.createOrUpdateFileContents({
        ...at,
        ...present,
        message: `Change ${path}`,
        content: Buffer.from(content).toString('base64'),
      });
      return data.commit.sha ?? '';
    },
    head: async (branch = BRANCH) =>
      (await world.as('ada').rest.repos.getBranch({ ...SHOP, branch })).data.commit.sha,
  };
}

export const bugOf = (number: number) =>
  newBug({ number, reportedBy: { id: 1, login: 'rea' }, reportedAtMs: 1_795_000_000_000 });

/** Writes a bug and gives how many there were before. */
export function report(number: number): (state: LedgerState) => LedgerChange<number> {
  return (state) => ({
    writes: { bugs: [bugOf(number)] },
    message: `Bug ${number} is reported by @rea`,
    result: state.bugs.size,
  });
}

/** What was thrown. */
export async function thrownBy(work: Promise<unknown>): Promise<unknown> {
  return work.then(
    () => {
      throw new Error('nothing was thrown');
    },
    (error: unknown) => error,
  );
}
