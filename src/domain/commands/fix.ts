import { allow, type BugFacts, type Call, type Decision } from '../decision.ts';
import { linkFix } from '../link.ts';
import { refuse, type Refusal } from '../reason.ts';
import { UNDER_WAY } from '../status.ts';
import type { Command, Prepared } from './define.ts';

/** Links a pull request to the bug. */
export const fix: Command = {
  name: 'fix',
  usage: '/fix #<pull request>',
  help: 'Links the pull request that repairs the bug; `Fixes #<bug>` in its text does the same.',
  examples: ['/fix #34'],
  role: 'write',
  from: UNDER_WAY,
  needs: ['fixes'],
  prepare,
};

function prepare(argumentText: string): Prepared | Refusal {
  const number = Number(/^#?(\d{1,9})$/u.exec(argumentText.trim())?.[1] ?? Number.NaN);
  if (!Number.isSafeInteger(number))
    return refuse('bad_arguments', 'Name one pull request: `/fix #<pull request>`, such as `/fix #34`.');
  return { targets: 'this', pulls: [number], decide: (call, facts) => decide(number, call, facts) };
}

function decide(number: number, { writtenAtMs }: Call, facts: BugFacts): Decision {
  const { bug, fixes, policy } = facts;
  const pull = fixes.find((each) => each.pull === number);
  if (pull === undefined) return refuse('fix_not_found', `There is no pull request #${number} here.`);
  if (bug.fixes.some((link) => link.pull === number)) return allow(bug, `#${number} is linked already.`);
  const linked = linkFix(bug, pull, { source: 'command', policy, saidAtMs: writtenAtMs });
  return linked.kind === 'refused' ? linked : allow(linked.bug, linked.message);
}
