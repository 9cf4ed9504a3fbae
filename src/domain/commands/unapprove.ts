import type { Approval } from '../approval.ts';
import { allow, type BugFacts, type Call, type Decision } from '../decision.ts';
import { refuse, type Refusal } from '../reason.ts';
import type { ReleaseDecision, ReleasePull } from '../release-pull.ts';
import { pendingAction } from '../sign-off.ts';
import { UNDER_WAY, waitsForProd } from '../status.ts';
import { listOf, nameOf } from '../text/markdown.ts';
import { withdraw } from '../withdraw.ts';
import type { Command } from './define.ts';

/** Takes an approval back before the slot has acted on it. */
export const unapprove: Command = {
  name: 'unapprove',
  usage: '/unapprove [all]',
  help: 'Takes your approval back before T2 has acted on it; with `all`, or when none is yours, everybody’s.',
  examples: ['/unapprove', '/unapprove all'],
  role: 'admin',
  from: UNDER_WAY.filter((status) => status !== 'submitted'),
  needs: [],
  prepare: (argumentText) => {
    const word = argumentText.trim().toLowerCase();
    if (word !== '' && word !== 'all')
      return refuse('bad_arguments', 'Say `/unapprove` or `/unapprove all`.');
    const all = word === 'all';
    return {
      targets: 'this',
      pulls: [],
      decide: (call, facts) => decide(all, call, facts),
      decideRelease: (call, { record }) => decideRelease(all, call, record),
    };
  },
};

function decide(all: boolean, call: Call, { bug, policy, nowMs }: BugFacts): Decision {
  const actions = [pendingAction(bug), ...(waitsForProd(bug.status) ? ['approve_hotfix'] : [])];
  const given = olderThan(
    call,
    bug.approvals.filter(({ action }) => actions.includes(action)),
  );
  if (given.length === 0) return refuseNothing();
  const gone = chooseGone(all, call, given);
  const step = { policy, atMs: nowMs, by: call.actor, note: 'approval taken back' };
  const after = withdraw(bug, (approval) => gone.includes(approval), step);
  return allow(
    after,
    `The approval is taken back${renderLeft(given.filter((approval) => !gone.includes(approval)))}`,
  );
}

function decideRelease(all: boolean, call: Call, { approvals }: ReleasePull): ReleaseDecision {
  const given = olderThan(call, approvals);
  if (given.length === 0) return refuseNothing();
  const gone = chooseGone(all, call, given);
  const left = approvals.filter((approval) => !gone.includes(approval));
  return { kind: 'allowed', approvals: left, answer: `The approval is taken back${renderLeft(left)}` };
}

/** What was given after the words were written is not what they take back: they have only come in late. */
function olderThan({ writtenAtMs }: Call, approvals: readonly Approval[]): readonly Approval[] {
  return approvals.filter((approval) => approval.writtenAtMs <= writtenAtMs);
}

function refuseNothing(): Refusal {
  return refuse('nothing_to_withdraw', 'There is no approval to take back.');
}

function chooseGone(all: boolean, { actor }: Call, given: readonly Approval[]): readonly Approval[] {
  const own = given.filter(({ by }) => by.id === actor.id);
  return all || own.length === 0 ? given : own;
}

function renderLeft(left: readonly Approval[]): string {
  if (left.length === 0) return '; nothing of it is deployed.';
  const names = new Map(left.map(({ by }) => [by.id, nameOf(by)]));
  return `. That of ${listOf([...names.values()])} still counts; \`/unapprove all\` takes it back too.`;
}
