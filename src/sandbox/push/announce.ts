import type { Author } from '../auth/author.ts';
import { changedPaths, type ChangedPaths } from '../git/changed-path.ts';
import { readCommit, type Commit } from '../git/commit.ts';
import { isFastForward, listBrought, listCommits } from '../git/history.ts';
import { NO_COMMIT, type RefChange } from '../git/ref.ts';
import type { Repository } from '../model/repository.ts';
import type { Kernel } from '../sandbox.ts';
import { accountByEmail } from '../git/person.ts';
import { timestamp } from '../clock.ts';
import { emit } from '../webhook/emit.ts';

/** GitHub lists at most so many commits in a push payload. */
const MAX_COMMITS = 2048;

/** Sends `push` for a moved branch or tag, and `create` or `delete` where it appeared or went. */
export async function announcePush(
  kernel: Kernel,
  who: { repository: Repository; author: Author },
  change: RefChange,
): Promise<void> {
  const { repository, author } = who;
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
  emit(kernel, 'push', { ...place, body: await pushBody(kernel, who, change) });
  if (change.newSha === NO_COMMIT) emit(kernel, 'delete', { ...place, body: refBody });
}

async function pushBody(
  kernel: Kernel,
  { repository, author }: { repository: Repository; author: Author },
  change: RefChange,
) {
  const bare = kernel.git.open(repository);
  const created = change.oldSha === NO_COMMIT;
  const deleted = change.newSha === NO_COMMIT;
  const brought = deleted ? [] : await newCommits(kernel, repository, change);
  const head = deleted ? null : await readCommit(bare.reader, change.newSha);
  const commits = await payloadCommits(
    kernel,
    repository,
    head && brought.at(-1)?.sha !== head.sha ? [...brought, head] : brought,
  );
  const { account } = author;
  return {
    ref: change.ref,
    before: change.oldSha,
    after: change.newSha,
    base_ref: null,
    created,
    deleted,
    forced: !created && !deleted && !(await isFastForward(bare, change.oldSha, change.newSha)),
    compare: compareUrl(kernel, repository, change),
    commits: commits.slice(0, brought.length),
    head_commit: commits.at(-1) ?? null,
    pusher: {
      name: account.login,
      email: account.email ?? `${account.id}+${account.login}@users.noreply.github.com`,
    },
  };
}

/** Commits that the push brought; of a new branch, those that no other branch had. */
function newCommits(
  kernel: Kernel,
  repository: Repository,
  { ref, oldSha, newSha }: RefChange,
): Promise<Commit[]> {
  const bare = kernel.git.open(repository);
  if (oldSha !== NO_COMMIT) return listBrought(bare, { oldSha, newSha, limit: MAX_COMMITS });
  const range = [newSha, '--not', `--exclude=${ref.replace('refs/heads/', '')}`, '--branches'];
  return listCommits(bare, { range, limit: MAX_COMMITS, reverse: true });
}

function compareUrl(kernel: Kernel, repository: Repository, change: RefChange): string {
  if (change.oldSha === NO_COMMIT)
    return kernel.urls.webRepository(repository, `commit/${short(change.newSha)}`);
  return kernel.urls.webRepository(repository, `compare/${short(change.oldSha)}...${short(change.newSha)}`);
}

async function payloadCommits(kernel: Kernel, repository: Repository, commits: Commit[]) {
  const paths = await changedPaths(
    kernel.git.folderOf(repository),
    commits.map((commit) => commit.sha),
  );
  const none: ChangedPaths = { added: [], removed: [], modified: [] };
  return commits.map((commit) => ({
    id: commit.sha,
    tree_id: commit.tree,
    distinct: true,
    message: commit.message.trimEnd(),
    timestamp: timestamp(commit.committer.atMs),
    url: kernel.urls.webRepository(repository, `commit/${commit.sha}`),
    author: payloadPerson(kernel, commit.author),
    committer: payloadPerson(kernel, commit.committer),
    ...(paths.get(commit.sha) ?? none),
  }));
}

function payloadPerson(kernel: Kernel, { name, email, atMs }: Commit['author']) {
  const login = accountByEmail(kernel.world, email)?.login;
  return { name, email, date: timestamp(atMs), ...(login ? { username: login } : {}) };
}

function short(sha: string): string {
  return sha.slice(0, 12);
}
