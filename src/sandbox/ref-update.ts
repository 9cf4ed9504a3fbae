import type { Actor } from './auth/actor.ts';
import { authorOf, type Author } from './auth/author.ts';
import { isRefName, moveRefs, type RefChange } from './git/ref.ts';
import { inTurn } from './in-turn.ts';
import type { Repository } from './model/repository.ts';
import { announcePush } from './push/announce.ts';
import { closeIssuesOfPush } from './push/closing-keyword.ts';
import { describePush } from './push/push.ts';
import { followPush } from './pull/follow.ts';
import { refuseRef, type RefRefusal } from './ref-refusal.ts';
import { decideRef, type RefDecision } from './ref-rule.ts';
import type { MoveVia } from './rule/move.ts';
import { recordSuite } from './rule/suite.ts';
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
  /** Default: a push. */
  via?: MoveVia;
}

/** What became of one wish: `refusal` is `null` when the ref moved. */
export type RefOutcome = RefChange & RefDecision;

/**
 * Moves refs by compare-and-swap and does everything that follows on GitHub: push webhooks, pulls that follow
 * their branches or count as merged, issues closed by keywords.
 *
 * Refuses, never throws, with the reason of `decideRef` or of a lost race. Updates of one repository run in turn.
 */
export function updateRefs(kernel: Kernel, update: RefUpdate): Promise<RefOutcome[]> {
  return inTurn(update.repository, async () => {
    const judged = await Promise.all(update.changes.map((change) => judge(kernel, update, change)));
    const outcomes = update.atomic
      ? await moveTogether(kernel, update.repository, judged)
      : await moveEach(kernel, update.repository, judged);
    for (const outcome of outcomes) recordSuite(kernel, update, outcome);
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
  const { repository, actor, force = false, via = { kind: 'push' } } = update;
  if (!isRefName(change.ref)) return { ...change, refusal: refuseRef('funny refname'), verdict: null };
  return { ...change, ...(await decideRef(kernel, { repository, actor, change, force, via })) };
}

async function moveEach(kernel: Kernel, repository: Repository, judged: RefOutcome[]): Promise<RefOutcome[]> {
  const outcomes: RefOutcome[] = [];
  for (const outcome of judged)
    outcomes.push(
      outcome.refusal ? outcome : { ...outcome, refusal: await move(kernel, repository, [outcome]) },
    );
  return outcomes;
}

async function moveTogether(
  kernel: Kernel,
  repository: Repository,
  judged: RefOutcome[],
): Promise<RefOutcome[]> {
  const refusal = judged.some((outcome) => outcome.refusal !== null)
    ? refuseRef('atomic transaction failed')
    : await move(kernel, repository, judged);
  return judged.map((outcome) => ({ ...outcome, refusal: outcome.refusal ?? refusal }));
}

async function move(
  kernel: Kernel,
  repository: Repository,
  changes: RefChange[],
): Promise<RefRefusal | null> {
  const words = await moveRefs(kernel.git.open(repository), changes);
  return words === null ? null : refusalInWordsOf(words);
}

/** `fatal: prepare: cannot lock ref ... is at x but expected y` says what matters after the first words. */
function refusalInWordsOf(git: string): RefRefusal {
  const message = git.replace(/^fatal: (\w+: )?/, '').split('\n')[0] ?? git;
  return { kind: message.includes('but expected') ? 'stale' : 'ref', message };
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
