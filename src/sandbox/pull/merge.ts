import type { Actor } from '../auth/actor.ts';
import { authorOf } from '../auth/author.ts';
import { readCommit, writeCommit, type Commit } from '../git/commit.ts';
import { listCommits, mergeBase } from '../git/history.ts';
import { mergeCommits, pickCommit } from '../git/merge.ts';
import { signatureOf } from '../git/person.ts';
import { NO_COMMIT } from '../git/ref.ts';
import { branchHead } from '../git/resolve.ts';
import { writeMerge } from '../merge-commit.ts';
import { refusalMessage, type RefRefusal } from '../ref-refusal.ts';
import { updateRefs } from '../ref-update.ts';
import type { Kernel } from '../sandbox.ts';
import { accountOf } from '../world.ts';
import { markMerged, type PullPlace } from './state.ts';

/** How a pull is to be merged. */
export interface PullMerge {
  actor: Actor;
  method: 'merge' | 'squash' | 'rebase';
  /** Merge only this head. */
  sha?: string | undefined;
  title?: string | undefined;
  message?: string | undefined;
}

/** The commit that a merge made, or why there is none, with GitHub's status and words. */
export type PullMergeResult =
  | { kind: 'merged'; sha: string }
  | { kind: 'refused'; status: 403 | 405 | 409; message: string };

/**
 * Merges an open pull into its base.
 *
 * Refuses: 405 for a closed, draft or conflicting pull and for broken rules, 409 when the head is not `sha` or the base
 * moved meanwhile, 403 when the base may not move for another reason.
 */
export async function mergePull(
  kernel: Kernel,
  place: PullPlace,
  merge: PullMerge,
): Promise<PullMergeResult> {
  const { repository, pull } = place;
  const refusal = refusalBefore(place, merge);
  if (refusal) return refusal;
  const base = await branchHead(kernel.git.open(repository), pull.baseBranch);
  if (base === null) return refuse(405, 'Base branch does not exist');
  const sha = await buildMerge(kernel, place, { merge, base });
  if (sha === null)
    return refuse(
      405,
      merge.method === 'rebase' ? "This branch can't be rebased" : 'Pull Request is not mergeable',
    );
  const change = { ref: `refs/heads/${pull.baseBranch}`, oldSha: base, newSha: sha };
  const via = { kind: 'pull' as const, pull, issue: place.issue, method: merge.method };
  const [outcome] = await updateRefs(kernel, { repository, actor: merge.actor, changes: [change], via });
  if (outcome?.refusal) return refuseMove(outcome.refusal);
  // A merged pull keeps the base it was merged onto.
  pull.baseSha = base;
  await markMerged(kernel, place, { commitSha: sha, author: authorOf(kernel.world, merge.actor) });
  if (repository.deleteBranchOnMerge) await deleteHead(kernel, place, merge.actor);
  return { kind: 'merged', sha };
}

function refusalBefore({ pull, issue }: PullPlace, merge: PullMerge): PullMergeResult | null {
  if (issue.state !== 'open') return refuse(405, 'Pull Request is not mergeable');
  if (pull.draft) return refuse(405, 'Pull Request is still a draft');
  const stale = merge.sha !== undefined && merge.sha !== pull.headSha;
  return stale ? refuse(409, 'Head branch was modified. Review and try the merge again.') : null;
}

function refuseMove(refusal: RefRefusal): PullMergeResult {
  if (refusal.kind === 'stale')
    return refuse(409, 'Base branch was modified. Review and try the merge again.');
  return refuse('violations' in refusal ? 405 : 403, refusalMessage(refusal));
}

function refuse(status: 403 | 405 | 409, message: string): PullMergeResult {
  return { kind: 'refused', status, message };
}

interface Building {
  merge: PullMerge;
  base: string;
}

/** Writes the commit to which the base would move; `null` for a conflict. */
async function buildMerge(kernel: Kernel, place: PullPlace, building: Building): Promise<string | null> {
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

function mergeMessage(kernel: Kernel, { repository, pull, issue }: PullPlace, merge: PullMerge): string {
  const owner = accountOf(kernel.world, repository.ownerId).login;
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

async function deleteHead(kernel: Kernel, { repository, pull }: PullPlace, actor: Actor): Promise<void> {
  const change = { ref: `refs/heads/${pull.headBranch}`, oldSha: pull.headSha, newSha: NO_COMMIT };
  await updateRefs(kernel, { repository, actor, changes: [change] });
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
