import { remembered } from '../process/remembered.ts';
import { covers } from './auth/permission.ts';
import { isFastForward } from './git/history.ts';
import type { ObjectReader } from './git/object-reader.ts';
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
  if (await sameWorkflows(kernel.git.reader(repository), change)) return null;
  const folder = kernel.git.folderOf(repository);
  const brought = await workflowFiles(folder, change.newSha);
  if (brought.size === 0) return null;
  const known = new Set<string>();
  for (const { sha } of await listRefs(folder, 'refs/heads/'))
    for (const row of await workflowFiles(folder, sha)) known.add(row);
  const fresh = [...brought].find((row) => !known.has(row));
  if (!fresh) return null;
  const message = `refusing to allow a GitHub App to create or update workflow \`${fresh.split('\t')[1]}\` without \`workflows\` permission`;
  return { kind: 'workflows', message };
}

/** The usual case, told by the sha of the folder without starting a process. */
async function sameWorkflows(reader: ObjectReader, change: RefChange): Promise<boolean> {
  const after = await reader.info(`${change.newSha}:.github/workflows`);
  if (!after) return true;
  const before = change.oldSha === NO_COMMIT ? null : await reader.info(`${change.oldSha}:.github/workflows`);
  return before?.sha === after.sha;
}

/** Rows `<mode and sha>\t<path>` of the workflow files of a commit. */
const workflowFiles = remembered(
  200,
  async (folder: string, commit: string): Promise<ReadonlySet<string>> => {
    const listing = ['ls-tree', '-r', '-z', '--full-tree', commit, '.github/workflows/'];
    const { stdout } = await tryGit(folder, listing);
    const rows = stdout.toString().split('\0');
    return new Set(rows.filter((row) => row !== ''));
  },
);
