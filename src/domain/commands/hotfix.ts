import { letGo, type Bug } from '../bug.ts';
import { move, type BugFacts, type Call, type Decision } from '../decision.ts';
import type { Hotfix } from '../hotfix-record.ts';
import { orderOf, peopleToTell, slaOf, startClock } from '../hotfix.ts';
import { refuse } from '../reason.ts';
import { statusAfter } from '../status.ts';
import { renderOrdered } from '../text/hotfix.ts';
import type { Command } from './define.ts';
import { BEFORE_PROD, refuseToStart, startOrWait, withWord } from './hotfixing.ts';

/** Brings a fix to PROD at once, past the slots. */
export const hotfix: Command = {
  name: 'hotfix',
  usage: '/hotfix',
  help: 'Tells another member, signs the fix off as it is now and brings it to PROD at once; for severities that no slot takes.',
  examples: ['/hotfix'],
  role: 'admin',
  from: BEFORE_PROD,
  takenBackBy: ['unapprove'],
  needs: ['fixes', 'signers'],
  prepare: () => ({ targets: 'this', pulls: [], decide }),
};

function decide(call: Call, facts: BugFacts): Decision {
  const { bug, policy } = facts;
  const told = orderOf(bug)?.told ?? peopleToTell(policy, call.actor);
  if (told.length === 0) {
    return refuse(
      'nobody_to_tell',
      'Another member has to know of a hotfix, and nobody but you is named: put their logins into `hotfix.notify` of the configuration.',
    );
  }
  const refusal = refuseToStart(call, facts);
  if (refusal !== null) return refusal;
  const ordered = goProdFirst({ by: call.actor, atMs: facts.nowMs, told }, facts);
  const sla = slaOf(ordered, policy);
  const isNew = orderOf(bug) === null;
  const said = sla === null ? '' : renderOrdered(sla, isNew ? told : [], facts.calendar);
  return startOrWait(withWord(ordered, call, facts), facts, { call, said });
}

/** Flow 2 whatever the versions are; what was approved for another way counts for nothing on this one. */
function goProdFirst(order: NonNullable<Hotfix['order']>, { bug, policy }: BugFacts): Bug {
  const { by, atMs } = order;
  const step = { atMs, by, note: 'hotfix: PROD first' };
  const isElsewhere = bug.status === 'submitted' || bug.flow === 1;
  const isMoved = isElsewhere && statusAfter('confirm', bug.status, bug.flow) !== null;
  const there = isMoved ? move(bug, 'confirm', step) : bug;
  return {
    ...there,
    flow: 2,
    flowReason: 'a hotfix goes to PROD first, whatever the versions are',
    uatOnly: false,
    foundIn: bug.foundIn ?? 'prod',
    approvals: bug.approvals.filter(({ action }) => action === 'approve_hotfix'),
    takenBack: letGo(bug.takenBack),
    hold: null,
    hotfix: withOrder(bug, order, policy),
  };
}

function withOrder(bug: Bug, order: NonNullable<Hotfix['order']>, policy: BugFacts['policy']): Hotfix | null {
  const saidAtMs = bug.saidAtMs.severity ?? bug.reportedAtMs;
  const started = startClock(bug, { severity: bug.severity, saidAtMs }, policy);
  return started === null ? null : { ...started, order: started.order ?? order };
}
