import type { Bug } from '../../../../src/domain/bug.ts';
import { ENVIRONMENTS } from '../../../../src/domain/policy.ts';
import type { LedgerState } from '../../../../src/domain/ledger.ts';
import type { Lease } from '../../../../src/domain/lock.ts';
import type { Release } from '../../../../src/domain/release.ts';
import { count, violate, type Deploy, type Model } from '../model.ts';
import type { Process } from '../scheduler.ts';
import { placeOf, placesOf } from '../scenario.ts';
import { watchFinished } from './left-branch.ts';
import { branchOf } from './purpose.ts';
import { noteGone, wasLive } from './rollback.ts';

/** A commit of the ledger: what was there before it, and what is. */
interface Change {
  readonly before: LedgerState;
  readonly after: LedgerState;
  /** How many commits there are with it. */
  readonly number: number;
  /** Whose it is. */
  readonly process: Process;
}

/**
 * The ledger's word on rollbacks and hotfixes: whoever ordered one has said so, a rollback leads to what was live, and
 * behind whatever was taken back the environment is locked until somebody says `/unlock`, or orders the next one.
 */
export function watchOrders(model: Model, change: Change): void {
  const { before, after } = change;
  for (const release of after.releases.values()) {
    const known = before.releases.get(release.id);
    if (release === known) continue;
    if (known === undefined) watchOrdered(model, release);
    if (known?.state === release.state) continue;
    watchEnded(model, release, change);
    if (known?.state === 'live') watchUndone(model, release);
  }
  watchTakenBack(model, change);
  for (const environment of ENVIRONMENTS) watchLifted(model, change, environment);
}

function watchUndone(model: Model, { id, state }: Release): void {
  if (state !== 'rolled_back') violate(model, '4 deployed twice', `${id} was live and is ${state} now`);
}

function watchOrdered(model: Model, release: Release): void {
  if (release.kind === 'slot') return;
  count(model, `ordered ${release.kind}`);
  const { environment, envelope, order } = release;
  if (order === null) return;
  const isAsked = [...model.book.comments.values()].some(
    ({ issue, by, text, isDone }) =>
      isDone &&
      issue === order.issue &&
      by.id === order.by?.id &&
      text.startsWith(`/rollback ${environment} `),
  );
  if (!isAsked) violate(model, '7 no role', `nobody asked for ${release.id}`);
  if (!wasLive(model, environment, envelope.commit))
    violate(model, 'rollback', `${release.id} is to go to ${envelope.commit.slice(0, 7)}, never live there`);
}

function watchEnded(model: Model, release: Release, change: Change): void {
  const { kind, state } = release;
  if (state === 'planned') return;
  count(model, `${kind} ${state}`);
  if (state === 'live' || state === 'rolled_back') watchWhole(model, release);
  if (kind === 'rollback' && state === 'live') {
    watchBranch(model, release);
    watchFinished(model, release, change.after);
  }
  watchLocked(model, release, change);
}

/**
 * Behind what was taken back the environment is locked, or another run has come in by then, long after. What an earlier
 * attempt had taken back was judged then. What a slot was taking back when its run died nobody knows of: it is free for
 * the next one, which goes on.
 */
function watchLocked(
  model: Model,
  { id, kind, state, environment }: Release,
  { after, process }: Change,
): void {
  const deploys = model.deploys.slice(model.book.ended.get(id) ?? 0).filter(({ release }) => release === id);
  model.book.ended.set(id, model.deploys.length);
  const isBack = state !== 'live' || kind === 'rollback';
  const isKnown = (each: Deploy) => kind !== 'slot' || each.process === process;
  if (!isBack || !deploys.some((each) => each.isRollback && isKnown(each))) return;
  if (!leasesOn(after, environment).some((lease) => lease.owner.kind === 'rollback' || isOthers(lease, id)))
    violate(model, 'rollback', `${environment} is not locked after ${id} was ${state}`);
}

/** What is said to be live is so in all of its services; what is said to be taken back is so wherever it had come. */
function watchWhole(model: Model, { id, state, environment, envelope }: Release): void {
  const isThere = state === 'live';
  const strange = placesOf(model.scenario)
    .filter((place) => place.split(' ')[0] === environment)
    .filter((place) =>
      isThere ? model.live.get(place) !== envelope.commit : isOf(lastDeploy(model, place), id),
    );
  if (strange.length > 0) violate(model, 'half-way', `${id} is ${state}, and ${strange.join(', ')} is not`);
}

const isOf = (deploy: Deploy | undefined, id: string): boolean =>
  deploy?.release === id && !deploy.isRollback;

function lastDeploy({ deploys }: Model, place: string): Deploy | undefined {
  return deploys.findLast((each) => each.ok && placeOf(each.environment, each.service) === place);
}

/** A branch that is said to be brought back has what is live, and what people have put there. */
function watchBranch(model: Model, { id, environment, envelope, order }: Release): void {
  if (order === null || order.branch === null) return;
  const { git, book } = model;
  const wanted = git.patchesAt(envelope.commit);
  const strange = git
    .patchesOn(branchOf(environment))
    .filter((patch) => !wanted.includes(patch) && !book.byHand.has(patch));
  if (strange.length > 0)
    violate(model, 'rollback', `${id} left ${strange.join(', ')} on the branch of ${environment}`);
}

const isOthers = ({ owner, operation }: Lease, id: string): boolean =>
  owner.kind === 'run' && !id.startsWith(operation.replace('/', '-'));

function leasesOn({ environments }: LedgerState, environment: Release['environment']): readonly Lease[] {
  return environments.get(environment)?.locks.leases ?? [];
}

function watchTakenBack(model: Model, { before, after, number }: Change): void {
  for (const bug of after.bugs.values()) {
    const { takenBack } = bug;
    const known = before.bugs.get(bug.number);
    if (takenBack === null) continue;
    const { environment } = takenBack;
    const isNew = takenBack.release !== known?.takenBack?.release;
    if (isNew) count(model, 'bugs taken back');
    // Of one that its own checks took back the branch follows in a commit of its own.
    const isOffBranch = landingsOn(bug, environment) < landingsOn(known, environment);
    if (isNew || isOffBranch) noteGone(model, branchOf(environment), number);
  }
}

function landingsOn(bug: Bug | undefined, environment: Release['environment']): number {
  return (bug?.landings ?? []).filter((each) => each.environment === environment).length;
}

/** A lock that is no run's goes by a word, or by the run of an order that was given in spite of it. */
function watchLifted(
  model: Model,
  { before, after, number }: Change,
  environment: Release['environment'],
): void {
  const now = new Set(leasesOn(after, environment).map(({ operation }) => operation));
  const gone = leasesOn(before, environment).filter(
    ({ owner, operation }) => owner.kind !== 'run' && !now.has(operation),
  );
  if (gone.length === 0 || isUnlocked(model, environment, number)) return;
  const isTakenOver = [...after.releases.values()].some(
    (each) =>
      each.kind !== 'slot' && each.environment === environment && each !== before.releases.get(each.id),
  );
  const left = gone.find(({ owner }) => owner.kind === 'person' || !isTakenOver);
  if (left !== undefined)
    violate(
      model,
      'rollback',
      `the lock of ${left.operation} on ${environment} is gone, and nobody lifted it`,
    );
}

function isUnlocked({ book }: Model, environment: string, commit: number): boolean {
  return [...book.comments.values()].some(
    ({ isDone, handledAt, text }) =>
      isDone && handledAt === commit && text.startsWith(`/unlock ${environment}`),
  );
}
