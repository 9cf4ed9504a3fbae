import { keyOf } from './approval.ts';
import type { Bug, HandledCommand } from './bug.ts';
import type { Command, Understood } from './commands/define.ts';
import type { BugFacts, Call, Decision } from './decision.ts';
import { hasRole } from './person.ts';
import type { Policy } from './policy.ts';
import { refuse, type Refusal } from './reason.ts';
import { describeStatus, isFinal } from './status.ts';
import { listOf, nameOf } from './text/markdown.ts';
import { describeRole } from './text/role.ts';

/**
 * THE choke point for what people ask for: comment, button and dashboard all come through here, and nothing
 * else lets a person move a bug.
 *
 * Refuses, in this order: `not_allowed` (role), `already_handled` (it counted before), `wrong_status`, `overtaken`,
 * and what the command itself refuses.
 */
export function decide({ command, prepared }: Understood, call: Call, facts: BugFacts): Decision {
  const role = refuseRole(command, call, facts.policy);
  if (role !== null) return role;
  if (facts.bug.commands.some((handled) => handled.key === keyOf(call.given))) {
    return refuse('already_handled', 'This was carried out already.');
  }
  return (
    refuseStatus(command, facts) ?? refuseOvertaken(command, call, facts.bug) ?? prepared.decide(call, facts)
  );
}

/**
 * Refuses `overtaken` to words that come in behind younger ones that take them back: webhooks come late and in any
 * order, and what was said last is what people mean.
 */
export function refuseOvertaken(
  { name, takenBackBy = [] }: Pick<Command, 'name' | 'takenBackBy'>,
  call: Call,
  { commands }: Pick<Bug, 'commands'>,
): Refusal | null {
  const later = commands.find(
    (handled) => takenBackBy.includes(handled.command) && wasMeant(handled) && isYounger(handled, call),
  );
  if (later === undefined) return null;
  return refuse(
    'overtaken',
    `${nameOf(later.by)} said \`/${later.command}\` after you wrote that. Say \`/${name}\` again if it is to count.`,
  );
}

/** There may have been nothing to take back, or a younger word only, because the older one had not come in yet. */
function wasMeant({ outcome, reason }: HandledCommand): boolean {
  return outcome === 'done' || reason === 'nothing_to_withdraw' || reason === 'overtaken';
}

/** GitHub's times are whole seconds; of two comments of one second the later has the higher number. */
function isYounger({ key, writtenAtMs }: HandledCommand, call: Call): boolean {
  if (writtenAtMs !== call.writtenAtMs) return writtenAtMs > call.writtenAtMs;
  const [left, right] = [key, keyOf(call.given)].map((each) => Number(/^comment-(\d+)$/u.exec(each)?.[1]));
  return left !== undefined && right !== undefined && left > right;
}

/** Refuses `not_allowed` to a person without the command's role. */
export function refuseRole(command: Command, call: Call, policy: Policy): Refusal | null {
  if (hasRole({ person: call.actor, standing: call.standing }, command.role, policy.roles)) return null;
  const who = describeRole(command.role, policy);
  return refuse('not_allowed', `\`/${command.name}\` is for ${who}. Nothing was changed.`);
}

/** Of a bug whose way is not over. */
function nextOf({ status }: Bug): string {
  return status === 'deployed_prod' ? 'An admin says `/approve-uat-merge`' : describeStatus(status).next;
}

function refuseStatus(command: Command, { bug }: BugFacts): Refusal | null {
  if (command.from === 'any' || command.from.includes(bug.status)) return null;
  const allowed = listOf(
    command.from.map((status) => `\`${status}\``),
    'or',
  );
  const end = isFinal(bug.status, bug.flow) ? ' Its way is over.' : ` Next: ${nextOf(bug)}.`;
  return refuse(
    'wrong_status',
    `\`/${command.name}\` is for bugs in ${allowed}; this one is \`${bug.status}\`.${end}`,
  );
}
