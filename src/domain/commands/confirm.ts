import { letGo, type Bug } from '../bug.ts';
import { allow, move, type BugFacts, type Call, type Decision } from '../decision.ts';
import { chooseFlow, describeParity, type Flow, type ParityVerdict } from '../flow.ts';
import { refuse, type Refusal } from '../reason.ts';
import { isHotfixSeverity } from '../severity.ts';
import { statusAfter } from '../status.ts';
import { renderEvidence } from '../text/evidence.ts';
import { renderSlot } from '../text/time.ts';
import { nextSlot } from '../calendar.ts';
import type { Command, Prepared } from './define.ts';

/** Confirms a bug and chooses its flow from the versions of the environments. */
export const confirm: Command = {
  name: 'confirm',
  usage: '/confirm [flow1|flow2]',
  help: 'Accepts the bug; the flow follows from the versions of UAT and PROD unless you name it.',
  examples: ['/confirm', '/confirm flow2'],
  role: 'admin',
  from: ['submitted', 'confirmed', 'planned', 'deployed_uat', 'pending_prod'],
  takenBackBy: ['confirm'],
  needs: ['parity'],
  prepare,
};

function prepare(argumentText: string): Prepared | Refusal {
  const word = argumentText.trim().toLowerCase();
  const asked = /^(?:(?:flow\s*)?([12]))?$/u.exec(word);
  if (asked === null) {
    return refuse('bad_arguments', 'Say `/confirm`, `/confirm flow1` or `/confirm flow2`.');
  }
  const flow: Flow | null = asked[1] === undefined ? null : asked[1] === '1' ? 1 : 2;
  return { targets: 'this', pulls: [], decide: (call, facts) => decide(flow, call, facts) };
}

function decide(asked: Flow | null, call: Call, facts: BugFacts): Decision {
  const { bug, parity } = facts;
  if (isConfirmed(bug, asked)) {
    return refuse('wrong_status', 'It is confirmed already. To change the flow, say `/confirm flow2`.');
  }
  if (statusAfter('confirm', bug.status, bug.flow) === null) {
    return refuse('wrong_status', 'It is queued in Flow 2 already; Flow 1 begins on UAT, before the queue.');
  }
  if (parity === null) {
    return refuse(
      'version_unknown',
      'What UAT and PROD run could not be found out, so no flow can be chosen. Try again in a few minutes; `/status` shows the last known versions.',
    );
  }
  const choice = chooseFlow(parity, bug.foundIn, asked ?? flowToKeep(bug));
  if (choice.kind === 'refused') {
    return refuse(
      choice.reason,
      `Flow 1 is not safe now: ${describeParity(parity)}. Say \`/confirm\` or \`/confirm flow2\`.\n\n${renderEvidence(parity)}`,
    );
  }
  const moved = move(bug, 'confirm', {
    atMs: facts.nowMs,
    by: call.actor,
    note: `Flow ${choice.flow}: ${choice.reason}`,
  });
  const confirmed = {
    ...moved,
    flow: choice.flow,
    flowReason: choice.reason,
    uatOnly: choice.uatOnly,
    foundIn: bug.foundIn ?? (choice.flow === 2 ? ('prod' as const) : null),
    parity,
    // A sign-off is for a fix on the branch that the flow goes by.
    approvals: choice.flow === bug.flow ? bug.approvals : [],
    takenBack: letGo(bug.takenBack),
  };
  return allow(confirmed, renderAnswer(facts, parity, choice));
}

/** A bug whose fix was taken back has to be confirmed once more. */
function isConfirmed({ status, flow, takenBack }: Bug, asked: Flow | null): boolean {
  const isSame = status !== 'submitted' && (asked === null || asked === flow);
  return isSame && takenBack?.isHeld !== true;
}

/** Its fix is made for PROD; Flow 2 is safe whatever the versions are. */
function flowToKeep({ flow, takenBack }: Bug): Flow | null {
  return takenBack !== null && flow === 2 ? 2 : null;
}

function renderAnswer(
  facts: BugFacts,
  parity: ParityVerdict,
  choice: { readonly flow: Flow; readonly reason: string; readonly uatOnly: boolean },
): string {
  const slot = nextSlot(facts.calendar, 'T1', facts.nowMs);
  const lines = [`Confirmed, **Flow ${choice.flow}**: ${choice.reason}.`];
  if (choice.uatOnly) {
    lines.push(
      'Does PROD have this bug too? Then say `/confirm flow2`. If not, it is fixed on UAT and travels to PROD with the next release.',
    );
  }
  if (isHotfixSeverity(facts.bug.severity, facts.policy.severity.hotfix)) {
    lines.push(
      `Its severity is **${facts.bug.severity}**, so no slot takes it: it goes the hotfix path, an admin says \`/hotfix\`.`,
    );
  } else {
    lines.push(`Next: T1 ${renderSlot(facts.calendar, slot, facts.nowMs)}.`);
  }
  lines.push(renderEvidence(parity));
  return lines.join('\n\n');
}
