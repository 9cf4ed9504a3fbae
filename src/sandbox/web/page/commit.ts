import { html } from 'hono/html';
import { notFound } from '../../error.ts';
import { readCommit } from '../../git/commit.ts';
import { diffFiles } from '../../git/diff.ts';
import { resolveCommit } from '../../git/resolve.ts';
import { verifyCommit } from '../../git/signing.ts';
import { EMPTY_TREE } from '../../git/tree.ts';
import { pathOf, showCommit } from '../element.ts';
import type { PageContent, RepositoryPage, RepositoryVisit } from '../visit.ts';
import { showDiff } from './diff.ts';
import { showCommitLine } from './repository.ts';

/** What a commit changed, and what a file held. */
export const commitPages: RepositoryPage[] = [
  { verb: 'GET', path: '/{owner}/{repo}/commit/{sha}', answer: (visit) => commitPage(visit) },
  { verb: 'GET', path: '/{owner}/{repo}/blob/{sha}/{path}', answer: (visit) => filePage(visit) },
];

async function commitPage(visit: RepositoryVisit): Promise<PageContent> {
  const { kernel, repository, params } = visit;
  const bare = kernel.git.open(repository);
  const sha = await resolveCommit(bare, params['sha'] ?? '');
  const commit = sha === null ? null : await readCommit(bare.reader, sha);
  if (!commit) throw notFound();
  const [headline = '', ...rest] = commit.message.trimEnd().split('\n');
  const files = await diffFiles(bare.folder, commit.parents[0] ?? EMPTY_TREE, commit.sha);
  const { verified } = verifyCommit(kernel.world, commit);
  return {
    title: headline,
    body: html`<div class="headline">
        <h1>${headline}</h1>
        ${rest.length === 0 ? '' : html`<pre class="text">${rest.join('\n').trim()}</pre>`}
        <div>${showCommitLine(kernel, repository, commit)}</div>
        <p>
          <code>${commit.sha}</code> ${verified ? html`<span class="state success">Verified</span>` : ''}
          <span class="muted"
            >${commit.parents.length === 0 ? 'no parent' : 'from'}
            ${commit.parents.map((parent) => html`${showCommit(kernel, repository, parent)} `)}</span
          >
        </p>
      </div>
      ${showDiff(files)}`,
  };
}

async function filePage(visit: RepositoryVisit): Promise<PageContent> {
  const { kernel, repository, params } = visit;
  const [ref = '', path = ''] = [params['sha'], params['path']];
  const bare = kernel.git.open(repository);
  const sha = await resolveCommit(bare, ref);
  const object = sha === null ? null : await bare.reader.read(`${sha}:${path}`);
  if (object?.type !== 'blob') throw notFound();
  const text = object.content.includes(0) ? null : object.content.toString('utf8');
  return {
    title: path,
    body: html`<p>
        <a href="${pathOf(kernel, repository)}">${repository.name}</a> / <strong>${path}</strong>
      </p>
      <div class="box">
        ${text === null ? html`<p class="empty">Not a text.</p>` : html`<pre class="text">${text}</pre>`}
      </div>`,
  };
}
