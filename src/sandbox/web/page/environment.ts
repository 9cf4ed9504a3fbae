import { html } from 'hono/html';
import { teamWithId } from '../../environment/reviewer.ts';
import { environmentsOf } from '../../environment/store.ts';
import type { Environment, Reviewer } from '../../model/environment.ts';
import type { Repository } from '../../model/repository.ts';
import type { Kernel } from '../../sandbox.ts';
import { accountOf, appOf } from '../../world.ts';
import { count, pathOf } from '../element.ts';
import type { Markup, PageContent, RepositoryPage, RepositoryVisit } from '../visit.ts';

/** What protects the environments. */
export const environmentPages: RepositoryPage[] = [
  { verb: 'GET', path: '/{owner}/{repo}/settings/environments', answer: (visit) => settingsPage(visit) },
];

function settingsPage(visit: RepositoryVisit): PageContent {
  const all = environmentsOf(visit.repository);
  return {
    title: 'Environments',
    body: html`<h1>Environments</h1>
      ${all.length === 0 ? html`<p class="muted">There is none yet.</p>` : ''}
      ${all.map((environment) => showEnvironment(visit, environment))}`,
  };
}

function showEnvironment({ kernel, repository }: RepositoryVisit, environment: Environment): Markup {
  const link = pathOf(kernel, repository, `deployments/${encodeURIComponent(environment.name)}`);
  const rules = describeProtection(kernel, repository, environment);
  return html`<section class="box">
    <header>
      <strong><a href="${link}">${environment.name}</a></strong>
    </header>
    <ul class="rows">
      ${rules.map((rule) => html`<li>${rule}</li>`)}
    </ul>
  </section>`;
}

/** The protection of an environment, a sentence for each rule. */
function describeProtection(kernel: Kernel, repository: Repository, environment: Environment): string[] {
  const { waitTimer, reviewRule, preventSelfReview, customRules } = environment;
  const reviewers = (reviewRule?.reviewers ?? []).map((one) => nameOf(kernel, repository, one));
  const rules = [
    ...(waitTimer ? [`Jobs wait ${count(waitTimer.minutes, 'minute')}.`] : []),
    ...(reviewRule ? [`One of ${reviewers.join(', ')} has to approve.`] : []),
    ...(reviewRule && preventSelfReview ? ['Nobody approves a run of their own.'] : []),
    ...customRules.map(({ appId }) => `${appOf(kernel.world, appId).slug} has to approve.`),
    ...refRules(environment),
  ];
  if (rules.length === 0) return ['Not protected.'];
  return [...rules, environment.canAdminsBypass ? 'Admins may bypass this.' : 'Nobody may bypass this.'];
}

function refRules({ refPolicy, refPatterns }: Environment): string[] {
  if (refPolicy === null) return [];
  if (refPolicy.kind === 'protected') return ['Deployed only from protected branches.'];
  const named = refPatterns.map(({ type, name }) => `${type} ${name}`);
  return [`Deployed only from ${named.join(', ') || 'branches and tags yet to be named'}.`];
}

function nameOf({ world }: Kernel, repository: Repository, { type, id }: Reviewer): string {
  return type === 'User'
    ? accountOf(world, id).login
    : `team ${teamWithId(world, repository, id)?.slug ?? id}`;
}
