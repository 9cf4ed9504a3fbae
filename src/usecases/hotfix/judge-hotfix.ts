import type { Bug } from '../../domain/bug.ts';
import { nextSlot } from '../../domain/calendar.ts';
import { freezeOn } from '../../domain/freeze.ts';
import { refuseHotfix, type HotfixFacts, type OrderedHotfix } from '../../domain/hotfix-order.ts';
import type { LedgerState } from '../../domain/ledger.ts';
import { refuseLeftBranch } from '../../domain/left-branch.ts';
import { refuse, type Refusal } from '../../domain/reason.ts';
import { waitingPulls } from '../../domain/release-pull.ts';
import { refuseUnsafe } from '../../domain/setup/guard.ts';
import type { Setting } from '../../ports/configuration.ts';
import { askingOnce } from '../asking-once.ts';
import type { Context } from '../context.ts';
import { freezeFacts } from '../freeze-facts.ts';
import { gather, type Gathered } from '../slot/facts.ts';
import type { Carried } from '../slot/build-stage.ts';
import { refuseFrozenRelease, sortReleases } from '../slot/open-releases.ts';
import { loadSigners } from './load-signers.ts';

/** A hotfix as it is now, with all that was read for it. */
export interface JudgedHotfix {
  readonly kind: 'judged';
  readonly bug: Bug;
  readonly gathered: Gathered;
  readonly facts: HotfixFacts;
}

/**
 * Looks at everything that a hotfix rests on, as it is now: heads and checks of its fixes, words and roles of whoever
 * signed it off, freezes, and what guards PROD.
 *
 * Refuses: what `refuseHotfix` refuses, `setup_unsafe`, and for what it would bring along from the branch:
 * `rollback_unfinished` where a rollback took that off PROD alone, `frozen` where a freeze holds it.
 */
export async function judgeHotfix(
  given: Context,
  setting: Setting,
  { release, state }: { readonly release: OrderedHotfix; readonly state: LedgerState },
): Promise<JudgedHotfix | Refusal> {
  const context = askingOnce(given);
  const { hotfix, plannedAtMs } = release;
  const bug = state.bugs.get(hotfix.bug);
  if (bug === undefined) return refuse('not_a_bug', `#${hotfix.bug} is no tracked bug.`);
  // What T2 would read, for a moment that is now.
  const next = nextSlot(setting.calendar, 'T2', context.clock.nowMs());
  const slot = { ...next, startsAtMs: plannedAtMs };
  const waiting = waitingPulls(state.pulls.values());
  const gathered = await gather(context, setting, { slot, state, bugs: [bug], waiting, isHotfix: true });
  const facts = await factsFor(context, setting, { bug, gathered, state });
  const unsafe = gathered.unsafe.length === 0 ? null : refuseUnsafe(gathered.unsafe);
  const left = refuseLeftBranch(state, 'prod', gathered.versions?.deployed.prod ?? null);
  const refusal =
    refuseHotfix(bug, hotfix, facts) ?? unsafe ?? left ?? (await refuseToCarry(context, gathered));
  return refusal ?? { kind: 'judged', bug, gathered, facts };
}

/** The bug, with its fixes for PROD. */
export function carriedBy({ bug, gathered, facts }: JudgedHotfix): Carried {
  const { branch } = gathered.setting.policy.environments.prod;
  return { bug, fixes: facts.fixes.filter(({ base, state }) => base === branch && state !== 'closed') };
}

/** What was merged and waits for T2 lies on the branch, so a hotfix brings it along: not in a freeze that covers it. */
async function refuseToCarry(context: Context, gathered: Gathered): Promise<Refusal | null> {
  const { open } = await sortReleases(context, gathered);
  const frozen = refuseFrozenRelease(gathered, open);
  if (frozen === null) return null;
  const pulls = open.map(({ pull }) => `#${pull}`).join(', ');
  return refuse(
    'frozen',
    `The PROD branch has ${pulls}, merged and not live, which would go live with the hotfix. ${frozen.message} Revert it there, or lift the freeze.`,
  );
}

async function factsFor(
  context: Context,
  setting: Setting,
  { bug, gathered, state }: Pick<JudgedHotfix, 'bug' | 'gathered'> & { readonly state: LedgerState },
): Promise<HotfixFacts> {
  const { policy } = setting;
  return {
    policy,
    fixes: gathered.fixes.filter((fix) => bug.fixes.some((link) => link.pull === fix.pull)),
    checked: gathered.approvals,
    freeze: freezeOn(freezeFacts(context, setting, state), bug, context.clock.nowMs()),
    members: await loadSigners(context, setting, bug),
  };
}
