import type { FixFacts, FixReview } from '../domain/fix.ts';
import { hasRole } from '../domain/person.ts';
import type { Policy } from '../domain/policy.ts';
import type { Context } from './context.ts';

/**
 * Reads pull requests as fixes, with their patch ids, in one call and one fetch.
 *
 * A pull request whose change git cannot describe keeps `patchId: null` and so is equal to nothing.
 */
export async function loadFixes(context: Context, pulls: readonly number[]): Promise<FixFacts[]> {
  if (pulls.length === 0) return [];
  const facts = await context.observer.pulls([...new Set(pulls)]);
  const bases = [...new Set(facts.map((fix) => fix.base))];
  const commits = facts.flatMap((fix) => [fix.head, ...(fix.mergeCommit === null ? [] : [fix.mergeCommit])]);
  const tips = await context.repository.fetch({ branches: bases, commits, history: 'full' });
  return Promise.all(facts.map((fix) => describe(context, fix, tips.get(fix.base) ?? null)));
}

async function describe(context: Context, fix: FixFacts, base: string | null): Promise<FixFacts> {
  if (fix.state === 'merged' && fix.mergeCommit !== null) {
    const merged = await context.repository.describeFix({
      kind: 'merged',
      mergeCommit: fix.mergeCommit,
      pullCommits: fix.commits,
    });
    return { ...fix, patchId: merged.patchId, commits: merged.commits.map((commit) => commit.oid) };
  }
  if (fix.state !== 'open' || base === null) return fix;
  const [{ patchId }, tree] = await Promise.all([
    context.repository.describeFix({ kind: 'proposed', base, head: fix.head }),
    context.repository.treeOf(fix.head),
  ]);
  return { ...fix, patchId, tree };
}

/** Finds out who wrote the commits, where the policy does not let them approve. One call for all. */
export async function withContributors(
  context: Context,
  { approvals }: Policy,
  fixes: readonly FixFacts[],
): Promise<readonly FixFacts[]> {
  if (approvals.allowAuthor || fixes.length === 0) return fixes;
  const found = await context.observer.contributors(fixes.map((fix) => fix.pull));
  return fixes.map((fix) => ({ ...fix, contributors: found.get(fix.pull) ?? null }));
}

/** Finds out when and by whom the current heads were pushed: what a sign-off by comment depends on. */
export async function withPushes(context: Context, fixes: readonly FixFacts[]): Promise<FixFacts[]> {
  return Promise.all(fixes.map(async (fix) => (fix.state === 'open' ? withPush(context, fix) : fix)));
}

async function withPush({ observer }: Context, fix: FixFacts): Promise<FixFacts> {
  // A branch of its name here is another one, to which anybody may have pushed the same commit before.
  if (fix.isFromFork) return fix;
  const push = await observer.headPush(fix.headBranch, fix.head);
  if (push === null) return fix;
  const contributors =
    push.by === null || fix.contributors === null ? fix.contributors : [...fix.contributors, push.by];
  return { ...fix, headPushedAtMs: push.atMs, contributors };
}

/** Marks the reviews by admins, whose approval of a pull request is a sign-off; each person is asked for once. */
export async function withAdminReviews(
  context: Context,
  policy: Policy,
  fixes: readonly FixFacts[],
): Promise<readonly FixFacts[]> {
  const reviewers = new Map(fixes.flatMap((fix) => fix.approvingReviews).map(({ by }) => [by.id, by]));
  const admins = new Set<number>();
  for (const person of reviewers.values()) {
    const standing = await context.members.standing(person, policy.roles.admin.teams);
    if (hasRole({ person, standing }, 'admin', policy.roles)) admins.add(person.id);
  }
  const mark = (review: FixReview) => ({ ...review, isAdmin: admins.has(review.by.id) });
  return fixes.map((fix) => ({ ...fix, approvingReviews: fix.approvingReviews.map(mark) }));
}
