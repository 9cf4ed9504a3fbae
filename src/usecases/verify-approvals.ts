import { findVoid, keyOf, type Approval, type ApprovalFacts } from '../domain/approval.ts';
import type { Bug } from '../domain/bug.ts';
import type { LedgerState } from '../domain/ledger.ts';
import { hasRole } from '../domain/person.ts';
import { refuse, type Refusal } from '../domain/reason.ts';
import { VOID_WORDS } from '../domain/text/sign-off.ts';
import type { Setting } from '../ports/configuration.ts';
import type { CommentFacts, IssueFacts } from '../ports/github.ts';
import type { Context } from './context.ts';

/** The issues on which the approvals of bugs were written: `/approve-prod #12 #15` stands on another one's. */
export function issuesOfApprovals(bugs: readonly Bug[]): number[] {
  const issues = bugs.flatMap(({ approvals }) =>
    approvals.flatMap(({ given }) => (given.kind === 'comment' ? [given.issue] : [])),
  );
  return [...new Set(issues)];
}

/**
 * Looks at words again: whether each comment is there as it was written, and whether whoever gave it has the role
 * yet.
 *
 * `issues` are those of {@link issuesOfApprovals}, as they are now. One call a person.
 */
export async function verifyApprovals(
  context: Context,
  setting: Setting,
  asked: {
    readonly approvals: readonly Approval[];
    readonly issues: ReadonlyMap<number, IssueFacts>;
  },
): Promise<Map<string, Refusal | 'valid'>> {
  const verdicts = new Map<string, Refusal | 'valid'>();
  const known = new Map<string, boolean>();
  for (const approval of asked.approvals) {
    const who = `${approval.by.id} ${roleFor(approval)}`;
    const stillAdmin = known.get(who) ?? (await hasRoleYet(context, setting, approval));
    known.set(who, stillAdmin);
    const comment = await commentOf(context, approval, asked.issues);
    const reason = findVoid(approval, { comment, stillAdmin });
    verdicts.set(keyOf(approval.given), reason === null ? 'valid' : refuse(reason, VOID_WORDS[reason]));
  }
  return verdicts;
}

/** Looks again at the words for pull requests that are signed off by themselves. One call a word, and one a person. */
export function verifyReleases(
  context: Context,
  setting: Setting,
  { state, pulls }: { readonly state: LedgerState; readonly pulls: readonly number[] },
): Promise<Map<string, Refusal | 'valid'>> {
  const approvals = pulls.flatMap((pull) => state.pulls.get(pull)?.approvals ?? []);
  return verifyApprovals(context, setting, { approvals, issues: new Map() });
}

/** A hotfix may take a senior person's word beside an admin's. */
function roleFor({ action }: Approval): 'admin' | 'senior' {
  return action === 'approve_hotfix' ? 'senior' : 'admin';
}

async function hasRoleYet(context: Context, { policy }: Setting, approval: Approval): Promise<boolean> {
  const { by } = approval;
  const role = roleFor(approval);
  const { admin, senior } = policy.roles;
  const teams = role === 'admin' ? admin.teams : [...admin.teams, ...senior.teams];
  const standing = await context.members.standing(by, teams);
  return hasRole({ person: by, standing }, role, policy.roles);
}

async function commentOf(
  context: Context,
  { action, given }: Approval,
  issues: ReadonlyMap<number, IssueFacts>,
): Promise<ApprovalFacts['comment']> {
  if (given.kind !== 'comment') return null;
  // What is said on pull requests is not read with issues.
  const found =
    action === 'approve_release'
      ? await context.observer.comment(given.id)
      : await findComment(context, given, issues.get(given.issue));
  if (found === null) return null;
  return {
    bodyHash: context.hash(found.body),
    edited: found.isEdited,
    authorId: found.author?.id ?? 0,
  };
}

/** A comment that others have buried is not among those that were read with its issue. */
async function findComment(
  context: Context,
  { id }: { readonly id: number },
  issue: IssueFacts | undefined,
): Promise<CommentFacts | null> {
  const found = issue?.comments.find((comment) => comment.id === id);
  if (found !== undefined || issue === undefined) return found ?? null;
  return issue.hasOlderComments ? context.observer.comment(id) : null;
}
