import type { Actor } from '../auth/actor.ts';
import { authorOf, type Author } from '../auth/author.ts';
import { checkRepositoryNeed } from '../auth/permission.ts';
import { invalidField, unprocessable } from '../error.ts';
import { headRepositoryOf } from '../fork/network.ts';
import { branchHead } from '../git/resolve.ts';
import { recordTimeline } from '../issue/record.ts';
import type { Kernel } from '../sandbox.ts';
import { serialisePull } from '../serialise/pull.ts';
import { emit } from '../webhook/emit.ts';
import { mirrorHead } from './head.ts';
import { announcePull, closePull, reopenPull, type PullPlace } from './state.ts';

/** What of a pull changes; what is not given stays. */
export interface PullChange {
  title?: string | undefined;
  body?: string | null | undefined;
  state?: 'open' | 'closed' | undefined;
  base?: string | undefined;
}

/**
 * Changes a pull: its author may, and everybody with triage.
 *
 * @throws ApiError 403 for others, 422 for an unknown base or a merged pull that is to be opened.
 */
export async function editPull(
  kernel: Kernel,
  place: PullPlace,
  { change, actor }: { change: PullChange; actor: Actor },
): Promise<void> {
  const author = authorOf(kernel.world, actor);
  if (author.account.id !== place.issue.authorId) {
    const need = { app: { pull_requests: 'write' }, user: 'triage', evenIfPublic: true } as const;
    checkRepositoryNeed(kernel.world, actor, { repository: place.repository, need });
  }
  await editText(kernel, place, { change, author });
  if (change.state !== undefined && change.state !== place.issue.state)
    await changeState(kernel, place, { state: change.state, author });
}

/**
 * Takes a pull out of draft: its author may, and everybody with write. One that is no draft stays as it is.
 *
 * @throws ApiError 403 for others.
 */
export async function markReady(kernel: Kernel, place: PullPlace, actor: Actor): Promise<void> {
  const author = authorOf(kernel.world, actor);
  if (author.account.id !== place.issue.authorId) {
    const need = { app: { pull_requests: 'write' }, user: 'write', evenIfPublic: true } as const;
    checkRepositoryNeed(kernel.world, actor, { repository: place.repository, need });
  }
  if (!place.pull.draft) return;
  place.pull.draft = false;
  recordTimeline(kernel, place.issue, { event: 'ready_for_review', author });
  await announcePull(kernel, place, { action: 'ready_for_review', author });
}

interface Edit {
  change: PullChange;
  author: Author;
}

async function editText(kernel: Kernel, place: PullPlace, { change, author }: Edit): Promise<void> {
  const { repository, pull, issue } = place;
  const changes = previousTexts(place, change);
  if (Object.keys(changes).length === 0) return;
  if (change.base !== undefined && changes.base) {
    await changeBase(kernel, place, change.base);
    recordTimeline(kernel, issue, { event: 'base_ref_changed', author });
  }
  if (changes.title) {
    const rename = { from: changes.title.from, to: change.title };
    recordTimeline(kernel, issue, { event: 'renamed', author, detail: { rename } });
  }
  const { title = issue.title, body = issue.body } = change;
  Object.assign(issue, { title, body, updatedAt: kernel.clock.now() });
  emit(kernel, 'pull-request/edited', {
    repository,
    sender: author.account,
    workflowRunId: author.workflowRunId,
    body: { number: pull.number, changes, pull_request: await serialisePull(kernel, repository, place) },
  });
}

/** What a change replaces, as the webhook's `changes` show it; empty when everything stays. */
function previousTexts({ pull, issue }: PullPlace, { title, body, base }: PullChange) {
  return {
    ...(differs(title, issue.title) ? { title: { from: issue.title } } : {}),
    ...(differs(body, issue.body) ? { body: { from: issue.body ?? '' } } : {}),
    ...(differs(base, pull.baseBranch)
      ? { base: { ref: { from: pull.baseBranch }, sha: { from: pull.baseSha } } }
      : {}),
  };
}

async function changeBase(kernel: Kernel, { repository, pull }: PullPlace, branch: string): Promise<void> {
  const sha = await branchHead(kernel.git.open(repository), branch);
  if (sha === null) throw invalidField('PullRequest', 'base');
  Object.assign(pull, { baseBranch: branch, baseSha: sha });
}

async function changeState(
  kernel: Kernel,
  place: PullPlace,
  { state, author }: { state: 'open' | 'closed'; author: Author },
): Promise<void> {
  if (state === 'closed') return closePull(kernel, place, author);
  const { repository, pull } = place;
  const home = headRepositoryOf(kernel.world, repository, pull);
  const head = await branchHead(kernel.git.open(home), pull.headBranch);
  const base = await branchHead(kernel.git.open(repository), pull.baseBranch);
  if (pull.merged || head === null || base === null)
    throw unprocessable('Validation Failed', [
      { resource: 'PullRequest', field: 'state', code: 'custom', message: 'state cannot be changed.' },
    ]);
  Object.assign(pull, { headSha: head, baseSha: base });
  await mirrorHead(kernel, place);
  await reopenPull(kernel, place, author);
}

function differs<T>(wanted: T | undefined, is: T): boolean {
  return wanted !== undefined && wanted !== is;
}
