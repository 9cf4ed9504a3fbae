import { html } from 'hono/html';
import { stateOf } from '../../deployment/status.ts';
import { deploymentsOf } from '../../deployment/store.ts';
import { environmentsOf } from '../../environment/store.ts';
import type { Commit } from '../../git/commit.ts';
import { listCommits } from '../../git/history.ts';
import { accountByEmail } from '../../git/person.ts';
import { listRefs } from '../../git/ref.ts';
import { timestamp } from '../../clock.ts';
import type { Environment } from '../../model/environment.ts';
import type { Repository } from '../../model/repository.ts';
import type { Ruleset } from '../../model/ruleset.ts';
import { rulesetsOf } from '../../rule/store.ts';
import { pathOf, showCommit, showPerson, showState, showTime } from '../element.ts';
import type { Markup, PageContent, RepositoryPage, RepositoryVisit, Visit } from '../visit.ts';
import { showIssueRow } from './issue-list.ts';

/** A repository at a glance. */
export const repositoryPages: RepositoryPage[] = [
  { verb: 'GET', path: '/{owner}/{repo}', answer: (visit) => repositoryPage(visit) },
];

const COMMITS_SHOWN = 4;
const ISSUES_SHOWN = 5;

async function repositoryPage(visit: RepositoryVisit): Promise<PageContent> {
  const { kernel, repository } = visit;
  const branches = await listRefs(kernel.git.open(repository), 'refs/heads/');
  const shown = await Promise.all(branches.map((branch) => showBranch(visit, branch)));
  return {
    title: repository.name,
    body: html`${repository.description ? html`<p>${repository.description}</p>` : ''}
      <p class="muted">Clone with <code>${kernel.urls.webRepository(repository)}.git</code></p>
      ${shown.length === 0 ? html`<p class="notice">Nothing was pushed yet.</p>` : ''}
      <div class="grid">${shown}</div>
      <h2><a href="${pathOf(kernel, repository, 'settings/environments')}">Environments</a></h2>
      <div class="box">${environments(visit, repository)}</div>
      ${rulesets(repository)}
      <div class="grid">${latest(visit, false)} ${latest(visit, true)}</div>`,
  };
}

async function showBranch(
  { kernel, repository }: RepositoryVisit,
  { ref, sha }: { ref: string; sha: string },
): Promise<Markup> {
  const name = ref.slice('refs/heads/'.length);
  const commits = await listCommits(kernel.git.open(repository), { range: [sha], limit: COMMITS_SHOWN });
  return html`<section class="box">
    <header>
      <strong>${name}</strong>
      ${name === repository.defaultBranch ? html`<span class="tag">default</span>` : ''}
    </header>
    <ul class="rows">
      ${commits.map((commit) => html`<li>${showCommitLine(kernel, repository, commit)}</li>`)}
    </ul>
  </section>`;
}

/** A commit in two lines: what, and by whom and when. */
export function showCommitLine(kernel: Visit['kernel'], repository: Repository, commit: Commit): Markup {
  const author = accountByEmail(kernel.world, commit.author.email);
  return html`${showCommit(kernel, repository, commit.sha)} ${commit.message.split('\n')[0]}
    <div class="muted">
      ${author ? showPerson(kernel, author) : commit.author.name}
      ${showTime(timestamp(commit.committer.atMs))}
    </div>`;
}

function environments(visit: RepositoryVisit, repository: Repository): Markup {
  const all = environmentsOf(repository);
  if (all.length === 0) return html`<p class="empty">Nothing was deployed yet.</p>`;
  return html`<ul class="rows">
    ${all.map((environment) => environmentRow(visit, environment))}
  </ul>`;
}

function environmentRow({ kernel, repository }: RepositoryVisit, { name }: Environment): Markup {
  const latestOne = deploymentsOf(repository).findLast((one) => one.environment === name);
  const link = pathOf(kernel, repository, `deployments/${encodeURIComponent(name)}`);
  if (!latestOne)
    return html`<li><a href="${link}">${name}</a> <span class="muted">not deployed yet</span></li>`;
  return html`<li>
    <a href="${link}">${name}</a> ${showState(stateOf(latestOne))}
    ${showCommit(kernel, repository, latestOne.sha)} ${showTime(latestOne.updatedAt)}
  </li>`;
}

function rulesets(repository: Repository): Markup | '' {
  const all = rulesetsOf(repository);
  if (all.length === 0) return '';
  return html`<h2>Rulesets</h2>
    <div class="box">
      <ul class="rows">
        ${all.map((ruleset) => rulesetRow(ruleset))}
      </ul>
    </div>`;
}

function rulesetRow({ name, enforcement, include, exclude, rules }: Ruleset): Markup {
  const refs = [...include, ...exclude.map((pattern) => `not ${pattern}`)].join(', ');
  return html`<li>
    <strong>${name}</strong> <span class="tag">${enforcement}</span> <code>${refs}</code>
    <div class="muted">${rules.map(({ type }) => type.replaceAll('_', ' ')).join(' · ')}</div>
  </li>`;
}

function latest(visit: RepositoryVisit, isPull: boolean): Markup {
  const { kernel, repository } = visit;
  const found = repository.issues
    .filter((issue) => issue.isPull === isPull && issue.state === 'open')
    .toReversed()
    .slice(0, ISSUES_SHOWN);
  return html`<section class="box">
    <header>
      <strong>${isPull ? 'Open pull requests' : 'Open issues'}</strong>
      <a class="end" href="${pathOf(kernel, repository, isPull ? 'pulls' : 'issues')}">all</a>
    </header>
    ${
      found.length === 0
        ? html`<p class="empty">None.</p>`
        : html`<ul class="rows">
            ${found.map((issue) => showIssueRow(visit, issue))}
          </ul>`
    }
  </section>`;
}
