import type { Call } from '../decision.ts';
import { releaseSignOff } from '../gate.ts';
import { refuse } from '../reason.ts';
import type { ReleaseCallFacts, ReleaseDecision } from '../release-pull.ts';
import { countSignOffs, refuseOwnFix } from '../sign-off.ts';
import { shortOid } from '../text/markdown.ts';
import { describeMissing } from '../text/sign-off.ts';
import { buildApproval, isGiven, refuseNewHead, withApproval } from './approving.ts';
import type { Command } from './define.ts';

/** An admin's sign-off for a pull request that goes to PROD by itself: the release of UAT. */
export const approveRelease: Command = {
  name: 'approve-release',
  usage: '/approve-release',
  help: 'On the release pull request: signs exactly its head off for PROD.',
  examples: ['/approve-release'],
  role: 'admin',
  from: 'any',
  takenBackBy: ['unapprove'],
  needs: [],
  prepare: (argumentText) => {
    if (argumentText !== '') return refuse('bad_arguments', 'Say `/approve-release`, with nothing after it.');
    return {
      targets: 'this',
      pulls: [],
      decide: () =>
        refuse(
          'bad_arguments',
          '`/approve-release` is said on the pull request that brings UAT to PROD. A bug takes `/approve-prod`.',
        ),
      decideRelease,
    };
  },
};

function decideRelease(call: Call, { record, pull, policy }: ReleaseCallFacts): ReleaseDecision {
  const needed = releaseSignOff(pull);
  const counting = { policy, fixes: [pull], beforeMs: null, checked: 'not_yet' } as const;
  if (pull.state !== 'open') return refuse('fix_closed', `#${pull.pull} is not open any more.`);
  const refusal = refuseNewHead(pull, call) ?? refuseOwnFix(call.actor, needed.fixes, counting);
  if (refusal !== null) return refusal;
  const approval = buildApproval(call, { flow: null, policy }, { ...needed, slot: null });
  if (isGiven(record, approval)) return refuse('already_queued', 'You approved exactly this already.');
  const { approvals } = withApproval(record, approval);
  const count = countSignOffs({ approvals, flow: null }, needed, counting);
  const what = `#${pull.pull} as it is now (${shortOid(pull.head)})`;
  const answer =
    count.people.length < count.required
      ? `Your approval counts: ${what}. ${describeMissing({ ...count, ...needed, flow: null }, policy)}`
      : `Approved for PROD: ${what}. A push makes it another one.`;
  return { kind: 'allowed', approvals, answer: `${answer} \`/unapprove\` takes it back.` };
}
