import type { Actor } from './auth/actor.ts';
import { authorOf } from './auth/author.ts';
import { readCommit, writeCommit, type Commit, type Signature } from './git/commit.ts';
import type { BareRepository } from './git/object-reader.ts';
import { writeObject } from './git/object-writer.ts';
import { NO_COMMIT } from './git/ref.ts';
import { signatureOf, webFlowSignature } from './git/person.ts';
import { branchHead } from './git/resolve.ts';
import { signerOf } from './git/signing.ts';
import { changeTree, type PathChange } from './git/tree.ts';
import type { Repository } from './model/repository.ts';
import { refusalMessage, type RefRefusal } from './ref-refusal.ts';
import { updateRefs } from './ref-update.ts';
import type { Kernel } from './sandbox.ts';

/** One commit to be made on a branch through the API. */
export interface BranchCommit {
  repository: Repository;
  actor: Actor;
  branch: string;
  /** Compare-and-swap: the commit is made only on this head; `null` makes the first commit of a branch. */
  expectedHeadOid: string | null;
  additions: { path: string; contents: Buffer }[];
  deletions: string[];
  message: string;
  /** Default: the actor, committed and signed by GitHub. A commit with its own people is not signed. */
  people?: { author: Signature; committer: Signature };
}

/** Why a commit was not made; `message` is in GitHub's words. */
export interface CommitRefusal {
  kind: 'refused';
  reason:
    | 'branch_not_found'
    | 'stale_head'
    | 'path_not_found'
    | 'bad_path'
    | Exclude<RefRefusal['kind'], 'stale'>;
  message: string;
}

/** A commit that is on its branch, or the reason why not. */
export type BranchCommitResult = { kind: 'committed'; commit: Commit } | CommitRefusal;

/**
 * Commits file changes on the head of a branch, as `createCommitOnBranch` and the contents API do.
 *
 * Refuses: `branch_not_found`, `stale_head` (the head is or has become another), `path_not_found` (a deletion of
 * nothing), `bad_path`, and what a ref may be refused for. New files are plain; existing ones keep their mode.
 */
export async function commitOnBranch(kernel: Kernel, wish: BranchCommit): Promise<BranchCommitResult> {
  const bare = kernel.git.open(wish.repository);
  const head = await branchHead(bare, wish.branch);
  if (head !== wish.expectedHeadOid) {
    return head === null
      ? refuse('branch_not_found', `No ref exists for branch "${wish.branch}"`)
      : stale(wish.expectedHeadOid);
  }
  const changes = await collectChanges(bare, wish);
  if ('kind' in changes) return changes;

  const sha = await writeChanges(kernel, wish, changes);
  const change = { ref: `refs/heads/${wish.branch}`, oldSha: head ?? NO_COMMIT, newSha: sha };
  const [outcome] = await updateRefs(kernel, {
    repository: wish.repository,
    actor: wish.actor,
    changes: [change],
  });
  const refusal = outcome?.refusal;
  if (refusal?.kind === 'stale') return stale(head);
  if (refusal) return refuse(refusal.kind, refusalMessage(refusal));
  const commit = await readCommit(bare.reader, sha);
  if (!commit) throw new Error(`commit ${sha} is not there after it was written`);
  return { kind: 'committed', commit };
}

async function writeChanges(
  kernel: Kernel,
  wish: BranchCommit,
  changes: Map<string, PathChange>,
): Promise<string> {
  const bare = kernel.git.open(wish.repository);
  const head = wish.expectedHeadOid;
  const tree = await changeTree(bare, head === null ? null : `${head}^{tree}`, changes);
  const nowMs = kernel.clock.nowMs();
  const { account } = authorOf(kernel.world, wish.actor);
  const people = wish.people ?? { author: signatureOf(account, nowMs), committer: webFlowSignature(nowMs) };
  const content = { tree, parents: head === null ? [] : [head], ...people, message: wish.message };
  return writeCommit(bare.folder, content, wish.people ? undefined : signerOf(kernel.world));
}

async function collectChanges(
  bare: BareRepository,
  wish: BranchCommit,
): Promise<Map<string, PathChange> | CommitRefusal> {
  const changes = new Map<string, PathChange>();
  for (const path of wish.deletions) {
    if (!(await bare.reader.info(`${wish.expectedHeadOid}:${path}`))) {
      return refuse(
        'path_not_found',
        `A path was requested for deletion which does not exist as of commit oid \`${wish.expectedHeadOid}\`: ${path}`,
      );
    }
    changes.set(path, null);
  }
  for (const { path, contents } of wish.additions) {
    if (!isPath(path)) return refuse('bad_path', `A path was requested which is not valid: ${path}`);
    const sha = writeObject(bare.folder, 'blob', contents);
    changes.set(path, { mode: '100644', sha, keepMode: true });
  }
  return changes;
}

/** Tells whether a path may stand in a tree: relative, no empty or dotted parts, nothing of git's own. */
export function isPath(path: string): boolean {
  return (
    path !== '' &&
    !path.includes('\0') &&
    path
      .split('/')
      .every((part) => part !== '' && part !== '.' && part !== '..' && part.toLowerCase() !== '.git')
  );
}

function stale(expected: string | null): CommitRefusal {
  return refuse(
    'stale_head',
    `Expected branch to point to "${expected ?? 'nothing'}" but it did not.  Pull and try again.`,
  );
}

function refuse(reason: CommitRefusal['reason'], message: string): CommitRefusal {
  return { kind: 'refused', reason, message };
}
