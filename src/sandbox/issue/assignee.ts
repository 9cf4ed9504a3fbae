import type { Actor } from '../auth/actor.ts';
import { atLeast, roleOf } from '../auth/role.ts';
import type { Account } from '../model/account.ts';
import type { Issue } from '../model/issue.ts';
import type { Repository } from '../model/repository.ts';
import type { Kernel } from '../sandbox.ts';
import { accountOf, findAccount, type World } from '../world.ts';
import { announceAssignee } from './announce.ts';
import type { IssuePlace } from './find.ts';
import { authorWhoMay, issueNeed } from './need.ts';
import { recordTimeline } from './record.ts';

const ASSIGNEES_PER_ISSUE = 10;

/** The people to whom any issue of a repository can be assigned: those with more than public access. */
export function assignableOf(world: World, repository: Repository): Account[] {
  const own = { ...repository, private: true };
  return world.accounts.filter(
    (account) =>
      account.type === 'User' && !account.siteAdmin && atLeast(roleOf(world, own, account), 'read'),
  );
}

/** Assigns people; those who cannot be, and more than ten, are passed over in silence, as on GitHub. */
export function assign(kernel: Kernel, place: IssuePlace, given: { logins: string[]; actor: Actor }): void {
  const { repository, issue } = place;
  const author = authorWhoMay(kernel, given.actor, { repository, need: issueNeed(issue, 'triage') });
  for (const login of given.logins) {
    const assignee = findAccount(kernel.world, login);
    if (
      !assignee ||
      issue.assigneeIds.includes(assignee.id) ||
      !mayBeAssigned(kernel.world, place, assignee)
    ) {
      continue;
    }
    if (issue.assigneeIds.length >= ASSIGNEES_PER_ISSUE) return;
    issue.assigneeIds.push(assignee.id);
    recordTimeline(kernel, issue, { event: 'assigned', author, detail: { assigneeId: assignee.id } });
    announceAssignee(kernel, place, { action: 'assigned', assignee, author });
  }
}

/** Takes people off; those who were not on change nothing. */
export function unassign(kernel: Kernel, place: IssuePlace, given: { logins: string[]; actor: Actor }): void {
  const { repository, issue } = place;
  const author = authorWhoMay(kernel, given.actor, { repository, need: issueNeed(issue, 'triage') });
  for (const login of given.logins) {
    const assignee = findAccount(kernel.world, login);
    if (!assignee || !issue.assigneeIds.includes(assignee.id)) continue;
    issue.assigneeIds = issue.assigneeIds.filter((id) => id !== assignee.id);
    recordTimeline(kernel, issue, { event: 'unassigned', author, detail: { assigneeId: assignee.id } });
    announceAssignee(kernel, place, { action: 'unassigned', assignee, author });
  }
}

/** Makes the assignees exactly these. */
export function setAssignees(
  kernel: Kernel,
  place: IssuePlace,
  given: { logins: string[]; actor: Actor },
): void {
  const wanted = given.logins.map((login) => login.toLowerCase());
  const gone = place.issue.assigneeIds
    .map((id) => accountOf(kernel.world, id).login)
    .filter((login) => !wanted.includes(login.toLowerCase()));
  unassign(kernel, place, { logins: gone, actor: given.actor });
  assign(kernel, place, given);
}

function mayBeAssigned(
  world: World,
  { repository, issue }: { repository: Repository; issue: Issue },
  person: Account,
): boolean {
  return (
    issue.authorId === person.id ||
    issue.comments.some((comment) => comment.authorId === person.id) ||
    assignableOf(world, repository).includes(person)
  );
}
