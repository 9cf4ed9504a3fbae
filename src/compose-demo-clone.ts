import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { tonicWorkflows } from './compose-demo-repository.ts';
import type { DemoSite } from './compose-demo.ts';
import { askProgram, ProgramFailed } from './process/ask-program.ts';
import { writeSeedCommit, type SeedFile } from './sandbox/seed/history.ts';

/** A repository of the user's, and the branches that its environments run. */
export interface OwnRepository {
  /** Path or URL. */
  readonly repo: string;
  readonly uat: string;
  readonly prod: string;
}

/** The repository cannot be taken; `message` says in one sentence why and what to do. */
class UnfitRepository extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'UnfitRepository';
  }
}

/**
 * Looks whether a repository can be cloned into the sandbox: it is one, has both branches and its whole history.
 * Nothing is written to it.
 *
 * @throws UnfitRepository
 */
export async function checkOwnRepository({ repo, uat, prod }: OwnRepository): Promise<void> {
  const heads = await listHeads(repo);
  for (const branch of [uat, prod]) {
    if (heads.includes(branch)) continue;
    const known = heads.slice(0, 10).join(', ');
    throw new UnfitRepository(`${repo} has no branch ${branch}; it has ${known === '' ? 'none' : known}.`);
  }
  if (!existsSync(repo)) return;
  const shallow = await git(['-C', repo, 'rev-parse', '--is-shallow-repository']);
  if (shallow !== 'true') return;
  throw new UnfitRepository(
    `${repo} is a shallow clone, without the history that decides the flow: run git fetch --unshallow there.`,
  );
}

async function listHeads(repo: string): Promise<string[]> {
  try {
    const listing = await git(['ls-remote', '--heads', sourceOf(repo)]);
    return listing.split('\n').flatMap((line) => line.split('\trefs/heads/')[1] ?? []);
  } catch (error) {
    const words = error instanceof ProgramFailed ? error.message.split('\n')[0] : '';
    throw new UnfitRepository(`${repo} is no git repository that can be read: ${words}`);
  }
}

/**
 * Fills the sandbox's repository with both branches and the tags of the user's, and on each branch one commit with the
 * configuration and the workflows of the slots. The user's own workflows are left out: they would run on this machine.
 */
export async function writeClone(site: DemoSite, own: OwnRepository): Promise<void> {
  const { sandbox, repository, people, places, served } = site;
  const store = sandbox.git.folderOf(repository);
  const branches = [...new Set([own.uat, own.prod])];
  const refs = branches.map((branch) => `+refs/heads/${branch}:refs/heads/${branch}`);
  await git([
    '-C',
    store,
    'fetch',
    '--quiet',
    '--no-write-fetch-head',
    '--tags',
    sourceOf(own.repo),
    ...refs,
  ]);
  const author = people['ada']?.account;
  if (author === undefined) throw new Error('the recipe has no ada');
  for (const branch of branches) {
    const files: Record<string, SeedFile> = {};
    for (const path of await workflowsOf(store, branch)) files[path] = null;
    Object.assign(files, unguarded(tonicWorkflows()), { '.github/tonic.yml': renderConfig(own, served) });
    const message = 'Bring bug fixes to UAT and PROD with Tonic Deploy';
    await writeSeedCommit(sandbox, repository, { branch, author, message, atMs: site.dayMs, files });
  }
  await Promise.all(Object.values(places).map((place) => place.ready()));
}

/** Rules would keep Ada from merging a release by hand, as she does there; so the slot is told why it may go on. */
function unguarded(workflows: Readonly<Record<string, string>>): Record<string, string> {
  const reason = 'A clone on this machine: nothing real is behind its PROD';
  return Object.fromEntries(
    Object.entries(workflows).map(([path, text]) => [
      path,
      text.replace(/^( +)phase: plan$/mu, (line, indent: string) => `${line}\n${indent}unsafe: '${reason}'`),
    ]),
  );
}

async function workflowsOf(store: string, branch: string): Promise<string[]> {
  const listing = await git([
    '-C',
    store,
    'ls-tree',
    '-r',
    '-z',
    '--name-only',
    `refs/heads/${branch}`,
    '.github/workflows',
  ]);
  return listing.split('\0').filter((path) => path !== '');
}

/** What the fixes of the demo bring is served, so that both environments show something. */
function renderConfig({ uat, prod }: OwnRepository, served: string): string {
  const environment = (name: string, branch: string) => ({
    branch,
    version_from: 'branch',
    deploy: {
      run: `{ cat tonic-demo/*.txt 2>/dev/null || true; } | paste -sd ' ' > '${served}/${name}/live/receipt.txt'; echo "$TONIC_CANDIDATE" > '${served}/${name}/live/version.txt'`,
    },
    verify: { run: `test "$(cat '${served}/${name}/live/version.txt')" = "$TONIC_CANDIDATE"` },
  });
  // YAML is a superset of JSON.
  return `${JSON.stringify(
    {
      slots: { time_zone: 'Asia/Taipei' },
      environments: { uat: environment('uat', uat), prod: environment('prod', prod) },
    },
    null,
    2,
  )}\n`;
}

/** A path is made absolute, since git runs elsewhere. */
function sourceOf(repo: string): string {
  return existsSync(repo) ? resolve(repo) : repo;
}

function git(args: readonly string[]): Promise<string> {
  return askProgram({ program: 'git', args, variables: { GIT_TERMINAL_PROMPT: '0', LC_ALL: 'C' } });
}
