import type { Actor } from '../auth/actor.ts';
import { authorOf, type Author } from '../auth/author.ts';
import { checkRepositoryNeed, type RepositoryNeed } from '../auth/permission.ts';
import type { RepositoryRole } from '../model/account.ts';
import type { Issue } from '../model/issue.ts';
import type { Repository } from '../model/repository.ts';
import type { Kernel } from '../sandbox.ts';

/** Reading issues, pulls as issues, comments and events. */
export const READ_ISSUES: RepositoryNeed = {
  app: [{ issues: 'read' }, { pull_requests: 'read' }],
  user: 'read',
};

/** Opening an issue. */
export const OPEN_ISSUE: RepositoryNeed = { app: { issues: 'write' }, user: 'read', evenIfPublic: true };

/** Repository labels: everybody with write makes them. */
export const WRITE_LABELS: RepositoryNeed = {
  app: [{ issues: 'write' }, { pull_requests: 'write' }],
  user: 'write',
};

/** What any change to issues and pulls asks at the door, before it is known which of the two it is. */
export function changeNeed(user: RepositoryRole): RepositoryNeed {
  return { app: [{ issues: 'write' }, { pull_requests: 'write' }], user, evenIfPublic: true };
}

/** What a change asks once the issue is known: `pull_requests` opens pulls only. */
export function issueNeed(issue: Issue, user: RepositoryRole): RepositoryNeed {
  return issue.isPull ? changeNeed(user) : { app: { issues: 'write' }, user, evenIfPublic: true };
}

/** Lets an act through, or refuses it, and answers under whose name it will appear. */
export function authorWhoMay(
  kernel: Kernel,
  actor: Actor,
  request: { repository: Repository; need: RepositoryNeed },
): Author {
  checkRepositoryNeed(kernel.world, actor, request);
  return authorOf(kernel.world, actor);
}
