import { holdAgain, letGo, takenOff, type Bug, type FixLink } from './bug.ts';
import type { FixFacts } from './fix.ts';
import { ENVIRONMENTS, type Policy } from './policy.ts';
import { refuse, type Refusal } from './reason.ts';
import { code, listOf } from './text/markdown.ts';

/**
 * Links a pull request to a bug.
 *
 * Refuses: `fix_wrong_branch` when it goes to neither environment, `fix_closed` when it was given up.
 * A fix for the branch that the flow does not begin with is linked all the same, with a warning: it may be the
 * copy for the other side. One that takes the place of what was taken back lets the bug go; the very same one holds it,
 * until an admin has confirmed it again.
 */
export function linkFix(
  bug: Bug,
  pull: Pick<FixFacts, 'pull' | 'base' | 'state'>,
  link: { readonly source: FixLink['source']; readonly policy: Policy; readonly saidAtMs: number },
): { readonly kind: 'linked'; readonly bug: Bug; readonly message: string } | Refusal {
  const branches = ENVIRONMENTS.map((name) => link.policy.environments[name].branch);
  if (!branches.includes(pull.base)) {
    const known = listOf(
      branches.map((branch) => code(branch)),
      'or',
    );
    return refuse('fix_wrong_branch', `#${pull.pull} goes to ${code(pull.base)}; a fix goes to ${known}.`);
  }
  if (pull.state === 'closed') return refuse('fix_closed', `#${pull.pull} was closed without a merge.`);
  // A better fix takes the place of those that were taken back.
  const gone = takenOff(bug);
  const others = bug.fixes.filter((fix) => !gone.includes(fix.pull));
  const fixes = [...others, { pull: pull.pull, source: link.source, linkedAtMs: link.saidAtMs }];
  const isSame = gone.includes(pull.pull);
  return {
    kind: 'linked',
    bug: { ...bug, fixes, takenBack: isSame ? holdAgain(bug.takenBack) : letGo(bug.takenBack) },
    message: `Linked #${pull.pull}.${renderWarning(bug, pull, link.policy)}`,
  };
}

function renderWarning(bug: Bug, pull: Pick<FixFacts, 'pull' | 'base'>, policy: Policy): string {
  if (bug.flow === null) return '';
  const first = bug.flow === 1 ? 'uat' : 'prod';
  const { branch } = policy.environments[first];
  if (pull.base === branch) return '';
  return ` This bug goes Flow ${bug.flow}, which begins with ${code(branch)}; #${pull.pull} goes to ${code(pull.base)} and is not taken by a slot.`;
}
