import type { Policy } from '../policy.ts';
import { refuse, type Refusal } from '../reason.ts';
import type { UnsafeSetup } from '../slot.ts';
import { listOf, nameOf, plain } from '../text/markdown.ts';
import type { SetupFacts } from './facts.ts';
import { blocking, type Finding } from './finding.ts';
import { inspectSetup } from './inspect.ts';
import { NO_UNSAFE_WORD, type UnsafeWord } from './unsafe-word.ts';
import { wantedSetup, type SetupParts } from './wanted-setup.ts';

/** A slot looks at branches only; what its files and its App have to be is the doctor's to look at. */
const NO_PARTS: SetupParts = { permissions: {}, events: [], workflows: [], issueForm: '' };

const NAMED = 3;

/** What would let code reach PROD unapproved, by what the App itself can see of the rules. */
export function unsafeGuards(facts: SetupFacts, policy: Policy): readonly Finding[] {
  return blocking(inspectSetup(facts, wantedSetup(policy, facts.defaultBranch, NO_PARTS)));
}

/** Refuses PROD because nothing would stop code that nobody approved. */
export function refuseUnsafe(findings: readonly Finding[], word: UnsafeWord = NO_UNSAFE_WORD): Refusal {
  const told = findings.slice(0, NAMED).map(({ what }) => plain(what.replace(/\.$/u, ''), 300));
  const more = findings.length > NAMED ? ` There are ${findings.length - NAMED} findings more.` : '';
  return refuse(
    'setup_unsafe',
    `PROD is not guarded, so the slot does not deploy to it: ${listOf(told)}.${more} \`tonic doctor\` says how to mend it.${describeVoid(word)}`,
  );
}

function describeVoid(word: UnsafeWord): string {
  if (word.kind !== 'void') return '';
  const who =
    word.by.length === 0 ? 'nobody can tell who started it' : `${listOf(word.by.map(nameOf))} started it`;
  return ` The run gives a reason to go on all the same, but ${who}: such a reason counts in a run that the App, the schedule or an admin has started.`;
}

/** What the record of a slot keeps of a deploy that went on regardless. */
export function recordUnsafe(findings: readonly Finding[], reason: string): UnsafeSetup {
  return { reason, findings: findings.map(({ code, where }) => `${code} ${where}`) };
}
