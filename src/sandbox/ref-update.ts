import type { Actor } from './auth/actor.ts';
import { authorOf, type Author } from './auth/author.ts';
import { isRefName, moveRefs, type RefChange } from './git/ref.ts';
import { inTurn } from './in-turn.ts';
import type { Repository } from './model/repository.ts';
import { announcePush } from './push/announce.ts';
import { closeIssuesOfPush } from './push/closing-keyword.ts';
import { describePush } from './push/push.ts';
import { followPush } from './pull/follow.ts';
import { mayUpdateRef } from './ref-rule.ts';
import type { Kernel } from './sandbox.ts';

/** A wish to move refs of one repository. */
export interface RefUpdate {
  repository: Repository;
  actor: Actor;
  changes: RefChange[];
  /** Default false: a move that loses commits is refused. */
  force?: boolean;
  /** All or none. */
  atomic?: boolean;
}

/** What became of one wish: `refusal` is `null` when the ref moved. */
export type RefOutcome = RefChange & { refusal: string | null };

/**
 * Moves refs by compare-and-swap and does everything that follows on GitHub: push webhooks, pulls that follow
 * their branches or count as merged, issues closed by keywords.
 *
 * Refuses, never throws, with the reason of `mayUpdateRef` or of a lost race. Updates of one repository run in turn.
 */
export function updateRefs(kernel: Kernel, update: RefUpdate): Promise<RefOutcome[]> {
  return inTurn(update.repository, async () => {
    const judged = await Promise.all(update.changes.map((change) => judge(kernel, update, change)));
    const outcomes = update.atomic
      ? await moveTogether(kernel, update.repository, judged)
      : await moveEach(kernel, update.repository, judged);
    const moved = outcomes.filter((outcome) => outcome.refusal === null);
    if (moved.length > 0)
      await afterMoves(
        kernel,
        { repository: update.repository, author: authorOf(kernel.world, update.actor) },
        moved,
      );
    return outcomes;
  });
}

async function judge(kernel: Kernel, update: RefUpdate, change: RefChange): Promise<RefOutcome> {
  const { repository, actor, force = false } = update;
  if (!isRefName(change.ref)) return { ...change, refusal: 'funny refname' };
  return { ...change, refusal: await mayUpdateRef(kernel, { repository, actor, change, force }) };
}

async function moveEach(kernel: Kernel, repository: Repository, judged: RefOutcome[]): Promise<RefOutcome[]> {
  const outcomes: RefOutcome[] = [];
  for (const outcome of judged) {
    const refusal = outcome.refusal ?? (await moveRefs(kernel.git.folderOf(repository), [outcome]));
    outcomes.push({ ...outcome, refusal: refusal === null ? null : plainWords(refusal) });
  }
  return outcomes;
}

async function moveTogether(
  kernel: Kernel,
  repository: Repository,
  judged: RefOutcome[],
): Promise<RefOutcome[]> {
  if (judged.some((outcome) => outcome.refusal !== null)) {
    return judged.map((outcome) => ({ ...outcome, refusal: outcome.refusal ?? 'atomic transaction failed' }));
  }
  const refusal = await moveRefs(kernel.git.folderOf(repository), judged);
  return judged.map((outcome) => ({ ...outcome, refusal: refusal === null ? null : plainWords(refusal) }));
}

/** `fatal: prepare: cannot lock ref ... is at x but expected y` says what matters after the first words. */
function plainWords(text: string): string {
  return text.replace(/^fatal: (\w+: )?/, '').split('\n')[0] ?? text;
}

async function afterMoves(
  kernel: Kernel,
  who: { repository: Repository; author: Author },
  moved: RefOutcome[],
): Promise<void> {
  who.repository.pushedAt = kernel.clock.now();
  for (const change of moved) {
    const push = await describePush(kernel, { ...who, change });
    await announcePush(kernel, push);
    closeIssuesOfPush(kernel, push);
    await followPush(kernel, push);
  }
}
