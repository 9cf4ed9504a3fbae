import { openToRead } from '../../compose-read.ts';
import { openSetup } from '../../compose-setup.ts';
import { readCommandEnvironment } from '../../config/command-env.ts';
import { processVariables, type Variables } from '../../config/env.ts';
import { askProgram } from '../../process/ask-program.ts';
import type { SetupContext } from '../../usecases/setup/inspect-repository.ts';
import { silentLog } from '../process-end.ts';
import { apiUrlOf, parseRemote, parseRepositoryName, type RepositoryPlace } from './repository-name.ts';

/** It is not known what to look at, or as whom. `message` is for whoever typed the command. */
export class CannotLook extends Error {}

/** A repository that can be looked at. */
export interface OpenedRepository {
  readonly context: SetupContext;
  /** `acme/shop on https://api.github.com` */
  readonly title: string;
}

/** The folder in which somebody typed the command; npm runs scripts in the folder of its package. */
function typedIn(): string {
  return processVariables()['INIT_CWD'] ?? process.cwd();
}

/** Which repository, and by whose token. */
interface NamedRepository {
  readonly owner: string;
  readonly name: string;
  readonly apiUrl: string;
  readonly token: string;
  readonly app: { readonly appId: number; readonly privateKey: string } | null;
  readonly title: string;
}

interface RepositoryWish {
  readonly repo: string | null;
  readonly app: string | null;
}

/**
 * Opens the set-up of the repository that somebody named, or that of the folder.
 *
 * @throws CannotLook without a repository or a token.
 */
export async function openNamed(
  wish: RepositoryWish,
  variables: Variables = processVariables(),
): Promise<OpenedRepository> {
  const { title, ...named } = await findNamed(wish, variables);
  return { context: openSetup({ ...named, appSlug: wish.app, log: silentLog }), title };
}

/**
 * Opens the work of the repository that somebody named, or that of the folder, to look at.
 *
 * @throws CannotLook without a repository or a token.
 */
export async function openNamedToRead(wish: RepositoryWish): Promise<ReturnType<typeof openToRead>> {
  const named = await findNamed(wish, processVariables());
  return openToRead({ ...named, appSlug: wish.app ?? DEFAULT_APP, log: silentLog });
}

const DEFAULT_APP = 'tonic-deploy';

async function findNamed(wish: RepositoryWish, variables: Variables): Promise<NamedRepository> {
  const reading = readCommandEnvironment(variables);
  if (reading.kind === 'broken') throw new CannotLook(reading.problems.join('\n'));
  const { token, app, apiUrl: givenUrl } = reading.environment;
  const { owner, name, host } = await findRepository(wish.repo);
  if (token === null) {
    throw new CannotLook(
      'GITHUB_TOKEN is not set: it is to be the token of a person, best of an admin; `gh auth token` prints yours.',
    );
  }
  const apiUrl = givenUrl ?? apiUrlOf(host);
  return { owner, name, apiUrl, token, app, title: `${owner}/${name} on ${new URL(apiUrl).host}` };
}

async function findRepository(named: string | null): Promise<RepositoryPlace> {
  if (named !== null) {
    const place = parseRepositoryName(named);
    if (place === null) throw new CannotLook(`--repo ${named} is no repository: write it as owner/name.`);
    return place;
  }
  const place = parseRemote(await originOf(typedIn()));
  if (place === null) {
    throw new CannotLook('This folder has no remote "origin" on a server: name one by --repo owner/name.');
  }
  return place;
}

/**
 * The folder in which somebody typed the command, if it is the top of a git repository: files are read from there.
 *
 * @throws CannotLook elsewhere.
 */
export async function topOfRepository(): Promise<string> {
  const folder = typedIn();
  let below: string;
  try {
    below = await askProgram({ program: 'git', args: ['rev-parse', '--show-prefix'], folder });
  } catch {
    throw new CannotLook(`${folder} is in no git repository: go to a checkout of yours and type it there.`);
  }
  if (below !== '') {
    throw new CannotLook(
      `${folder} is not the top of its repository, where GitHub looks for the files: type it there.`,
    );
  }
  return folder;
}

async function originOf(folder: string): Promise<string> {
  try {
    return await askProgram({ program: 'git', args: ['remote', 'get-url', 'origin'], folder });
  } catch {
    return '';
  }
}
