import { findVoid, keyOf, type Approval, type ApprovalFacts } from '../../domain/approval.ts';
import type { Bug } from '../../domain/bug.ts';
import type { Slot } from '../../domain/calendar.ts';
import type { FixFacts } from '../../domain/fix.ts';
import type { ParityVerdict } from '../../domain/flow.ts';
import type { LedgerState } from '../../domain/ledger.ts';
import { hasRole } from '../../domain/person.ts';
import { refuse, type Refusal } from '../../domain/reason.ts';
import type { SlotFacts } from '../../domain/slot-choice.ts';
import type { Setting } from '../../ports/configuration.ts';
import type { IssueFacts } from '../../ports/github.ts';
import type { Context } from '../context.ts';
import { loadFixes, withAdminReviews, withContributors } from '../load-fixes.ts';
import { tryJudge, tryVersions, type Versions } from '../take-parity.ts';

/** All that a slot reads before it decides, for all of its bugs at once. */
export interface Gathered {
  readonly state: LedgerState;
  readonly slot: Slot;
  readonly setting: Setting;
  readonly bugs: readonly Bug[];
  readonly issues: ReadonlyMap<number, IssueFacts>;
  readonly fixes: readonly FixFacts[];
  readonly versions: Versions | null;
  readonly parity: ParityVerdict | null;
  readonly approvals: ReadonlyMap<string, Refusal | 'valid'>;
}

/**
 * Reads pull requests, versions, and the approvals of the bugs again, as they are now.
 *
 * Calls: one for issues, pull requests and deployments together, one a person whose role is asked for.
 */
export async function gather(
  context: Context,
  setting: Setting,
  asked: { readonly slot: Slot; readonly state: LedgerState; readonly bugs: readonly Bug[] },
): Promise<Gathered> {
  const { bugs, state, slot } = asked;
  const needsIssue = bugs.filter(
    (bug) => bug.approvals.length > 0 || bug.status === 'confirmed' || bug.status === 'analyzing',
  );
  const pulls = bugs.flatMap((bug) => [
    ...bug.fixes.map((link) => link.pull),
    ...(bug.conflict === null ? [] : [bug.conflict.pull]),
  ]);
  const [issues, fixes, versions] = await Promise.all([
    context.observer.issues([...new Set(needsIssue.flatMap((bug) => [bug.number, ...approvedOn(bug)]))]),
    loadFixes(context, pulls),
    bugs.length === 0 ? null : tryVersions(context, setting),
  ]);
  const written = await withContributors(context, setting.policy, fixes);
  const byNumber = new Map(issues.map((issue) => [issue.number, issue]));
  const isProdSlot = slot.kind === 'T2';
  return {
    ...asked,
    setting,
    issues: byNumber,
    versions,
    fixes: isProdSlot ? await withSignOffs(context, setting, { bugs, fixes: written }) : written,
    parity: versions === null ? null : await tryJudge(context, versions, state.bugs.values()),
    approvals: isProdSlot ? await verifyApprovals(context, setting, { bugs, issues: byNumber }) : new Map(),
  };
}

/** Only in Flow 2 a review is a sign-off, so only those reviewers' roles are asked for. */
async function withSignOffs(
  context: Context,
  { policy }: Setting,
  { bugs, fixes }: Pick<Gathered, 'bugs' | 'fixes'>,
): Promise<readonly FixFacts[]> {
  const pulls = new Set(
    bugs.filter((bug) => bug.flow === 2).flatMap((bug) => bug.fixes.map((link) => link.pull)),
  );
  const marked = await withAdminReviews(
    context,
    policy,
    fixes.filter((fix) => pulls.has(fix.pull)),
  );
  return fixes.map((fix) => marked.find((each) => each.pull === fix.pull) ?? fix);
}

/** The issues on which the approvals of a bug were written: `/approve-prod #12 #15` stands on another one's. */
function approvedOn(bug: Bug): number[] {
  return bug.approvals.flatMap(({ given }) => (given.kind === 'comment' ? [given.issue] : []));
}

/** The facts of one bug. */
export function factsOf(gathered: Gathered, bug: Bug): SlotFacts {
  const { setting, slot, parity, approvals } = gathered;
  const fixes = gathered.fixes.filter((fix) => bug.fixes.some((link) => link.pull === fix.pull));
  return { policy: setting.policy, slot, parity, fixes, approvals };
}

async function verifyApprovals(
  context: Context,
  setting: Setting,
  { bugs, issues }: Pick<Gathered, 'bugs' | 'issues'>,
): Promise<Map<string, Refusal | 'valid'>> {
  const verdicts = new Map<string, Refusal | 'valid'>();
  const admins = new Map<number, boolean>();
  for (const bug of bugs) {
    for (const approval of bug.approvals) {
      const known = admins.get(approval.by.id);
      const stillAdmin = known ?? (await isAdmin(context, setting, approval));
      admins.set(approval.by.id, stillAdmin);
      verdicts.set(keyOf(approval.given), verify(context, approval, { stillAdmin, issues }));
    }
  }
  return verdicts;
}

async function isAdmin(context: Context, { policy }: Setting, { by }: Approval): Promise<boolean> {
  const standing = await context.members.standing(by, policy.roles.admin.teams);
  return hasRole({ person: by, standing }, 'admin', policy.roles);
}

function verify(
  context: Context,
  approval: Approval,
  { stillAdmin, issues }: { readonly stillAdmin: boolean } & Pick<Gathered, 'issues'>,
): Refusal | 'valid' {
  const reason = findVoid(approval, { comment: commentOf(context, approval, issues), stillAdmin });
  return reason === null ? 'valid' : refuse(reason, VOID_WORDS[reason]);
}

function commentOf(
  context: Context,
  { given }: Approval,
  issues: Gathered['issues'],
): ApprovalFacts['comment'] {
  if (given.kind !== 'comment') return null;
  const found = issues.get(given.issue)?.comments.find((comment) => comment.id === given.id);
  if (found === undefined) return null;
  return {
    bodyHash: context.hash(found.body),
    edited: found.updatedAtMs !== found.createdAtMs,
    authorId: found.author?.id ?? 0,
  };
}

const VOID_WORDS: Readonly<Record<NonNullable<ReturnType<typeof findVoid>>, string>> = {
  comment_deleted: 'The approving comment is gone, so the approval no longer counts.',
  comment_edited: 'The approving comment was edited, so the approval no longer counts.',
  approver_lost_role: 'Whoever approved is no admin any more, so the approval no longer counts.',
};
