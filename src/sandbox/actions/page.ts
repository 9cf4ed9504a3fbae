import { html, raw } from 'hono/html';
import type { Repository } from '../model/repository.ts';
import type { Kernel } from '../sandbox.ts';
import { showTime } from '../web/element.ts';
import { accountOf } from '../world.ts';
import { artifactsOf, textOf } from './artifact.ts';
import { latestJobs, runsOf, type WorkflowJob, type WorkflowRun, type WorkflowStep } from './model.ts';
import { jobPage } from './serialise.ts';

/** A piece of a page; text in it is escaped already. */
type Markup = ReturnType<typeof html>;

/** A page without the layout around it. */
export interface PageContent {
  title: string;
  body: Markup;
}

/** Shows Markdown; the caller gives the one that issues have. */
export type MarkdownRenderer = (text: string) => Markup;

const asWritten: MarkdownRenderer = (text) => html`<pre>${text}</pre>`;

/**
 * Renders `/{owner}/{repo}/actions` and what is below: `path` is the rest after `actions`. `null` for an unknown page.
 *
 * The caller has found the repository and checked that the viewer may see it.
 */
export function renderActionsPage(
  kernel: Kernel,
  repository: Repository,
  at: { path: string; markdown?: MarkdownRenderer; beforeJobs?: (run: WorkflowRun) => Markup },
): PageContent | null {
  if (at.path === '' || at.path === '/') return runList(kernel, repository);
  const [, runId, jobId] = /^\/runs\/(\d+)(?:\/job\/(\d+))?\/?$/.exec(at.path) ?? [];
  const run = runsOf(repository).find((one) => String(one.id) === runId);
  if (!run) return null;
  const job = run.jobs.find((one) => String(one.id) === jobId);
  if (jobId !== undefined && !job) return null;
  return runPage(kernel, repository, { ...at, run, jobs: job ? [job] : latestJobs(run) });
}

interface ShownRun {
  run: WorkflowRun;
  jobs: WorkflowJob[];
  markdown?: MarkdownRenderer;
  beforeJobs?: (run: WorkflowRun) => Markup;
}

function runPage(kernel: Kernel, repository: Repository, shown: ShownRun): PageContent {
  const { run, jobs, markdown = asWritten, beforeJobs } = shown;
  return {
    title: `${run.displayTitle} · ${run.name} #${run.number}`,
    body: html`<h1>${mark(run)} ${run.displayTitle}</h1>
      <p class="run">${describe(kernel, repository, run)}</p>
      ${run.problem === null ? '' : html`<p class="problem">${run.problem}</p>`} ${beforeJobs?.(run) ?? ''}
      ${jobs.map((job) => jobSection(kernel, repository, { job, markdown }))}
      ${artifactList(repository, run, markdown)}`,
  };
}

function runList(kernel: Kernel, repository: Repository): PageContent {
  const runs = runsOf(repository).toReversed();
  return {
    title: 'Workflow runs',
    body: html`<h1>Workflow runs</h1>
      ${runs.length === 0 ? html`<p>No workflow has run yet.</p>` : ''}
      <ul class="runs">
        ${runs.map(
          (run) =>
            html`<li>
              ${mark(run)}
              <a href="${kernel.urls.webRepository(repository, `actions/runs/${run.id}`)}"
                >${run.displayTitle}</a
              >
              ${describe(kernel, repository, run)}
            </li>`,
        )}
      </ul>`,
  };
}

function describe(kernel: Kernel, repository: Repository, run: WorkflowRun): Markup {
  const actor = accountOf(kernel.world, run.triggeringActorId).login;
  const commit = kernel.urls.webRepository(repository, `commit/${run.headSha}`);
  return html`${run.name} #${run.number}${run.attempt > 1 ? ` (attempt ${run.attempt})` : ''}: ${run.event} by
    ${actor} on ${run.headBranch} (<a href="${commit}"><code>${run.headSha.slice(0, 7)}</code></a
    >), ${showTime(run.startedAt)}`;
}

interface ShownJob {
  job: WorkflowJob;
  markdown: MarkdownRenderer;
}

function jobSection(kernel: Kernel, repository: Repository, { job, markdown }: ShownJob): Markup {
  const summaries = job.steps.map((step) => step.summary).filter((summary) => summary !== '');
  return html`<section id="job-${job.id}">
    <h2>${mark(job)} <a href="${jobPage(kernel, repository, job)}">${job.name}</a></h2>
    ${job.environment === null ? '' : html`<p>Environment ${environmentLink(job)}</p>`}
    ${job.annotations.map((one) => html`<p class="annotation ${one.level}">${one.title ?? one.level}: ${one.message}</p>`)}
    ${summaries.map((summary) => html`<div class="summary">${markdown(summary)}</div>`)}
    ${job.steps.map(stepDetails)}
  </section>`;
}

/** What GitHub gives as a file to download is shown here: it is text. */
function artifactList(repository: Repository, run: WorkflowRun, markdown: MarkdownRenderer): Markup {
  const artifacts = artifactsOf(repository).filter(({ runId }) => runId === run.id);
  if (artifacts.length === 0) return html``;
  return html`<section id="artifacts">
    <h2>Artifacts</h2>
    ${artifacts.map(
      ({ name, files }) =>
        html`<h3>${name}</h3>
          ${files.map(
            (file) =>
              html`<details class="artifact">
                <summary>${file.path}</summary>
                ${file.path.endsWith('.md') ? markdown(textOf(file)) : html`<pre class="log">${textOf(file)}</pre>`}
              </details>`,
          )}`,
    )}
  </section>`;
}

/** An address comes from the workflow, so only web addresses become links. */
function environmentLink({ environment, environmentUrl }: WorkflowJob): Markup {
  return environmentUrl !== null && /^https?:\/\//.test(environmentUrl)
    ? html`<a href="${environmentUrl}">${environment}</a>`
    : html`${environment}`;
}

function stepDetails(step: WorkflowStep): Markup {
  const open = step.conclusion === 'failure' ? raw(' open') : '';
  return html`<details class="step" ${open}>
    <summary>${mark(step)} ${step.name}</summary>
    <pre class="log">${step.log}</pre>
  </details>`;
}

const MARKS: { [state: string]: string } = {
  success: '✓',
  failure: '✗',
  startup_failure: '✗',
  cancelled: '⊘',
  skipped: '–',
  in_progress: '●',
};

/** A sign with the word for those who do not see it. */
function mark({ status, conclusion }: { status: string; conclusion: string | null }): Markup {
  const state = conclusion ?? status;
  return html`<span class="state ${state}" role="img" aria-label="${state}" title="${state}"
    >${MARKS[state] ?? '○'}</span
  >`;
}
