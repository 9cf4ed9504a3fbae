import { NO_LOCKS } from '../../../../src/domain/lock.ts';
import { count, violate, type Deploy, type Model } from '../model.ts';
import type { ParkedCall } from '../scheduler.ts';
import { describe, type BranchMemory } from './branches.ts';
import { leastSigners, signersOf } from './sign-off.ts';

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
  if (!deploy.isRollback) watchForward(model, deploy, memory);
  memory.live.set(deploy.environment, model.live.get(deploy.environment) ?? '');
}

function watchForward(model: Model, deploy: Deploy, memory: BranchMemory): void {
  count(model, `deploys to ${deploy.environment}`);
  const earlier = model.deploys.slice(0, -1).some((each) => isSame(each, deploy) && each.ok);
  const isKnownLive = model.scenario.hasVerify && memory.live.get(deploy.environment) === deploy.candidate;
  if (earlier && (isKnownLive || isRecorded(model, deploy))) {
    const what = `${deploy.candidate.slice(0, 7)} to ${deploy.environment}`;
    violate(model, '4 deployed twice', `${deploy.release} deployed ${what} again`);
  }
  watchBranch(model, deploy);
  if (deploy.environment === 'prod' && deploy.ok) watchLive(model, deploy, memory);
}

/** The ledger said so when the process looked. */
function isRecorded(model: Model, deploy: Deploy): boolean {
  const { process, environment, candidate } = deploy;
  const record = [...(model.looks.get(process)?.state.slots.values() ?? [])].find(
    ({ id }) => id === slotOf(deploy),
  );
  return (
    record?.stages.some(
      (stage) =>
        stage.environment === environment && stage.candidate === candidate && stage.state === 'deployed',
    ) === true
  );
}

/** The slot that a release is of, `2026-11-20-T2-prod`. */
function slotOf({ release }: Deploy): string {
  return release.replace(/^(.*)-(T[12])-.*$/u, '$1/$2');
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
  const before = new Set(model.git.patchesAt(memory.live.get('prod') ?? ''));
  const seenCommits = model.looks.get(deploy.process)?.commits ?? 0;
  for (const patch of model.git.patchesAt(deploy.candidate)) {
    if (before.has(patch) || isLiveByPush(model, patch)) continue;
    if (signersOf(model, { patch, slot: slotOf(deploy), seenCommits }).length < leastSigners(model)) {
      violate(model, '1 unapproved on PROD', `${deploy.release} made ${describe(model, patch)} live`);
    }
  }
}

/** Where the branch says what is live, what a person pushes there is live by that. */
function isLiveByPush({ scenario, book }: Model, patch: string): boolean {
  return scenario.versionFrom === 'branch' && book.byHand.has(patch);
}
