import type { EmitterWebhookEvent as WebhookEvent } from '@octokit/webhooks';
import { guardOwnComment } from '../usecases/guard-own-comment.ts';
import { handlePullComment } from '../usecases/gate/handle-pull-comment.ts';
import { guardComment } from '../usecases/guard-comment.ts';
import { handleComment } from '../usecases/handle-comment.ts';
import type { Hub } from './hub.ts';
import { isByBot, isByUs, tenantOf } from './incoming.ts';

/** `issue_comment.created`: perhaps a command, on an issue or on a pull request. */
export async function onCommentCreated(
  hub: Hub,
  { payload }: WebhookEvent<'issue_comment.created'>,
): Promise<void> {
  const { comment, issue } = payload;
  if (comment.user === null) return;
  const { context } = await tenantOf(hub, payload);
  const handle = issue.pull_request === undefined ? handleComment : handlePullComment;
  await handle(context, {
    issue: issue.number,
    id: comment.id,
    // The comment's own author, whoever sent the event.
    author: { id: comment.user.id, login: comment.user.login },
    authorIsBot: comment.user.type === 'Bot' || isByBot(payload),
    body: comment.body,
    writtenAtMs: Date.parse(comment.created_at),
  });
}

/** `issue_comment.edited` and `.deleted`: an approval that stood there is void, a card of ours is put back. */
export async function onCommentChanged(
  hub: Hub,
  { payload }: WebhookEvent<'issue_comment.edited' | 'issue_comment.deleted'>,
): Promise<void> {
  if (isByBot(payload)) return;
  const tenant = await tenantOf(hub, payload);
  const { comment, issue, sender, action: how } = payload;
  const changed = { issue: issue.number, id: comment.id, how };
  if (isByUs({ sender: comment.user }, tenant)) {
    await guardOwnComment(tenant.context, { ...changed, by: { id: sender.id, login: sender.login } });
  } else await guardComment(tenant.context, changed);
}
