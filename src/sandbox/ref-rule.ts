import { remembered } from '../process/remembered.ts';
import { covers } from './auth/permission.ts';
import { isFastForward } from './git/history.ts';
import type { BareRepository } from './git/object-reader.ts';
import { listRefs, NO_COMMIT, type RefChange } from './git/ref.ts';
import { tryGit } from './git/run.ts';
import type { Repository } from './model/repository.ts';
import { refuseRef, type RefRefusal } from './ref-refusal.ts';
import { judgeMove, type Verdict } from './rule/judge.ts';
import { QUEUE_REFS, type Move } from './rule/move.ts';
import type { Kernel } from './sandbox.ts';

/** A wish to move one ref. */
export interface RefWish extends Move {
  /** Whether a move that loses commits is meant. */
  force: boolean;
}

/** Whether a ref may move, and what the rules of its repository said where there are any. */
export interface RefDecision {
  refusal: RefRefusal | null;
  verdict: Verdict | null;
}

/** The one place that decides whether a ref may move: every push, API call and merge comes through here. */
export async function decideRef(kernel: Kernel, wish: RefWish): Promise<RefDecision> {
  const refusal = await refusalBeforeRules(kernel, wish);
  if (refusal) return { refusal, verdict: null };
  const verdict = wish.change.ref.startsWith(QUEUE_REFS) ? null : await judgeMove(kernel, wish);
  if (!verdict || verdict.refused.length === 0) return { refusal: null, verdict };
  const kind = verdict.refusedBy === 'ruleset' ? 'ruleset' : 'protection';
  return { refusal: { kind, violations: verdict.refused }, verdict };
}

async function refusalBeforeRules(kernel: Kernel, wish: RefWish): Promise<RefRefusal | null> {
  const { repository, change } = wish;
  if (!/^refs\/(heads|tags|notes)\//.test(change.ref)) return refuseRef('deny updating a hidden ref');
  if (change.ref.startsWith(QUEUE_REFS) && wish.via.kind !== 'queue')
    return refuseRef('refusing to touch a branch of the merge queue');
  if (repository.archived) return refuseRef('This repository was archived so it is read-only.');
  if (change.newSha === NO_COMMIT) return mayDelete(repository, change);
  const mayLose = change.oldSha !== NO_COMMIT && !wish.force;
  if (mayLose && !(await isFastForward(kernel.git.open(repository), change.oldSha, change.newSha)))
    return refuseRef('Update is not a fast forward');
  return mayTouchWorkflows(kernel, wish);
}

function mayDelete(repository: Repository, change: RefChange): RefRefusal | null {
  return change.ref === `refs/heads/${repository.defaultBranch}`
    ? refuseRef(`refusing to delete the current branch: ${change.ref}`)
    : null;
}

/**
 * Apps without `workflows: write` may not bring a workflow file that no branch has yet with this path and content.
 *
 * Source: docs.github.com, scope `workflow`: "can be committed without this scope if the same file (with both the same
 * path and contents) exists on another branch in the same repository".
 */
async function mayTouchWorkflows(
  kernel: Kernel,
  { repository, actor, change }: RefWish,
): Promise<RefRefusal | null> {
  if (actor.kind !== 'installation' || covers(actor.permissions, { workflows: 'write' })) return null;
  const bare = kernel.git.open(repository);
  const brought = await workflowFolder(bare, change.newSha);
  if (!brought || (await workflowFolder(bare, change.oldSha)) === brought) return null;
  const known = new Set<string>();
  for (const { sha } of await listRefs(bare, 'refs/heads/'))
    for (const row of await workflowsOf(bare, sha)) known.add(row);
  const fresh = [...(await filesBelow(bare.folder, brought))].find((row) => !known.has(row));
  if (!fresh) return null;
  const message = `refusing to allow a GitHub App to create or update workflow \`${WORKFLOWS}/${fresh.split('\t')[1]}\` without \`workflows\` permission`;
  return { kind: 'workflows', message };
}

const WORKFLOWS = '.github/workflows';

/** The sha of the folder of workflows, mostly that of the commit before; `null` where there is none. */
async function workflowFolder({ reader }: BareRepository, commit: string): Promise<string | null> {
  return commit === NO_COMMIT ? null : ((await reader.info(`${commit}:${WORKFLOWS}`))?.sha ?? null);
}

async function workflowsOf(bare: BareRepository, commit: string): Promise<ReadonlySet<string>> {
  const sha = await workflowFolder(bare, commit);
  return sha === null ? new Set() : filesBelow(bare.folder, sha);
}

/** Rows `<mode and sha>\t<path>` of the files of a tree. */
const filesBelow = remembered(200, async (folder: string, tree: string): Promise<ReadonlySet<string>> => {
  const { stdout } = await tryGit(folder, ['ls-tree', '-r', '-z', '--full-tree', tree]);
  const rows = stdout.toString().split('\0');
  return new Set(rows.filter((row) => row !== ''));
});
