import { NO_COMMIT, type RefChange } from '../git/ref.ts';
import type { Commit } from '../git/commit.ts';
import { isFastForward } from '../git/history.ts';
import { accountByEmail } from '../git/person.ts';
import { timestamp } from '../clock.ts';
import type { Repository } from '../model/repository.ts';
import type { Kernel } from '../sandbox.ts';
import { emit } from '../webhook/emit.ts';
import { MAX_TOLD_COMMITS, type Push } from './push.ts';

/** Sends `push` for a moved branch or tag, and `create` or `delete` where it appeared or went. */
export async function announcePush(kernel: Kernel, push: Push): Promise<void> {
  const { repository, author, change } = push;
  const isTag = change.ref.startsWith('refs/tags/');
  if (!isTag && !change.ref.startsWith('refs/heads/')) return;
  const place = { repository, sender: author.account, workflowRunId: author.workflowRunId };
  const refBody = {
    ref: change.ref.replace(/^refs\/(heads|tags)\//, ''),
    ref_type: isTag ? ('tag' as const) : ('branch' as const),
    pusher_type: 'user',
  };
  if (change.oldSha === NO_COMMIT) {
    emit(kernel, 'create', {
      ...place,
      body: { ...refBody, master_branch: repository.defaultBranch, description: repository.description },
    });
  }
  emit(kernel, 'push', { ...place, body: await pushBody(kernel, push) });
  if (change.newSha === NO_COMMIT) emit(kernel, 'delete', { ...place, body: refBody });
}

async function pushBody(kernel: Kernel, push: Push) {
  const { repository, change, commits, head } = push;
  const created = change.oldSha === NO_COMMIT;
  const deleted = change.newSha === NO_COMMIT;
  const { account } = push.author;
  return {
    ref: change.ref,
    before: change.oldSha,
    after: change.newSha,
    base_ref: null,
    created,
    deleted,
    forced:
      !created &&
      !deleted &&
      !(await isFastForward(kernel.git.open(repository), change.oldSha, change.newSha)),
    compare: compareUrl(kernel, repository, change),
    commits: commits.slice(-MAX_TOLD_COMMITS).map((commit) => payloadCommit(kernel, push, commit)),
    head_commit: head && payloadCommit(kernel, push, head),
    pusher: {
      name: account.login,
      email: account.email ?? `${account.id}+${account.login}@users.noreply.github.com`,
    },
  };
}

function payloadCommit(kernel: Kernel, { repository, paths }: Push, commit: Commit) {
  const { added = [], removed = [], modified = [] } = paths.get(commit.sha) ?? {};
  return {
    id: commit.sha,
    tree_id: commit.tree,
    distinct: true,
    message: commit.message.trimEnd(),
    timestamp: timestamp(commit.committer.atMs),
    url: kernel.urls.webRepository(repository, `commit/${commit.sha}`),
    author: payloadPerson(kernel, commit.author),
    committer: payloadPerson(kernel, commit.committer),
    added,
    removed,
    modified,
  };
}

function compareUrl(kernel: Kernel, repository: Repository, change: RefChange): string {
  if (change.oldSha === NO_COMMIT)
    return kernel.urls.webRepository(repository, `commit/${short(change.newSha)}`);
  return kernel.urls.webRepository(repository, `compare/${short(change.oldSha)}...${short(change.newSha)}`);
}

function payloadPerson(kernel: Kernel, { name, email, atMs }: Commit['author']) {
  const login = accountByEmail(kernel.world, email)?.login;
  return { name, email, date: timestamp(atMs), ...(login ? { username: login } : {}) };
}

function short(sha: string): string {
  return sha.slice(0, 12);
}
