import type { Approval } from '../approval.ts';
import { allow, type BugFacts, type Call, type Decision } from '../decision.ts';
import { refuse } from '../reason.ts';
import { pendingAction } from '../sign-off.ts';
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
  from: ['planned', 'deployed_uat', 'pending_prod', 'deployed_prod', 'pending_uat_merge'],
  needs: [],
  prepare: (argumentText) => {
    const word = argumentText.trim().toLowerCase();
    if (word !== '' && word !== 'all')
      return refuse('bad_arguments', 'Say `/unapprove` or `/unapprove all`.');
    return { targets: 'this', pulls: [], decide: (call, facts) => decide(word === 'all', call, facts) };
  },
};

function decide(all: boolean, call: Call, { bug, policy, nowMs }: BugFacts): Decision {
  const action = pendingAction(bug);
  const given = bug.approvals.filter((approval) => approval.action === action);
  if (given.length === 0) return refuse('nothing_to_withdraw', 'There is no approval to take back.');
  const own = given.filter(({ by }) => by.id === call.actor.id);
  const gone = all || own.length === 0 ? given : own;
  const step = { policy, atMs: nowMs, by: call.actor, note: 'approval taken back' };
  const after = withdraw(bug, (approval) => gone.includes(approval), step);
  return allow(
    after,
    `The approval is taken back${renderLeft(given.filter((approval) => !gone.includes(approval)))}`,
  );
}

function renderLeft(left: readonly Approval[]): string {
  if (left.length === 0) return '; nothing of it is deployed.';
  const names = new Map(left.map(({ by }) => [by.id, nameOf(by)]));
  return `. That of ${listOf([...names.values()])} still counts; \`/unapprove all\` takes it back too.`;
}
