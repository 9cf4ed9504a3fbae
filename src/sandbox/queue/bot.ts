import type { Author } from '../auth/author.ts';
import { addBot } from '../found.ts';
import type { Account } from '../model/account.ts';
import type { Kernel } from '../sandbox.ts';
import { findAccount } from '../world.ts';

const LOGIN = 'github-merge-queue[bot]';

/** The account under which GitHub merges what was queued; it is made when first asked for. */
export function queueBot(kernel: Kernel): Account {
  return findAccount(kernel.world, LOGIN) ?? addBot(kernel, LOGIN);
}

/** The same as the author of something. */
export function queueAuthor(kernel: Kernel): Author {
  return { account: queueBot(kernel), app: null, workflowRunId: null };
}
