import type { Bug } from '../../../src/domain/bug.ts';
import type { Status } from '../../../src/domain/status.ts';
import { lastingLocks } from '../../../src/domain/lock.ts';
import { pullIn } from '../../support/fake-world.ts';
import type { Chance } from './chance.ts';
import { NO_SWITCHES } from '../../../src/domain/freeze.ts';
import { tell, type Model } from './model.ts';
import { mergeByHand, openPull, openRelease, pushToPull, report, review, say } from './people.ts';
import { command } from './wording.ts';

/** Some person does what is next for some bug, so that bugs come far. */
export function help(model: Model, chance: Chance): void {
  const { bugs } = model.ledger.state();
  if (model.variables.freeze !== null && chance.below(3) === 0) {
    model.variables = NO_SWITCHES;
    tell(model, 'DEPLOY_FREEZE is not set any more');
  }
  if (chance.below(10) === 0) {
    helpRelease(model, chance);
    return;
  }
  const waiting = [...bugs.values()].filter(
    (bug) => bug.status !== 'closed' && bug.status !== 'rejected' && !isUrgent(bug),
  );
  if (waiting.length === 0 || (waiting.length < 3 && chance.below(4) === 0))
    report(model, { by: 'rea', labels: ['severity:medium'] });
  else helpBug({ model, bug: chance.one(waiting), chance });
}

function helpBug(on: Helping): void {
  const { model, bug, chance } = on;
  const lifting = chance.below(2) === 0 ? liftingWord(model) : null;
  if (lifting !== null) say(model, { by: 'ada', issue: bug.number, wording: command(lifting) });
  else if (bug.takenBack?.isHeld === true) letGo(on);
  else NEXT[bug.status]?.(on);
}

/** What was taken back is confirmed again, or somebody has a better fix. */
function letGo(on: Helping): void {
  const { model, bug, chance } = on;
  if (chance.below(4) > 0) {
    speak(on, '/confirm');
    return;
  }
  const pull = openPull(model, { by: 'wes', base: bug.flow === 2 ? 'main' : 'uat', bugs: [bug.number] });
  review(model, { by: 'max', pull, state: 'approved' });
}

/** It waits for no slot, and others see to it. What a hotfix has brought goes on by itself. */
const isUrgent = ({ severity, status }: Bug): boolean =>
  (severity === 'high' || severity === 'critical') && status !== 'deployed_prod';

/** What is next for a release: it is opened, approved, and merged. */
function helpRelease(model: Model, chance: Chance): void {
  const { book, ledger, rules, world } = model;
  const open = [...book.pulls.values()].find(
    ({ isRelease, number }) => isRelease && world.pulls.get(number)?.state === 'open',
  );
  const approvals = ledger.state().pulls.get(open?.number ?? 0)?.approvals ?? [];
  const signers = new Set(approvals.map(({ by }) => by.id));
  if (open === undefined) openRelease(model);
  else if (signers.size >= rules.required) {
    // Now and then something else is merged than what was approved.
    if (chance.below(5) === 0) pushToPull(model, open.number);
    mergeByHand(model, open.number);
  } else
    say(model, {
      by: chance.one(['ada', 'amy']),
      issue: open.number,
      wording: command('/approve-release'),
    });
}

/** What an admin says when something stands in everybody's way. */
function liftingWord({ ledger, world }: Model): string | null {
  const { freezes, environments } = ledger.state();
  const isFrozen = freezes.some(({ untilMs }) => (untilMs ?? Infinity) > world.clock.nowMs());
  if (isFrozen) return '/unfreeze';
  const locked = [...environments.values()].find(({ locks }) => lastingLocks(locks).leases.length > 0);
  return locked === undefined ? null : `/unlock ${locked.environment}`;
}

interface Helping {
  readonly model: Model;
  readonly bug: Bug;
  readonly chance: Chance;
}

const NEXT: Readonly<Partial<Record<Status, (helping: Helping) => void>>> = {
  submitted: (on) => speak(on, on.chance.one(['/confirm', '/confirm', '/confirm flow2'])),
  confirmed: prepareFix,
  analyzing: prepareFix,
  planned: prepareFix,
  deployed_uat: (on) => speak(on, '/approve-prod'),
  pending_prod: waitForProd,
  deployed_prod: endHotfix,
  pending_uat_merge: settleConflict,
};

/** Whatever a hotfix has left to be said; then what is next on UAT. */
function endHotfix(on: Helping): void {
  const { hotfix, flow } = on.bug;
  if (hotfix !== null && hotfix.order !== null && hotfix.note === null)
    speak(on, '/incident-note root cause: the table was empty fix: it may not be');
  else if (flow === 2) speak(on, '/approve-uat-merge');
}

/** An admin who has approved thinks better of it now and then. */
function waitForProd(on: Helping): void {
  if (on.bug.approvals.length > 0 && on.chance.below(4) === 0) speak(on, '/unapprove');
  else if (on.bug.flow === 2) signOff(on);
}

function speak({ model, bug, chance }: Helping, text: string): void {
  say(model, { by: chance.one(['ada', 'amy']), issue: bug.number, wording: command(text) });
}

const headOf = (model: Model, pull: number): string => pullIn(model.world, pull).commits.at(-1) ?? '';

function prepareFix({ model, bug, chance }: Helping): void {
  const base = bug.flow === 2 ? 'main' : 'uat';
  const pulls = [...model.world.pulls.values()].filter(
    (pull) => pull.base === base && pull.state === 'open' && pull.body.includes(`#${bug.number}`),
  );
  const pull =
    pulls.at(-1)?.number ?? openPull(model, { by: chance.one(['wes', 'ada']), base, bugs: [bug.number] });
  const head = headOf(model, pull);
  const reviewed = model.world.pulls.get(pull)?.reviews.some(({ commit }) => commit === head) === true;
  if (!reviewed) review(model, { by: chance.one(['max', 'ada', 'amy']), pull, state: 'approved' });
  else if (bug.flow === 2) signOff({ model, bug, chance });
}

function signOff({ model, bug, chance }: Helping): void {
  const open = bug.fixes
    .map(({ pull }) => pull)
    .filter((pull) => model.world.pulls.get(pull)?.state === 'open');
  const by = chance.one(['ada', 'amy']);
  if (open.length > 0 && chance.below(2) === 0)
    review(model, { by, pull: chance.one(open), state: 'approved' });
  else say(model, { by, issue: bug.number, wording: command('/approve-prod') });
}

function settleConflict({ model, bug }: Helping): void {
  const pull = model.world.pulls.get(bug.conflict?.pull ?? 0);
  if (pull?.state === 'open') mergeByHand(model, pull.number);
}
