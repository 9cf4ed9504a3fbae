import { html } from 'hono/html';
import { findRun, type RunPlace } from '../../actions/find.ts';
import { bypassGates, canReview, reviewGates } from '../../actions/gate/decide.ts';
import type { Approval, Gate } from '../../actions/gate/model.ts';
import { shutGates } from '../../actions/gate/state.ts';
import type { WorkflowRun } from '../../actions/model.ts';
import { atLeast, roleOf } from '../../auth/role.ts';
import { timestamp } from '../../clock.ts';
import { ApiError, notFound } from '../../error.ts';
import type { Account } from '../../model/account.ts';
import { accountOf, appOf } from '../../world.ts';
import { button, pathOf, showMarkdown, showPerson, showState, showTime } from '../element.ts';
import type { Markup, PageAnswer, RepositoryPage, RepositoryVisit } from '../visit.ts';

/** Where people let waiting jobs go on, or not. */
export const gatePages: RepositoryPage[] = [
  { verb: 'POST', path: '/{owner}/{repo}/actions/runs/{id}/gates', answer: (visit) => decide(visit) },
];

/** What jobs of a run wait for, with the buttons of who may decide, and what was said so far. */
export function showGates(visit: RepositoryVisit, run: WorkflowRun): Markup {
  const gates = shutGates(run);
  return html`${gates.map((gate) => showGate(visit, run, gate))}
  ${run.approvals.length === 0 ? '' : showHistory(visit, run.approvals)}`;
}

function showGate(visit: RepositoryVisit, run: WorkflowRun, gate: Gate): Markup {
  return html`<section class="box">
    <header>
      ${showState('waiting')} <strong>${gate.environment}</strong>
      <span class="muted">since ${showTime(gate.openedAt)}</span>
    </header>
    <ul class="rows">
      ${conditions(visit, gate)}
    </ul>
    ${gateButtons(visit, run, gate)}
  </section>`;
}

function conditions({ kernel, repository }: RepositoryVisit, gate: Gate): Markup[] {
  const { waitTimer, review, customRules } = gate;
  const nowMs = kernel.clock.nowMs();
  return [
    ...(waitTimer && waitTimer.endsAtMs > nowMs
      ? [html`<li>waiting for ${showTime(timestamp(waitTimer.endsAtMs))}</li>`]
      : []),
    ...(review && !review.approved ? [html`<li>waiting for a review</li>`] : []),
    ...customRules
      .filter((rule) => rule.state === 'pending')
      .map((rule) => {
        const report = rule.reports.at(-1);
        return html`<li>
          waiting for ${appOf(kernel.world, rule.appId).slug}
          ${report === undefined ? '' : showMarkdown({ kernel }, repository, report)}
        </li>`;
      }),
  ];
}

function gateButtons({ kernel, repository, viewer }: RepositoryVisit, run: WorkflowRun, gate: Gate): Markup {
  if (!viewer) return html``;
  const action = pathOf(kernel, repository, `actions/runs/${run.id}/gates`);
  const press = (act: string, text: string, look = ''): Markup =>
    button(action, text, { fields: { act, environment: String(gate.environmentId) }, look });
  const reviews = canReview(kernel.world, { repository, run }, { gate, person: viewer });
  const isAdmin = atLeast(roleOf(kernel.world, repository, viewer), 'admin');
  return html`<p class="content">
    ${reviews ? html`${press('approved', 'Approve and deploy', 'primary')} ${press('rejected', 'Reject')}` : ''}
    ${isAdmin ? press('bypass', 'Start all waiting jobs') : ''}
  </p>`;
}

function showHistory({ kernel, repository }: RepositoryVisit, approvals: Approval[]): Markup {
  return html`<section class="box">
    <header><strong>Deployment protection</strong></header>
    <ul class="rows">
      ${approvals.map(
        (one) =>
          html`<li>
            ${showState(one.state, one.state === 'pending' ? 'report' : one.state)}
            ${showPerson(kernel, accountOf(kernel.world, one.userId))} ${one.environment.name}
            ${one.comment === '' ? '' : showMarkdown({ kernel }, repository, one.comment)}
          </li>`,
      )}
    </ul>
  </section>`;
}

async function decide(visit: RepositoryVisit): Promise<PageAnswer> {
  const { kernel, repository, params, form } = visit;
  const place: RunPlace = { repository, run: findRun(repository, params['id'] ?? '') };
  const act = form.get('act');
  const decision = {
    person: whoDecides(visit),
    environmentIds: [Number(form.get('environment'))],
    comment: form.get('comment') ?? '',
  };
  if (act === 'bypass') bypassGates(kernel, place, decision);
  else if (act === 'approved' || act === 'rejected')
    await reviewGates(kernel, place, { ...decision, state: act });
  else throw notFound();
  return { redirect: pathOf(kernel, repository, `actions/runs/${place.run.id}`) };
}

function whoDecides({ viewer }: RepositoryVisit): Account {
  if (!viewer) throw new ApiError(401, 'Choose above whom to act as.');
  return viewer;
}
