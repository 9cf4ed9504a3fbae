import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { setSecret, setVariable } from '../actions/setting.ts';
import type { Actor } from '../auth/actor.ts';
import { authorOf } from '../auth/author.ts';
import { addRepository } from '../found.ts';
import { git } from '../git/run.ts';
import { assign } from '../issue/assignee.ts';
import { addComment } from '../issue/comment.ts';
import { openIssue } from '../issue/edit.ts';
import { addLabel } from '../issue/label.ts';
import { addLabels } from '../issue/labelling.ts';
import { setIssueState } from '../issue/state.ts';
import type { Account } from '../model/account.ts';
import type { Repository } from '../model/repository.ts';
import type { Kernel } from '../sandbox.ts';
import { accountOf, findAccount } from '../world.ts';
import { SeedError } from './error.ts';
import type { SeedRepository } from './format.ts';
import { writeSeedCommit } from './history.ts';
import { plantEnvironment } from './plant-environment.ts';

/** What planting a repository needs of the whole seed. */
export interface Ground {
  /** Where relative paths begin. */
  folder: string;
  /** @throws SeedError for nobody. */
  personOf(login: string): Account;
}

/** Adds one repository of a seed with its history, people, labels and issues. */
export async function plantRepository(kernel: Kernel, given: SeedRepository, ground: Ground): Promise<void> {
  const [ownerLogin = '', name = ''] = given.name.split('/');
  const owner = findAccount(kernel.world, ownerLogin) ?? ground.personOf(ownerLogin);
  const repository = addRepository(kernel, {
    owner,
    name,
    private: given.private,
    defaultBranch: given.default_branch ?? 'main',
    ...(given.description ? { description: given.description } : {}),
  });
  grantRoles(repository, owner, { given, ground });
  if (given.from !== undefined) await takeOver(kernel, repository, { given, folder: ground.folder });
  await writeCommits(kernel, repository, { given, ground });
  plantSettings(kernel, repository, given);
  for (const issue of given.issues) plantIssue(kernel, repository, { issue, ground });
}

function grantRoles(
  repository: Repository,
  owner: Account,
  { given, ground }: { given: SeedRepository; ground: Ground },
): void {
  for (const [login, role] of Object.entries(given.collaborators))
    repository.collaborators.push({ userId: ground.personOf(login).id, role });
  for (const [slug, role] of Object.entries(given.teams)) {
    const team = owner.organization?.teams.find((one) => one.slug === slug);
    if (!team) throw new SeedError(`${owner.login} has no team ${slug}`);
    repository.teams.push({ teamId: team.id, role });
  }
}

async function writeCommits(
  kernel: Kernel,
  repository: Repository,
  { given, ground }: { given: SeedRepository; ground: Ground },
): Promise<void> {
  const somebody = kernel.world.accounts.find((one) => one.type === 'User');
  for (const { author, at, branch, ...commit } of given.commits) {
    const person = author === undefined ? somebody : ground.personOf(author);
    if (!person) throw new SeedError('a commit needs a user as its author');
    await writeSeedCommit(kernel, repository, {
      ...commit,
      author: person,
      atMs: at === undefined ? kernel.clock.nowMs() : Date.parse(at),
      branch: branch ?? repository.defaultBranch,
    });
  }
}

function plantSettings(kernel: Kernel, repository: Repository, given: SeedRepository): void {
  const author = authorOf(kernel.world, ownerActor(kernel, repository));
  for (const label of given.labels) addLabel(kernel, repository, { ...label, author });
  for (const environment of given.environments) plantEnvironment(kernel, repository, environment);
  const now = kernel.clock.now();
  for (const [name, value] of Object.entries(given.variables)) setVariable(repository, { name, value }, now);
  for (const [name, value] of Object.entries(given.secrets)) setSecret(repository, { name, value }, now);
}

function plantIssue(
  kernel: Kernel,
  repository: Repository,
  { issue: given, ground }: { issue: SeedRepository['issues'][number]; ground: Ground },
): void {
  const by = (login: string): Actor => ({ kind: 'user', user: ground.personOf(login) });
  const owner = ownerActor(kernel, repository);
  const issue = openIssue(kernel, repository, {
    title: given.title,
    body: given.body ?? null,
    labels: [],
    assignees: [],
    actor: by(given.author),
  });
  const place = { repository, issue };
  addLabels(kernel, place, { names: given.labels, actor: owner });
  assign(kernel, place, { logins: given.assignees, actor: owner });
  for (const { author, body } of given.comments) addComment(kernel, place, { body, actor: by(author) });
  if (given.closed) {
    const author = authorOf(kernel.world, owner);
    setIssueState(kernel, place, { state: 'closed', reason: given.closed, author });
  }
}

/** Somebody who may do everything here: the owner, in whatever form. */
function ownerActor(kernel: Kernel, repository: Repository): Actor {
  const owner = accountOf(kernel.world, repository.ownerId);
  const first = owner.organization?.members.find((one) => one.role === 'admin')?.userId;
  return { kind: 'user', user: first === undefined ? owner : accountOf(kernel.world, first) };
}

/** Fetches all branches and tags; the other side's default branch becomes ours unless the seed names one. */
async function takeOver(
  kernel: Kernel,
  repository: Repository,
  { given, folder }: { given: SeedRepository; folder: string },
): Promise<void> {
  const bare = kernel.git.folderOf(repository);
  const from = sourceOf(given.from ?? '', folder);
  const refs = ['+refs/heads/*:refs/heads/*', '+refs/tags/*:refs/tags/*'];
  await git(bare, ['fetch', '--quiet', '--no-write-fetch-head', '--', from, ...refs]);
  const head = await git(bare, ['ls-remote', '--symref', '--', from, 'HEAD']);
  const theirs = /^ref: refs\/heads\/(\S+)\tHEAD$/m.exec(head)?.[1];
  repository.defaultBranch = given.default_branch ?? theirs ?? repository.defaultBranch;
  await git(bare, ['symbolic-ref', 'HEAD', `refs/heads/${repository.defaultBranch}`]);
}

function sourceOf(from: string, folder: string): string {
  const path = resolve(folder, from);
  return existsSync(path) ? path : from;
}
