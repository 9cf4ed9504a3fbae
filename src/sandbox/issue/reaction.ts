import type { Actor } from '../auth/actor.ts';
import { forbidden, notFound } from '../error.ts';
import type { Reaction, ReactionContent } from '../model/issue.ts';
import type { Kernel } from '../sandbox.ts';
import { nextIdentity } from '../world.ts';
import type { IssuePlace } from './find.ts';
import { authorWhoMay, issueNeed } from './need.ts';

/** Reacts to an issue or to one of its comments; `added` is false where the person had reacted so already. */
export function addReaction(
  kernel: Kernel,
  place: IssuePlace & { reactions: Reaction[] },
  given: { content: ReactionContent; actor: Actor },
): { reaction: Reaction; added: boolean } {
  const { repository, issue, reactions } = place;
  const author = authorWhoMay(kernel, given.actor, { repository, need: issueNeed(issue, 'read') });
  const known = reactions.find((one) => one.userId === author.account.id && one.content === given.content);
  if (known) return { reaction: known, added: false };
  const reaction: Reaction = {
    ...nextIdentity(kernel.world, 'Reaction'),
    content: given.content,
    userId: author.account.id,
    createdAt: kernel.clock.now(),
  };
  reactions.push(reaction);
  return { reaction, added: true };
}

/** Takes one's own reaction back. @throws ApiError 404 for an unknown one, 403 for another's. */
export function removeReaction(
  kernel: Kernel,
  place: IssuePlace & { reactions: Reaction[] },
  given: { id: number; actor: Actor },
): void {
  const { repository, issue, reactions } = place;
  const author = authorWhoMay(kernel, given.actor, { repository, need: issueNeed(issue, 'read') });
  const at = reactions.findIndex((one) => one.id === given.id);
  const reaction = reactions[at];
  if (!reaction) throw notFound();
  if (reaction.userId !== author.account.id) throw forbidden('You can only delete your own reactions.');
  reactions.splice(at, 1);
}
