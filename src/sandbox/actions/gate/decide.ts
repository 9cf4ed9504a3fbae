import { ApiError, forbidden, unprocessable } from '../../error.ts';
import { atLeast, roleOf } from '../../auth/role.ts';
import { findEnvironment } from '../../environment/store.ts';
import { isReviewer } from '../../environment/reviewer.ts';
import type { Account } from '../../model/account.ts';
import type { App } from '../../model/app.ts';
import type { Kernel } from '../../sandbox.ts';
import type { World } from '../../world.ts';
import type { RunPlace } from '../find.ts';
import { announceReview } from './announce.ts';
import type { Approval, Gate } from './model.ts';
import { leaveGate, settleGate } from './pass.ts';
import { shutGates } from './state.ts';

/** GitHub's limit for one deployment. */
const MAX_REPORTS = 10;

/**
 * Takes an App's word on the jobs of a run that wait for it before an environment; without `state` it is a status report.
 *
 * @throws ApiError 422 where nothing waits for this App, also after its decision, and for the eleventh report.
 * Source: GitHub's words for the first as github.com/ls1intum/Helios knows them.
 */
export function answerCustomRule(
  kernel: Kernel,
  { repository, run }: RunPlace,
  answer: {
    app: App | null;
    environment: string;
    state: 'approved' | 'rejected' | null;
    comment: string;
  },
): void {
  const { app, state, comment } = answer;
  const waiting = shutGates(run)
    .filter((gate) => gate.environment.toLowerCase() === answer.environment.toLowerCase())
    .flatMap((gate) => {
      const rule = gate.customRules.find((one) => one.appId === app?.id && one.state === 'pending');
      return rule ? [{ gate, rule }] : [];
    });
  if (!app || waiting.length === 0)
    throw unprocessable(
      `No pending custom deployment requests in workflow run \`${run.id}\` to approve or reject`,
    );
  if (state === null && waiting.some(({ rule }) => rule.reports.length >= MAX_REPORTS))
    throw unprocessable(`A maximum of ${MAX_REPORTS} status reports can be sent for a deployment.`);
  for (const { gate, rule } of waiting) {
    if (state === null) rule.reports.push(comment);
    else rule.state = state;
    note({ repository, run }, gate, { state: state ?? 'pending', userId: app.botId, comment });
    settleGate(kernel, gate);
  }
}

/** What a person decides about environments that jobs of a run wait for. */
interface Decision {
  person: Account;
  environmentIds: number[];
  comment: string;
}

/**
 * Takes a reviewer's word on waiting jobs; one reviewer is enough. Answers the gates it was about.
 *
 * @throws ApiError 422 where nothing waits for this person: no reviewer, or who started the run where that is forbidden.
 * Source: GitHub's words for both, as github.com answers `POST .../pending_deployments`.
 */
export async function reviewGates(
  kernel: Kernel,
  place: RunPlace,
  decision: Decision & { state: 'approved' | 'rejected' },
): Promise<Gate[]> {
  const { person, environmentIds, state, comment } = decision;
  const gates = shutGates(place.run).filter(
    (gate) => environmentIds.includes(gate.environmentId) && canReview(kernel.world, place, { gate, person }),
  );
  const missing = environmentIds.some((id) => !gates.some((gate) => gate.environmentId === id));
  if (missing || gates.length === 0)
    throw unprocessable('Validation Failed', ['No pending deployment requests to approve or reject']);
  for (const gate of gates) {
    if (state === 'approved' && gate.review) gate.review.approved = true;
    note(place, gate, { state, userId: person.id, comment });
    await announceReview(kernel, place, { gate, approver: person, state, comment });
    if (state === 'rejected') leaveGate(gate, 'rejected');
    else settleGate(kernel, gate);
  }
  return gates;
}

/** Tells whether a person's word is asked for at a gate. */
export function canReview(
  world: World,
  { repository, run }: RunPlace,
  { gate, person }: { gate: Gate; person: Account },
): boolean {
  if (!gate.review || gate.review.approved) return false;
  if (gate.review.preventSelfReview && run.triggeringActorId === person.id) return false;
  return isReviewer(world, { repository, reviewers: gate.review.reviewers }, person);
}

/**
 * Starts waiting jobs past all rules, as an admin's "Start all waiting jobs" does; GitHub has no API for it.
 *
 * @throws ApiError 403 for anybody but admins and where the environment forbids it, 422 where nothing waits.
 * Source: docs.github.com, "Reviewing deployments", bypassing deployment protection rules.
 */
export function bypassGates(kernel: Kernel, place: RunPlace, decision: Decision): void {
  const { person, environmentIds, comment } = decision;
  if (!atLeast(roleOf(kernel.world, place.repository, person), 'admin'))
    throw forbidden('Must have admin rights to Repository.');
  const gates = shutGates(place.run).filter((gate) => environmentIds.includes(gate.environmentId));
  if (gates.length === 0) throw new ApiError(422, 'No pending deployment requests to bypass');
  for (const gate of gates) {
    if (findEnvironment(place.repository, gate.environment)?.canAdminsBypass === false)
      throw forbidden(`The protection rules of ${gate.environment} cannot be bypassed.`);
  }
  for (const gate of gates) {
    note(place, gate, { state: 'approved', userId: person.id, comment });
    leaveGate(gate, 'bypassed');
  }
}

function note({ run }: RunPlace, gate: Gate, said: Omit<Approval, 'environment'>): void {
  run.approvals.push({ environment: { id: gate.environmentId, name: gate.environment }, ...said });
}
