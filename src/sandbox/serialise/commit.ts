import { timestamp } from '../clock.ts';
import type { Commit, Signature } from '../git/commit.ts';
import type { FileChange } from '../git/diff.ts';
import { accountByEmail } from '../git/person.ts';
import { verifyCommit } from '../git/signing.ts';
import type { Repository } from '../model/repository.ts';
import type { Kernel } from '../sandbox.ts';
import { serialiseUser } from './account.ts';
import type { Schema } from './schema.ts';

/** A commit as the commit lists show it; the accounts are those its addresses belong to. */
export function serialiseCommit(kernel: Kernel, repository: Repository, commit: Commit) {
  const { urls } = kernel;
  return {
    ...commitIdentity(kernel, repository, commit.sha),
    url: urls.apiRepository(repository, `commits/${commit.sha}`),
    comments_url: urls.apiRepository(repository, `commits/${commit.sha}/comments`),
    commit: {
      author: serialisePerson(commit.author),
      committer: serialisePerson(commit.committer),
      message: commit.message.trimEnd(),
      tree: treeOf(kernel, repository, commit),
      url: urls.apiRepository(repository, `git/commits/${commit.sha}`),
      comment_count: 0,
      verification: serialiseVerification(kernel, commit),
    },
    author: accountOf(kernel, commit.author),
    committer: accountOf(kernel, commit.committer),
    parents: parentsOf(kernel, repository, { commit, below: 'commits' }),
  } satisfies Schema<'commit'>;
}

/** A commit as the Git data API shows it. */
export function serialiseGitCommit(kernel: Kernel, repository: Repository, commit: Commit) {
  return {
    ...commitIdentity(kernel, repository, commit.sha),
    url: kernel.urls.apiRepository(repository, `git/commits/${commit.sha}`),
    author: serialisePerson(commit.author),
    committer: serialisePerson(commit.committer),
    message: commit.message.trimEnd(),
    tree: treeOf(kernel, repository, commit),
    parents: parentsOf(kernel, repository, { commit, below: 'git/commits' }),
    verification: serialiseVerification(kernel, commit),
  } satisfies Schema<'git-commit'>;
}

/** A changed file as commits, comparisons and pulls show it; `ref` is the commit after the change. */
export function serialiseFile(
  kernel: Kernel,
  repository: Repository,
  { file, ref }: { file: FileChange; ref: string },
) {
  const { urls } = kernel;
  const path = file.path.split('/').map(encodeURIComponent).join('/');
  return {
    sha: file.sha,
    filename: file.path,
    status: file.status,
    additions: file.additions,
    deletions: file.deletions,
    changes: file.additions + file.deletions,
    blob_url: urls.webRepository(repository, `blob/${ref}/${path}`),
    raw_url: urls.webRepository(repository, `raw/${ref}/${path}`),
    contents_url: urls.apiRepository(repository, `contents/${path}?ref=${ref}`),
    ...(file.patch === null ? {} : { patch: file.patch }),
    ...(file.previousPath === null ? {} : { previous_filename: file.previousPath }),
  } satisfies Schema<'diff-entry'>;
}

function commitIdentity(kernel: Kernel, repository: Repository, sha: string) {
  return {
    sha,
    node_id: `C_${Buffer.from(`${repository.id}:${sha}`).toString('base64url')}`,
    html_url: kernel.urls.webRepository(repository, `commit/${sha}`),
  };
}

function serialisePerson({ name, email, atMs }: Signature) {
  return { name, email, date: timestamp(atMs) };
}

function accountOf(kernel: Kernel, signature: Signature) {
  const account = accountByEmail(kernel.world, signature.email);
  return account ? serialiseUser(kernel, account) : null;
}

function treeOf(kernel: Kernel, repository: Repository, commit: Commit) {
  return { sha: commit.tree, url: kernel.urls.apiRepository(repository, `git/trees/${commit.tree}`) };
}

function parentsOf(
  kernel: Kernel,
  repository: Repository,
  { commit, below }: { commit: Commit; below: string },
) {
  return commit.parents.map((sha) => ({
    sha,
    url: kernel.urls.apiRepository(repository, `${below}/${sha}`),
    html_url: kernel.urls.webRepository(repository, `commit/${sha}`),
  }));
}

function serialiseVerification(kernel: Kernel, commit: Commit) {
  const { verified, reason } = verifyCommit(kernel.world, commit);
  return {
    verified,
    reason,
    signature: commit.signature,
    payload: commit.signature === null ? null : commit.payload,
    verified_at: verified ? timestamp(commit.committer.atMs) : null,
  };
}
