import { isSameFix, keyOf, type Approval } from '../domain/approval.ts';
import type { Bug } from '../domain/bug.ts';
import { approvedHeads, fixesFor, type FixFacts } from '../domain/fix.ts';
import type { LedgerState } from '../domain/ledger.ts';
import type { Policy } from '../domain/policy.ts';
import type { Refusal } from '../domain/reason.ts';
import { neededSignOff, pendingAction, voidWords, type SignOffFacts } from '../domain/sign-off.ts';
import type { Setting } from '../ports/configuration.ts';
import type { IssueFacts } from '../ports/github.ts';
import type { Context } from './context.ts';
import { loadFixes } from './load-fixes.ts';
import { settledWords } from './settled-word.ts';
import { issuesOfApprovals, verifyApprovals } from './verify-approvals.ts';
import { voidApprovals, type VoidWords } from './void-approvals.ts';

/** Bugs whose approvals lie before them, and what was read of the words. */
export interface OpenApprovals {
  readonly bugs: readonly Bug[];
  readonly issues: readonly IssueFacts[];
}

/** Reads the comments of all approvals that a slot has not acted on; travels with what else is being read. */
export async function readOpenApprovals(context: Context, state: LedgerState): Promise<OpenApprovals> {
  const bugs = [...state.bugs.values()].filter((bug) => openApprovals(bug).length > 0);
  if (bugs.length === 0) return { bugs, issues: [] };
  return { bugs, issues: await context.observer.issues(issuesOfApprovals(bugs)) };
}

/**
 * Finds approvals that count no more though no webhook said so: comments that were edited or deleted, people who lost
 * the role, pull requests with another head, another plan. The slot looks at all of it again.
 *
 * `pulls`: the open pull requests as they are now.
 */
export async function recheckApprovals(
  context: Context,
  setting: Setting,
  { bugs, issues, pulls }: OpenApprovals & { readonly pulls: readonly FixFacts[] },
): Promise<void> {
  if (bugs.length === 0) return;
  const given = bugs.flatMap((bug) => openApprovals(bug));
  const settled = settledWords(given, context.clock.nowMs());
  const byNumber = new Map(issues.map((issue) => [issue.number, issue]));
  const checked = await verifyApprovals(context, setting, { approvals: settled, issues: byNumber });
  for (const { given: word } of given) if (!checked.has(keyOf(word))) checked.set(keyOf(word), 'valid');
  await voidApprovals(context, setting, await findVoidWords(context, setting, { bugs, checked, pulls }));
}

/** Handles a pull request that got another head, another base, or was closed: a sign-off was for what it was. */
export async function recheckHead(context: Context, pull: number): Promise<void> {
  const { bugs } = await context.ledger.recent();
  const signed = [...bugs.values()].filter(
    (bug) =>
      isSignedByHead(bug) && bug.fixes.some((link) => link.pull === pull) && openApprovals(bug).length > 0,
  );
  if (signed.length === 0) return;
  const setting = await context.configuration.load();
  const facts = { bugs: signed, checked: 'not_yet', pulls: [] } as const;
  await voidApprovals(context, setting, await findVoidWords(context, setting, facts));
}

function openApprovals(bug: Bug): Approval[] {
  const action = pendingAction(bug);
  return bug.approvals.filter((approval) => approval.action === action);
}

/** In Flow 1 what was approved lies on UAT, whatever becomes of the pull request. */
function isSignedByHead(bug: Bug): boolean {
  return bug.flow === 2 && pendingAction(bug) === 'approve_prod';
}

interface Found {
  readonly bugs: readonly Bug[];
  readonly checked: SignOffFacts['checked'];
  readonly pulls: readonly FixFacts[];
}

async function findVoidWords(context: Context, { policy }: Setting, found: Found): Promise<VoidWords> {
  const { bugs, checked, pulls } = found;
  const words = new Map<number, Map<string, Refusal>>();
  // Pull requests that look changed, or are not among the open ones, are read with what they change.
  const changed = bugs.filter((bug) => isSignedByHead(bug) && hasOtherHead(bug, policy, pulls));
  const loaded = await loadFixes(
    context,
    changed.flatMap((bug) => bug.fixes.map((link) => link.pull)),
  );
  for (const bug of bugs) {
    const fixes = fixesOf(bug, changed.includes(bug) ? loaded : pulls);
    const facts = { policy, fixes, beforeMs: null, checked };
    const needed = neededSignOff(bug, facts);
    const gone = needed === null ? [] : voidWords(bug, needed, facts);
    if (gone.length > 0)
      words.set(bug.number, new Map(gone.map(({ approval, refusal }) => [keyOf(approval.given), refusal])));
  }
  return words;
}

function hasOtherHead(bug: Bug, policy: Policy, pulls: readonly FixFacts[]): boolean {
  const heads = approvedHeads(fixesFor(fixesOf(bug, pulls), 'prod', policy));
  return openApprovals(bug).some(({ fixes }) => !isSameFix(fixes, heads));
}

function fixesOf(bug: Bug, pulls: readonly FixFacts[]): FixFacts[] {
  return pulls.filter((fix) => bug.fixes.some((link) => link.pull === fix.pull));
}
