import type { Freeze } from './freeze.ts';
import type { Priority } from './hotfix-policy.ts';
import { hasRole, type Member } from './person.ts';
import type { Policy } from './policy.ts';
import { refuse, type Refusal } from './reason.ts';

/** A hotfix during a freeze, and whoever has signed it off. */
export interface FrozenHotfix {
  readonly priority: Priority;
  /** Whose words count for exactly this fix; the same person may be there twice. */
  readonly signers: readonly Member[];
  /** Ids of whoever wrote the fix. */
  readonly authors: ReadonlySet<number>;
}

/**
 * What a freeze asks of a hotfix (PRODUCT section 8). `suspend`: two people, an admin and another senior person. `full`:
 * only the worst, with the sign-off of a senior person. Bots count for nothing, nor do authors where the policy wants
 * other eyes.
 *
 * Refuses: `frozen`, `not_approved`.
 */
export function refuseFrozenHotfix(
  freeze: Freeze | null,
  hotfix: FrozenHotfix,
  policy: Policy,
): Refusal | null {
  if (freeze === null) return null;
  const seniors = seniorsAmong(hotfix, policy);
  if (freeze.level === 'suspend')
    return isTwoPeople(seniors, policy) ? null : refuse('not_approved', TWO_PEOPLE);
  if (hotfix.priority !== 'P1') return refuse('frozen', ONLY_CRITICAL);
  return seniors.length > 0 ? null : refuse('not_approved', A_SENIOR);
}

const TWO_PEOPLE =
  'While something is frozen a hotfix needs two people: an admin and another senior person say `/approve-hotfix`.';
const ONLY_CRITICAL = 'The freeze is full: only a P1 may be mended now.';
const A_SENIOR = 'The freeze is full: a senior person says `/approve-hotfix`.';

/** An admin has every role. */
function seniorsAmong({ signers, authors }: FrozenHotfix, { roles, approvals }: Policy): readonly Member[] {
  return signers.filter(
    (member) => hasRole(member, 'senior', roles) && (approvals.allowAuthor || !authors.has(member.person.id)),
  );
}

function isTwoPeople(seniors: readonly Member[], { roles }: Policy): boolean {
  const people = new Set(seniors.map(({ person }) => person.id));
  return people.size > 1 && seniors.some((member) => hasRole(member, 'admin', roles));
}
