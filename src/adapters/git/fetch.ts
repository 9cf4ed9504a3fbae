import { createHash } from 'node:crypto';
import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { GitFailure, type Oid, type Repository } from '../../ports/repository.ts';
import { isObjectName, isRefName, objectNames } from './names.ts';
import type { Presence } from './presence.ts';
import type { GitRunner } from './run-git.ts';
import { createBareStore, exists } from './store-folder.ts';

/** Servers that know no shallow clients, or give nothing but advertised tips. */
const EXACT_FETCH_REFUSED =
  /does not allow request for unadvertised object|not our ref|does not support (?:shallow|--shallow)|dumb http transport does not support|filter.*not supported|does not support filter/iu;

const MISSING_BRANCH = /couldn't find remote ref refs\/heads\/(.+)$/imu;

const OTHER_HASH = /mismatched algorithms: client sha1; server sha256/iu;

export type FetchWant = Parameters<Repository['fetch']>[0];

/** What is fetched into. */
export interface FetchStore {
  readonly git: GitRunner;
  readonly presence: Presence;
}

/** What one fetch asks for, once it is known what is here already. */
interface ExactWant {
  readonly branches: readonly string[];
  readonly commits: readonly Oid[];
  readonly known: 'some' | 'full';
  readonly history: 'full' | 'none';
}

/** How much history is here. `some`: single commits with their parents; `full`: all that any commit here reaches. */
export async function historyOf(directory: string): Promise<'some' | 'full'> {
  if (await exists(join(directory, 'shallow'))) return 'some';
  return (await exists(fullHistoryMark(directory))) ? 'full' : 'some';
}

/** Does what `Repository.fetch` promises. Only one at a time may run on a store. */
export async function fetchWanted(
  store: FetchStore,
  want: FetchWant,
): Promise<ReadonlyMap<string, Oid | null>> {
  const { git, presence } = store;
  const known = await historyOf(git.directory);
  const commits = await commitsToAskFor(store, { ...want, known });
  let branches = want.branches.filter(isRefName);

  while (branches.length + commits.length > 0) {
    const absent = await fetchExactly(store, { branches, commits, known, history: want.history });
    if (absent === null) {
      if (want.history === 'full') await writeFile(fullHistoryMark(git.directory), '');
      break;
    }
    branches = branches.filter((branch) => branch !== absent);
  }
  const tips = await readTips(git, branches);
  presence.arrived([...tips.values(), ...commits]);
  return new Map(want.branches.map((branch) => [branch, tips.get(branch) ?? null]));
}

/** Commits that are here with what was asked for need not be fetched again. */
async function commitsToAskFor(
  { git, presence }: FetchStore,
  want: FetchWant & { readonly known: 'some' | 'full' },
): Promise<readonly Oid[]> {
  const commits = [...new Set(objectNames(want.commits ?? []))];
  if (want.known === 'some' && want.history === 'full') return commits;
  const missing = new Set(await presence.missing(commits));
  // Here, but as the edge of what is here: its parents are missing.
  const edge = new Set(want.known === 'some' ? await shallowCommits(git.directory) : []);
  return commits.filter((oid) => missing.has(oid) || edge.has(oid));
}

/** Gives the branch that the remote does not have, after which nothing was fetched; else `null`. */
async function fetchExactly(store: FetchStore, want: ExactWant): Promise<string | null> {
  const { git } = store;
  const refspecs = [
    ...want.branches.map((branch) => `+refs/heads/${branch}:${tipRef(branch)}`),
    ...want.commits.map((oid) => `+${oid}:refs/tonic/commits/${oid}`),
  ];
  try {
    await runFetch(git, ['--filter=blob:none', ...(await depthOptions(git, want))], refspecs);
    return null;
  } catch (cause) {
    const words = cause instanceof GitFailure ? cause.message : '';
    const [, absent = ''] = MISSING_BRANCH.exec(words) ?? [];
    if (want.branches.includes(absent)) return absent;
    if (OTHER_HASH.test(words)) return startOver(store, want);
    if (!EXACT_FETCH_REFUSED.test(words)) throw cause;
  }
  await fetchEverything(store, want);
  return null;
}

/** The hash of a remote shows only when talking to it; nothing can be here from a remote with the other one. */
async function startOver(store: FetchStore, want: ExactWant): Promise<string | null> {
  const { git } = store;
  await rm(git.directory, { recursive: true, force: true });
  await createBareStore(git, 'sha256');
  return fetchExactly(store, want);
}

/** A depth, asked for later, would cut off history that is already here; so it is asked for only before that. */
async function depthOptions(git: GitRunner, want: ExactWant): Promise<readonly string[]> {
  if (want.history === 'none') return want.known === 'full' ? [] : ['--depth=2'];
  return (await exists(join(git.directory, 'shallow'))) ? ['--unshallow'] : [];
}

/** For servers that give away only whole branches: all of them, with contents. */
async function fetchEverything({ git, presence }: FetchStore, want: ExactWant): Promise<void> {
  const unshallow = (await exists(join(git.directory, 'shallow'))) ? ['--unshallow'] : [];
  const tips = want.branches.map((branch) => `+refs/heads/${branch}:${tipRef(branch)}`);
  await runFetch(git, ['--prune', ...unshallow], ['+refs/heads/*:refs/remotes/origin/*', ...tips]);
  await writeFile(fullHistoryMark(git.directory), '');
  const [missing] = await presence.missing(want.commits);
  if (missing === undefined) return;
  throw new GitFailure('fetch', `the remote has no commit ${missing} on any branch`, { retryable: false });
}

/**
 * Gets blobs by name, without negotiation: the server would hold back one that a commit named as "had" contains.
 *
 * Source: git's own promisor-remote.c fetches missing objects with the same options.
 */
export async function fetchBlobs(git: GitRunner, blobs: readonly Oid[]): Promise<void> {
  await git.run({
    args: [...FETCH, '--filter=blob:none', '--stdin'],
    input: lines(blobs),
    remote: true,
    settings: { 'fetch.negotiationAlgorithm': 'noop' },
  });
}

/** Brings all tags, with the commits they name, to `refs/tags/`. */
export async function fetchTags(git: GitRunner): Promise<void> {
  await runFetch(git, ['--filter=blob:none'], ['+refs/tags/*:refs/tags/*']);
}

const FETCH = ['fetch', 'origin', '--quiet', '--no-tags', '--no-write-fetch-head'];

async function runFetch(
  git: GitRunner,
  options: readonly string[],
  refspecs: readonly string[],
): Promise<void> {
  await git.run({ args: [...FETCH, ...options, '--stdin'], input: lines(refspecs), remote: true });
}

/** Branch names may collide as folders over time (`a`, then `a/b`), their hashes do not. */
function tipRef(branch: string): string {
  return `refs/tonic/tips/${createHash('sha256').update(branch).digest('hex')}`;
}

/** A ref that was just fetched is a file; where it is not, git is asked. */
async function readTips(git: GitRunner, branches: readonly string[]): Promise<ReadonlyMap<string, Oid>> {
  const written = await Promise.all(
    branches.map(async (branch) => [branch, await readRefFile(git.directory, tipRef(branch))] as const),
  );
  const known = written.flatMap(([branch, oid]) => (oid === null ? [] : [[branch, oid] as const]));
  return known.length === branches.length ? new Map(known) : listTips(git, branches);
}

/** Source: gitrepository-layout(5), refs. */
async function readRefFile(directory: string, ref: string): Promise<Oid | null> {
  const text = await readFile(join(directory, ref), 'utf8').catch(() => '');
  return isObjectName(text.trimEnd()) ? text.trimEnd() : null;
}

async function listTips(git: GitRunner, branches: readonly string[]): Promise<ReadonlyMap<string, Oid>> {
  const listing = await git.text({
    args: ['for-each-ref', '--format=%(refname) %(objectname)', 'refs/tonic/tips/'],
  });
  const branchOf = new Map(branches.map((branch) => [tipRef(branch), branch]));
  const tips = new Map<string, Oid>();
  for (const line of listing.split('\n')) {
    const [ref = '', oid = ''] = line.split(' ');
    const branch = branchOf.get(ref);
    if (branch !== undefined) tips.set(branch, oid);
  }
  return tips;
}

async function shallowCommits(directory: string): Promise<readonly Oid[]> {
  const path = join(directory, 'shallow');
  return (await exists(path)) ? (await readFile(path, 'utf8')).split('\n') : [];
}

function fullHistoryMark(directory: string): string {
  return join(directory, 'tonic-full-history');
}

function lines(items: readonly string[]): string {
  return items.map((item) => `${item}\n`).join('');
}
