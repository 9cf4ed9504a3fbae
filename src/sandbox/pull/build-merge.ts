import type { Actor } from '../auth/actor.ts';
import { authorOf } from '../auth/author.ts';
import { headRepositoryOf } from '../fork/network.ts';
import { readCommit, writeCommit, type Commit } from '../git/commit.ts';
import { listCommits, mergeBase } from '../git/history.ts';
import { mergeCommits, pickCommit } from '../git/merge.ts';
import { signatureOf } from '../git/person.ts';
import { writeMerge } from '../merge-commit.ts';
import type { Kernel } from '../sandbox.ts';
import { accountOf } from '../world.ts';
import type { PullPlace } from './state.ts';

/** How a pull is to be put on top of its base. */
export interface MergeForm {
  actor: Actor;
  method: 'merge' | 'squash' | 'rebase';
  title?: string | undefined;
  message?: string | undefined;
}

interface Building {
  merge: MergeForm;
  base: string;
}

/** Writes the commit to which the base would move; `null` for a conflict. Nothing moves yet. */
export async function buildMerge(
  kernel: Kernel,
  place: PullPlace,
  building: Building,
): Promise<string | null> {
  if (building.merge.method === 'rebase') return rebase(kernel, place, building);
  const { merge, base } = building;
  const result = await mergeCommits(kernel.git.folderOf(place.repository), base, place.pull.headSha);
  if (result.kind === 'conflict') return null;
  const squash = merge.method === 'squash';
  const parents = squash ? [base] : [base, place.pull.headSha];
  const message = squash ? await squashMessage(kernel, place, building) : mergeMessage(kernel, place, merge);
  return writeMerge(
    kernel,
    { repository: place.repository, actor: merge.actor },
    { tree: result.tree, parents, message },
  );
}

function mergeMessage(kernel: Kernel, { repository, pull, issue }: PullPlace, merge: MergeForm): string {
  const home = headRepositoryOf(kernel.world, repository, pull);
  const owner = accountOf(kernel.world, home.ownerId).login;
  const title = merge.title ?? `Merge pull request #${pull.number} from ${owner}/${pull.headBranch}`;
  return joinMessage(title, merge.message ?? issue.title);
}

/** A single commit lends its own words, several are listed: GitHub's default setting. */
async function squashMessage(kernel: Kernel, place: PullPlace, { merge, base }: Building): Promise<string> {
  const commits = await commitsOf(kernel, place, base);
  const [only] = commits;
  const alone = commits.length === 1 && only ? splitMessage(only.message) : null;
  const title = merge.title ?? `${alone?.title ?? place.issue.title} (#${place.pull.number})`;
  const list = commits.map((commit) => `* ${commit.message.trim()}`).join('\n\n');
  return joinMessage(title, merge.message ?? alone?.body ?? list);
}

/** Puts each commit of the pull on top of the base; authors stay, the one who merges becomes the committer. */
async function rebase(kernel: Kernel, place: PullPlace, { merge, base }: Building): Promise<string | null> {
  const bare = kernel.git.open(place.repository);
  const { account } = authorOf(kernel.world, merge.actor);
  let tip = await readCommit(bare.reader, base);
  for (const commit of await commitsOf(kernel, place, base)) {
    if (!tip || commit.parents.length > 1) return null;
    const picked = await pickCommit(bare.folder, tip.tree, commit);
    if (picked.kind === 'conflict') return null;
    const committer = signatureOf(account, kernel.clock.nowMs());
    const { author, message } = commit;
    tip = await readCommit(
      bare.reader,
      writeCommit(bare.folder, { tree: picked.tree, parents: [tip.sha], author, committer, message }),
    );
  }
  return tip?.sha ?? null;
}

/** The commits that a pull would bring, oldest first. */
async function commitsOf(kernel: Kernel, { repository, pull }: PullPlace, base: string): Promise<Commit[]> {
  const bare = kernel.git.open(repository);
  const from = (await mergeBase(bare.folder, base, pull.headSha)) ?? base;
  return listCommits(bare, { range: [pull.headSha, `^${from}`, `^${base}`], reverse: true });
}

function splitMessage(message: string): { title: string; body: string } {
  const end = message.indexOf('\n');
  return end < 0
    ? { title: message, body: '' }
    : { title: message.slice(0, end), body: message.slice(end).trim() };
}

function joinMessage(title: string, body: string): string {
  return body === '' ? title : `${title}\n\n${body}`;
}
