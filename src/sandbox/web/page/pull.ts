import { html } from 'hono/html';
import { meets } from '../../auth/permission.ts';
import { numberFrom } from '../../body.ts';
import { rollUp, stateOfRun } from '../../check/rollup.ts';
import { ApiError, notFound } from '../../error.ts';
import { headRepositoryOf } from '../../fork/network.ts';
import { diffFiles } from '../../git/diff.ts';
import { listCommits, mergeBase } from '../../git/history.ts';
import { labelsOf } from '../../issue/find.ts';
import type { Pull, Review } from '../../model/pull.ts';
import type { Repository } from '../../model/repository.ts';
import { mergePull } from '../../pull/merge.ts';
import { blockersOf, isMergeable } from '../../pull/mergeability.ts';
import { submitReview } from '../../pull/review.ts';
import { findPull, type PullPlace } from '../../pull/state.ts';
import { dequeuePull, enqueuePull } from '../../queue/join.ts';
import { entryOf, queueRule } from '../../queue/store.ts';
import { accountOf } from '../../world.ts';
import { pathOf, showCommit, showLabel, showMarkdown, showPerson, showState, showTime } from '../element.ts';
import type { Markup, PageAnswer, PageContent, RepositoryPage, RepositoryVisit } from '../visit.ts';
import { commentForm, showConversation } from './conversation.ts';
import { showDiff } from './diff.ts';
import { showIssueState } from './issue-list.ts';
import { sidebar, stateForms } from './issue.ts';
import { showCommitLine } from './repository.ts';

/** A pull request: reviewing and merging it. */
export const pullPages: RepositoryPage[] = [
  { verb: 'GET', path: '/{owner}/{repo}/pull/{number}', answer: (visit) => pullPage(visit) },
  { verb: 'POST', path: '/{owner}/{repo}/pull/{number}/reviews', answer: (visit) => postReview(visit) },
  { verb: 'POST', path: '/{owner}/{repo}/pull/{number}/merge', answer: (visit) => postMerge(visit) },
  { verb: 'POST', path: '/{owner}/{repo}/pull/{number}/queue', answer: (visit) => postQueue(visit) },
];

const WRITE = { app: { contents: 'write' as const }, user: 'write' as const };
const METHODS = ['merge', 'squash', 'rebase'] as const;

async function pullPage(visit: RepositoryVisit): Promise<PageContent> {
  const { kernel, repository } = visit;
  const place = placeOf(visit);
  const { pull, issue } = place;
  const bare = kernel.git.open(repository);
  const start = (await mergeBase(bare.folder, pull.baseSha, pull.headSha)) ?? pull.baseSha;
  const [files, commits, merging] = await Promise.all([
    diffFiles(bare.folder, start, pull.headSha),
    listCommits(bare, { range: [pull.headSha, `^${pull.baseSha}`], reverse: true }),
    mergeBox(visit, place),
  ]);
  return {
    title: `${issue.title} · pull request #${issue.number}`,
    body: html`${headline(visit, place)}
      <div class="columns">
        <div>
          ${showConversation(visit, issue)} ${reviews(visit, place)} ${checks(visit, place)} ${merging}
          ${reviewForm(visit, place)} ${commentForm(visit, issue)} ${stateForms(visit, issue)}
          <h2>Commits</h2>
          <div class="box">
            <ul class="rows">
              ${commits.map((commit) => html`<li>${showCommitLine(kernel, repository, commit)}</li>`)}
            </ul>
          </div>
          ${showDiff(files)}
        </div>
        ${sidebar(visit, issue)}
      </div>`,
  };
}

function headline(visit: RepositoryVisit, { repository, pull, issue }: PullPlace): Markup {
  const { kernel } = visit;
  return html`<div class="headline">
    <h1>${issue.title} <span class="number">#${issue.number}</span></h1>
    <p>
      ${showIssueState(visit, issue)} ${showPerson(kernel, accountOf(kernel.world, issue.authorId))}
      <span class="muted"
        >wants <code>${headName(visit, repository, pull)}</code> in <code>${pull.baseBranch}</code> since
        ${showTime(issue.createdAt)}</span
      >
    </p>
    <p>${labelsOf(repository, issue).map((label) => showLabel(label))}</p>
  </div>`;
}

function headName({ kernel }: RepositoryVisit, repository: Repository, pull: Pull): string {
  if (pull.headRepositoryId === repository.id) return pull.headBranch;
  const home = headRepositoryOf(kernel.world, repository, pull);
  return `${accountOf(kernel.world, home.ownerId).login}:${pull.headBranch}`;
}

function reviews(visit: RepositoryVisit, { pull }: PullPlace): Markup | '' {
  if (pull.reviews.length === 0) return '';
  return html`<section class="box">
    <header><strong>Reviews</strong></header>
    <ul class="rows">
      ${pull.reviews.map((review) => reviewRow(visit, review, review.commitId === pull.headSha))}
    </ul>
  </section>`;
}

function reviewRow({ kernel, repository }: RepositoryVisit, review: Review, isOfHead: boolean): Markup {
  return html`<li>
    ${showPerson(kernel, accountOf(kernel.world, review.authorId))} ${showState(review.state, wordOf(review))}
    ${showCommit(kernel, repository, review.commitId)}
    ${isOfHead ? '' : html`<span class="tag">older head</span>`} ${showTime(review.submittedAt)}
    ${review.body ? showMarkdown({ kernel }, repository, review.body) : ''}
  </li>`;
}

function wordOf({ state }: Review): string {
  return state.toLowerCase().replaceAll('_', ' ');
}

function checks({ kernel, repository }: RepositoryVisit, { pull }: PullPlace): Markup | '' {
  const rollup = rollUp(repository, pull.headSha);
  if (!rollup) return '';
  const runs = rollup.runs.map(
    (run) =>
      html`<li>
        ${showState(run.conclusion ?? run.status)}
        <a href="${pathOf(kernel, repository, `runs/${run.id}`)}">${run.name}</a>
        <span class="muted">${run.title ?? ''}</span>
      </li>`,
  );
  const statuses = rollup.statuses.map(
    (status) =>
      html`<li>
        ${showState(status.state)} ${status.context} <span class="muted">${status.description ?? ''}</span>
      </li>`,
  );
  const passed = rollup.runs.filter((run) => stateOfRun(run) === 'success').length;
  return html`<section class="box">
    <header>
      <strong>Checks</strong>
      <span class="muted">${passed} of ${rollup.runs.length} runs passed</span>
    </header>
    <ul class="rows">
      ${runs}${statuses}
    </ul>
  </section>`;
}

async function mergeBox(visit: RepositoryVisit, place: PullPlace): Promise<Markup | ''> {
  const { kernel, repository, actor } = visit;
  const { pull, issue } = place;
  if (pull.merged || issue.state === 'closed') return '';
  const clean = await isMergeable(kernel, repository, pull);
  if (!clean) {
    return html`<p class="notice bad">
      <strong>This branch has conflicts</strong> with <code>${pull.baseBranch}</code>.
    </p>`;
  }
  if (!meets(kernel.world, actor, { repository, need: WRITE })) {
    return html`<p class="notice">
      No conflicts with <code>${pull.baseBranch}</code>. Merging needs write access.
    </p>`;
  }
  const blockers = await blockersOf(kernel, place);
  if (queueRule(repository, pull.baseBranch)) return queueBox(visit, place, blockers);
  return html`<form
    class="notice ${blockers.length > 0 ? 'bad' : ''}"
    method="post"
    action="${pathOf(kernel, repository, `pull/${pull.number}/merge`)}"
  >
    <strong>No conflicts</strong> with
    <code>${pull.baseBranch}</code>.${pull.draft ? ' It is still a draft.' : ''}
    ${blockers.length > 0 ? showBlockers(blockers) : ''}
    <input type="hidden" name="sha" value="${pull.headSha}" />
    <div class="row">
      <select name="method" aria-label="How to merge">
        ${METHODS.map((method) => html`<option>${method}</option>`)}
      </select>
      <button class="primary" ${pull.draft ? 'disabled' : ''}>Merge</button>
    </div>
  </form>`;
}

function queueBox({ kernel, repository }: RepositoryVisit, { pull }: PullPlace, blockers: string[]): Markup {
  const entry = entryOf(repository, pull.number);
  return html`<form
    class="notice ${blockers.length > 0 ? 'bad' : ''}"
    method="post"
    action="${pathOf(kernel, repository, `pull/${pull.number}/queue`)}"
  >
    <code>${pull.baseBranch}</code> has a merge queue. ${blockers.length > 0 ? showBlockers(blockers) : ''}
    ${entry ? html`<p>This pull request is in it${entry.group ? ' and waits for its checks' : ''}.</p>` : ''}
    <div class="row">
      <button class="primary" name="deed" value="${entry ? 'leave' : 'join'}">
        ${entry ? 'Remove from the queue' : 'Merge when ready'}
      </button>
    </div>
  </form>`;
}

/** The button stays: whoever may pass the rules by does so with it. */
function showBlockers(blockers: string[]): Markup {
  return html`<p><strong>The rules of this branch are not met:</strong></p>
    <ul>
      ${blockers.map((sentence) => html`<li>${sentence}</li>`)}
    </ul>`;
}

function reviewForm(
  { kernel, repository, viewer }: RepositoryVisit,
  { pull, issue }: PullPlace,
): Markup | '' {
  if (!viewer || viewer.id === issue.authorId || issue.state === 'closed') return '';
  return html`<form
    class="box"
    method="post"
    action="${pathOf(kernel, repository, `pull/${pull.number}/reviews`)}"
  >
    <header>
      <label for="review"
        >Review <code>${pull.headSha.slice(0, 7)}</code> as <strong>${viewer.login}</strong></label
      >
    </header>
    <div class="content">
      <input type="hidden" name="sha" value="${pull.headSha}" />
      <input type="text" id="review" name="body" placeholder="What you think (optional)" />
      <div class="row">
        <button class="danger" name="verdict" value="REQUEST_CHANGES">Request changes</button>
        <button class="primary" name="verdict" value="APPROVE">Approve</button>
      </div>
    </div>
  </form>`;
}

function placeOf({ repository, params }: RepositoryVisit): PullPlace {
  const place = findPull(repository, numberFrom(params['number'] ?? ''));
  if (!place) throw notFound();
  return place;
}

function postReview(visit: RepositoryVisit): PageAnswer {
  const { kernel, repository, actor, form } = visit;
  const place = placeOf(visit);
  const verdict = form.get('verdict') === 'APPROVE' ? 'APPROVE' : 'REQUEST_CHANGES';
  submitReview(kernel, place, {
    verdict,
    body: form.get('body') ?? '',
    // What the reviewer saw, which need not be the head any more.
    commitId: form.get('sha') ?? undefined,
    actor,
  });
  return { redirect: pathOf(kernel, repository, `pull/${place.pull.number}`) };
}

async function postMerge(visit: RepositoryVisit): Promise<PageAnswer> {
  const { kernel, repository, actor, form } = visit;
  const place = placeOf(visit);
  if (!meets(kernel.world, actor, { repository, need: WRITE }))
    throw new ApiError(403, 'Merging needs write access.');
  const method = METHODS.find((one) => one === form.get('method')) ?? 'merge';
  const result = await mergePull(kernel, place, { actor, method, sha: form.get('sha') ?? undefined });
  if (result.kind === 'refused') throw new ApiError(result.status, result.message);
  return { redirect: pathOf(kernel, repository, `pull/${place.pull.number}`) };
}

async function postQueue(visit: RepositoryVisit): Promise<PageAnswer> {
  const { kernel, repository, actor, form } = visit;
  const place = placeOf(visit);
  if (form.get('deed') === 'leave') await dequeuePull(kernel, place, actor);
  else await enqueuePull(kernel, place, { actor, expectedHead: null });
  return { redirect: pathOf(kernel, repository, `pull/${place.pull.number}`) };
}
