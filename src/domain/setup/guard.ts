import type { Policy } from '../policy.ts';
import { refuse, type Refusal } from '../reason.ts';
import type { UnsafeSetup } from '../slot.ts';
import { listOf, plain } from '../text/markdown.ts';
import type { SetupFacts } from './facts.ts';
import { blocking, type Finding } from './finding.ts';
import { inspectSetup } from './inspect.ts';
import { wantedSetup, type SetupParts } from './wanted-setup.ts';

/** A slot looks at branches only; what its files and its App have to be is the doctor's to look at. */
const NO_PARTS: SetupParts = { permissions: {}, events: [], workflows: [], issueForm: '' };

const NAMED = 3;

/** What would let code reach PROD unapproved, by what the App itself can see of the rules. */
export function unsafeGuards(facts: SetupFacts, policy: Policy): readonly Finding[] {
  return blocking(inspectSetup(facts, wantedSetup(policy, facts.defaultBranch, NO_PARTS)));
}

/** Refuses PROD because nothing would stop code that nobody approved. */
export function refuseUnsafe(findings: readonly Finding[]): Refusal {
  const told = findings.slice(0, NAMED).map(({ what }) => plain(what.replace(/\.$/u, ''), 300));
  const more = findings.length > NAMED ? ` There are ${findings.length - NAMED} findings more.` : '';
  return refuse(
    'setup_unsafe',
    `PROD is not guarded, so the slot does not deploy to it: ${listOf(told)}.${more} \`tonic doctor\` says how to mend it.`,
  );
}

/** What the record of a slot keeps of a deploy that went on regardless. */
export function recordUnsafe(findings: readonly Finding[], reason: string): UnsafeSetup {
  return { reason, findings: findings.map(({ code, where }) => `${code} ${where}`) };
}
