import type { Bug } from '../domain/bug.ts';
import type { Command, Understood } from '../domain/commands/define.ts';
import { targetsOf } from '../domain/commands/targets.ts';
import type { FixFacts } from '../domain/fix.ts';
import type { Member } from '../domain/person.ts';
import type { ParityVerdict } from '../domain/flow.ts';
import { requiredFor } from '../domain/sign-off.ts';
import type { Setting } from '../ports/configuration.ts';
import type { Context } from './context.ts';
import { loadSigners } from './hotfix/load-signers.ts';
import { endedRuns, lockRuns } from './lock-run.ts';
import { loadFixes, withAdminReviews, withContributors, withPushes } from './load-fixes.ts';
import { tryJudge, tryVersions } from './take-parity.ts';

/** What was read from GitHub and git for one command. */
export interface CommandFacts {
  readonly parity: ParityVerdict | null;
  readonly fixes: readonly FixFacts[];
  /** Whoever has given a word for a hotfix of the bug, with what they may do now. */
  readonly signers: readonly Member[];
  /** Workflow runs with a lock that have ended. */
  readonly endedRuns: ReadonlySet<number>;
  readonly nowMs: number;
}

/** An approval in Flow 1 is bound to what the ledger says lies on UAT; the pull request matters for its author only. */
function needsPulls(bug: Bug, command: Command, { policy }: Setting): boolean {
  if (command.name === 'approve-prod') return bug.flow === 2 || !policy.approvals.allowAuthor;
  return signsHeads(command) || !policy.approvals.allowAuthor;
}

/** The commands whose words are for the heads of pull requests. */
function signsHeads({ name }: Command): boolean {
  return name === 'approve-prod' || name === 'hotfix' || name === 'approve-hotfix';
}

/** Who wrote what is approved, when its head came; and, where one word is not enough, which reviews count beside it. */
async function withApprovalFacts(
  context: Context,
  { policy }: Setting,
  { command, fixes }: { readonly command: Command; readonly fixes: readonly FixFacts[] },
): Promise<readonly FixFacts[]> {
  const written = await withContributors(context, policy, fixes);
  if (!signsHeads(command) || fixes.length === 0) return written;
  const pushed = await withPushes(context, written);
  return requiredFor('approve_prod', policy) > 1 ? withAdminReviews(context, policy, pushed) : pushed;
}

/** Reads what a command says it needs, and no more. */
export async function loadCommandFacts(
  context: Context,
  setting: Setting,
  { understood, issue }: { readonly understood: Understood; readonly issue: number },
): Promise<CommandFacts> {
  const { command, prepared } = understood;
  const needsParity = command.needs.includes('parity');
  const [state, versions] = await Promise.all([
    needsParity ? context.ledger.load() : context.ledger.recent(),
    needsParity ? tryVersions(context, setting) : null,
  ]);
  const parity = versions === null ? null : await tryJudge(context, versions, state);
  const targets = targetsOf(understood, issue, { bugs: state.bugs, policy: setting.policy }).flatMap(
    (number) => state.bugs.get(number) ?? [],
  );
  const linked = targets.filter((bug) => needsPulls(bug, command, setting)).flatMap((bug) => bug.fixes);
  const pulls = [...prepared.pulls, ...linked.map((link) => link.pull)];
  const fixes = command.needs.includes('fixes') ? await loadFixes(context, pulls) : [];
  const words = { approvals: targets.flatMap(({ approvals }) => approvals) };
  return {
    parity,
    fixes: await withApprovalFacts(context, setting, { command, fixes }),
    signers: command.needs.includes('signers') ? await loadSigners(context, setting, words) : [],
    endedRuns: command.needs.includes('runs') ? await endedRuns(context, lockRuns(state)) : new Set(),
    nowMs: context.clock.nowMs(),
  };
}
