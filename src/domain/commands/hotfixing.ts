import { countSignOffs } from '../sign-off.ts';
import type { Bug } from '../bug.ts';
import { allow, type BugFacts, type Call, type Decision } from '../decision.ts';
import { fixesFor, refuseUnready } from '../fix.ts';
import { refuseFrozenHotfix } from '../freeze-hotfix.ts';
import { freezeOn } from '../freeze.ts';
import {
  hotfixSignOff,
  orderHotfix,
  refuseRunning,
  refuseSigners,
  runningHotfix,
  signersNeeded,
} from '../hotfix-order.ts';
import type { Priority } from '../hotfix-policy.ts';
import { priorityOf } from '../hotfix.ts';
import { lastingLocks, NO_LOCKS, refuseLocked, withoutRollbacks } from '../lock.ts';
import type { Member, Person } from '../person.ts';
import { refuse, type Refusal } from '../reason.ts';
import { STATUSES, waitsForProd, type Status } from '../status.ts';
import { renderAwaited, renderSigned, renderStarted } from '../text/hotfix.ts';
import { code } from '../text/markdown.ts';
import { buildApproval, isGiven, refuseNewHead, refuseNewLink, withApproval } from './approving.ts';

/** Where a bug is when a hotfix can still bring it something. */
export const BEFORE_PROD: readonly Status[] = STATUSES.map(({ name }) => name).filter(waitsForProd);

/**
 * Refuses what is no hotfix, or cannot become one now, whoever asks.
 *
 * Refuses: `not_a_hotfix`, `hotfix_running`, `frozen` in a full freeze for all but a P1, `locked` by a person, `no_fix`,
 * `fix_changed`, and what a fix lacks.
 */
export function refuseToStart(call: Call, facts: BugFacts): Refusal | null {
  const { bug, policy, releases, nowMs } = facts;
  const priority = priorityOf(bug.severity, policy);
  if (priority === null) {
    const which = policy.severity.hotfix.map((each) => `\`/severity ${each}\``).join(' or ');
    return refuse(
      'not_a_hotfix',
      `Its severity is ${bug.severity ?? 'open'}, and slots bring that. Where it cannot wait, say ${which || 'so in the configuration'} first.`,
    );
  }
  const running = runningHotfix(releases, bug.number, nowMs);
  if (running !== null) return refuseRunning(running);
  return refuseStopped(priority, facts) ?? refuseFixes(call, facts);
}

/** Two people may be found yet; that it is not urgent enough cannot be mended by a word. */
function refuseStopped(priority: Priority, facts: BugFacts): Refusal | null {
  const { bug, policy, freezes, locks, nowMs } = facts;
  const frozen = refuseFrozenHotfix(
    freezeOn(freezes, bug, nowMs),
    { priority, signers: [], authors: new Set() },
    policy,
  );
  if (frozen?.reason === 'frozen') return frozen;
  const lasting = lastingLocks(withoutRollbacks(locks.get('prod') ?? NO_LOCKS));
  const owner = { kind: 'run', runId: null, attempt: 1 } as const;
  return refuseLocked(lasting, { environment: 'prod', operation: 'hotfix', touches: null, owner }, facts);
}

function refuseFixes(call: Call, { fixes: linked, policy, bug }: BugFacts): Refusal | null {
  const fixes = fixesFor(linked, 'prod', policy);
  if (fixes.length === 0) {
    return refuse(
      'no_fix',
      `No pull request against ${code(policy.environments.prod.branch)} is linked: a hotfix goes to PROD first. Open one with \`Fixes #${bug.number}\`, or say \`/fix #<pull request>\`.`,
    );
  }
  for (const fix of fixes) {
    const refusal =
      refuseNewLink(bug, fix, call) ?? refuseNewHead(fix, call) ?? refuseUnready(fix, policy, [call.actor]);
    if (refusal !== null) return refusal;
  }
  return null;
}

/** The bug with a person's word for the heads that there are now. */
export function withWord(bug: Bug, call: Call, { fixes, policy }: BugFacts): Bug {
  const needed = { ...hotfixSignOff(fixes, policy), slot: null };
  const given = buildApproval(call, { flow: 2, policy }, needed);
  return isGiven(bug, given) ? bug : withApproval(bug, given);
}

/** Starts a hotfix that the right people have signed off, else says whose word is missing. */
export function startOrWait(
  bug: Bug,
  facts: BugFacts,
  { call, said }: { readonly call: Call; readonly said: string },
): Decision {
  const { policy, fixes } = facts;
  const needed = hotfixSignOff(fixes, policy);
  const counting = { policy, fixes, beforeMs: null, checked: 'not_yet' } as const;
  const { people } = countSignOffs(bug, needed, counting);
  const words = `${said} ${renderSigned(needed.fixes, people)}`.trim();
  const awaited = describeAwaited(bug, facts, { call, people });
  if (awaited !== null) return allow(bug, `${words} ${awaited}`);
  const release = orderHotfix(bug, needed.fixes, facts);
  // Named after the minute: what failed within it is not written over.
  if (facts.releases.has(release.id))
    return refuse('hotfix_running', `${code(release.id)} has only just failed; say it again in a minute.`);
  return {
    ...allow(bug, `${words} ${renderStarted(release)}`, [{ kind: 'dispatch_hotfix', release: release.id }]),
    release,
  };
}

/** Whose word the hotfix waits for; `null` when it may start. */
function describeAwaited(
  bug: Bug,
  { policy, fixes, freezes, nowMs, signers: known }: BugFacts,
  { call, people }: { readonly call: Call; readonly people: readonly Person[] },
): string | null {
  const freeze = freezeOn(freezes, bug, nowMs);
  const priority = priorityOf(bug.severity, policy);
  const required = signersNeeded(freeze, policy);
  if (people.length < required) return renderAwaited({ people, required }, policy);
  const members: readonly Member[] = [{ person: call.actor, standing: call.standing }, ...known];
  const signers = people.flatMap(({ id }) => members.find(({ person }) => person.id === id) ?? []);
  // Of somebody whose word came this very moment nobody has asked what they may do: the run asks.
  if (priority === null || signers.length < people.length) return null;
  const lacking = refuseSigners(signers, { priority, fixes, freeze }, policy);
  return lacking === null ? null : `It waits. ${lacking.message}`;
}
