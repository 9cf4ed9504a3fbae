import { NO_LOCKS } from '../../../../src/domain/lock.ts';
import { count, violate, type Deploy, type Model } from '../model.ts';
import type { ParkedCall } from '../scheduler.ts';
import { describe, type BranchMemory } from './branches.ts';
import { bugsOf, pullOfPatch } from './book.ts';
import { hotfixSigners } from './hotfix.ts';
import { watchLeft } from './left-branch.ts';
import { purposeOf } from './purpose.ts';
import { watchBack } from './rollback.ts';
import { leastSigners, signersOf } from './sign-off.ts';
import { placeOf } from '../scenario.ts';

interface Running {
  readonly environment: string;
  readonly candidate: string;
  readonly fencingToken: number;
}

function requestOf(call: ParkedCall): Running | null {
  const [command, request] = call.args;
  const isDeploy =
    typeof command === 'object' && command !== null && 'run' in command && command.run === 'deploy';
  if (!isDeploy || typeof request !== 'object' || request === null) return null;
  const { environment, candidate, fencingToken } = { ...request } as Record<string, unknown>;
  return {
    environment: String(environment),
    candidate: String(candidate),
    fencingToken: Number(fencingToken),
  };
}

/**
 * Two processes never deploy to an environment at the same time (invariant 4), nobody deploys where a person has a lock,
 * and whoever deploys has the newest token.
 */
export function watchDeployBegin(model: Model, call: ParkedCall, parked: readonly ParkedCall[]): void {
  const request = requestOf(call);
  if (request === null) return;
  watchLocks(model, call, request);
  for (const other of parked) {
    const running = other === call ? null : requestOf(other);
    if (running?.environment === request.environment) {
      violate(model, '4 deployed twice', `${call.process.name} and ${other.process.name} deploy at once`);
    }
  }
}

function watchLocks(model: Model, { process }: ParkedCall, { environment, fencingToken }: Running): void {
  const record = [...model.ledger.state().environments.values()].find(
    (each) => each.environment === environment,
  );
  const { leases, lastToken } = record?.locks ?? NO_LOCKS;
  if (leases.some(({ owner }) => owner.kind !== 'run'))
    violate(model, '4 locked', `${process.name} deploys to ${environment} all the same`);
  if (fencingToken !== lastToken)
    violate(model, '4 locked', `${process.name} deploys with token ${fencingToken}, not ${lastToken}`);
}

/**
 * A deploy command ran. Invariant 4: once for a slot, environment and candidate, unless what was before it failed or
 * died. Invariant 1: what becomes live on PROD is signed off, and was not taken back before the process looked.
 */
export function watchDeploy(model: Model, call: ParkedCall, memory: BranchMemory): void {
  if (requestOf(call) === null) return;
  const deploy = model.deploys.at(-1);
  if (deploy === undefined) return;
  watchOnce(model, deploy, memory);
  if (deploy.isRollback) watchBack(model, deploy);
  else watchForward(model, deploy, memory);
  for (const [place, commit] of model.live) memory.live.set(place, commit);
  for (const commit of model.wasLive.prod) memory.wasLive.add(commit);
}

/** Nothing is deployed a second time that is known to be live, unless a command of the release has failed since. */
function watchOnce(model: Model, deploy: Deploy, memory: BranchMemory): void {
  const { environment, service, candidate, release, process } = deploy;
  const since = model.setbacks.get(release) ?? 0;
  const earlier = model.deploys.slice(since, -1).some((each) => isSame(each, deploy) && each.ok);
  const served = memory.live.get(placeOf(environment, service));
  const isKnownLive = model.scenario.hasVerify && served === candidate;
  if (!earlier || !(isKnownLive || isRecorded(model, deploy))) return;
  violate(model, '4 deployed twice', `${process.name} deployed ${describeDeploy(deploy)} again`);
}

function describeDeploy({ release, candidate, environment, service }: Deploy): string {
  return `${release}, ${candidate.slice(0, 7)}, to ${placeOf(environment, service)}`;
}

function watchForward(model: Model, deploy: Deploy, memory: BranchMemory): void {
  const { kind } = purposeOf(model, deploy.process);
  count(model, `deploys to ${deploy.environment}`);
  if (kind === 'hotfix' && deploy.ok) count(model, 'hotfixes deployed');
  watchBranch(model, deploy);
  watchLeft(model, deploy);
  // A release that has begun goes on to its other services, however long that takes.
  if (deploy.environment === 'prod' && deploy.ok && !hasBegun(model, deploy))
    watchLive(model, deploy, memory);
}

/** The same process has brought the same to another service before, which was judged then. */
function hasBegun({ deploys }: Model, deploy: Deploy): boolean {
  const { process, release, candidate } = deploy;
  return deploys.some(
    (each) =>
      each !== deploy &&
      each.ok &&
      !each.isRollback &&
      each.process === process &&
      each.release === release &&
      each.candidate === candidate,
  );
}

/** The ledger said so when the process looked: the release, or this service of it. */
function isRecorded(model: Model, { process, release, service }: Deploy): boolean {
  const known = model.looks.get(process)?.state.releases.get(release);
  const key = ['deploy', service, 100].filter((part) => part !== null).join(' ');
  return (
    known?.state === 'live' || known?.steps.some((step) => step.key === key && step.state === 'done') === true
  );
}

/** The slot that a release is of, `2026-11-20-T2-prod`; `null`: it is of none. */
function slotOf({ release }: Deploy): string | null {
  const match = /^(.*)-(T[12])-/u.exec(release);
  return match === null ? null : `${match[1]}/${match[2]}`;
}

function isSame(left: Deploy, right: Deploy): boolean {
  return (
    left.environment === right.environment &&
    left.service === right.service &&
    left.candidate === right.candidate &&
    left.release === right.release
  );
}

function watchBranch(model: Model, { environment, candidate, release }: Deploy): void {
  const branch = environment === 'prod' ? 'main' : 'uat';
  const onBranch = model.git.patchesOn(branch);
  const deployed = model.git.patchesAt(candidate);
  if (deployed.some((patch, index) => onBranch[index] !== patch)) {
    violate(model, '8 half-changed', `${release} deployed to ${environment} what is not on ${branch}`);
  }
}

function watchLive(model: Model, deploy: Deploy, memory: BranchMemory): void {
  const served = memory.live.get(placeOf(deploy.environment, deploy.service)) ?? '';
  const before = new Set(model.git.patchesAt(served));
  for (const patch of model.git.patchesAt(deploy.candidate)) {
    if (before.has(patch) || isLiveByPush(model, patch) || isSignedOff(model, deploy, patch)) continue;
    if (isLeftBehind(model, deploy, patch) || wasNeverTakenOff(model, memory, patch)) continue;
    violate(model, '1 unapproved on PROD', `${deploy.release} made ${describe(model, patch)} live`);
  }
}

/** By a sign-off of either kind: what one way has left on the branch the next deploy brings along. */
function isSignedOff(model: Model, deploy: Deploy, patch: string): boolean {
  const { process } = deploy;
  const least = leastSigners(model);
  const seenCommits = model.looks.get(process)?.commits ?? 0;
  if (signersOf(model, { patch, slot: slotOf(deploy), seenCommits }).length >= least) return true;
  const found = pullOfPatch(model.book, patch);
  if (found === null) return false;
  const bugs = [...bugsOf(model.book, found.pull, seenCommits)];
  return bugs.some((bug) => hotfixSigners(model, { process, bug, patch }, 'admin').length >= least);
}

/** PROD had it as a whole. A rollback that has failed half-way took it from some service, and from no branch. */
function wasNeverTakenOff({ git, book }: Model, { wasLive }: BranchMemory, patch: string): boolean {
  const hadIt = [...wasLive].some((commit) => git.patchesAt(commit).includes(patch));
  return hadIt && !book.gone.has(`main ${patch}`);
}

/**
 * Where the branch says what is live, what was signed off when it was pushed, and whose bugs were ended since, is live
 * once a person has pushed on top of it: nobody can tell any more that its release has failed.
 */
function isLeftBehind(model: Model, { process }: Deploy, patch: string): boolean {
  const look = model.looks.get(process);
  const found = pullOfPatch(model.book, patch);
  if (model.scenario.versionFrom !== 'branch' || look === undefined || found === null) return false;
  const bugs = [...bugsOf(model.book, found.pull, look.commits)].flatMap(
    (number) => look.state.bugs.get(number) ?? [],
  );
  const isOnTop = model.git.patchesOn('main').some((each) => model.book.byHand.has(each));
  return isOnTop && bugs.length > 0 && bugs.every(({ status }) => ENDED.includes(status));
}

const ENDED: readonly string[] = ['closed', 'rejected'];

/** Where the branch says what is live, what a person pushes there is live by that. */
function isLiveByPush({ scenario, book }: Model, patch: string): boolean {
  return scenario.versionFrom === 'branch' && book.byHand.has(patch);
}
