import type { Actor } from '../auth/actor.ts';
import type { Commit } from '../git/commit.ts';
import { NO_COMMIT, type RefChange } from '../git/ref.ts';
import type { Issue } from '../model/issue.ts';
import type { Pull } from '../model/pull.ts';
import type { Repository } from '../model/repository.ts';
import type { Kernel } from '../sandbox.ts';

/** How a move comes: by a push (the API's too), through a pull request, or through the merge queue. */
export type MoveVia =
  | { kind: 'push' }
  | {
      kind: 'pull';
      pull: Pull;
      issue: Issue;
      method: 'merge' | 'squash' | 'rebase';
      /** It does not move yet: it wants to join the queue. */
      toQueue?: true;
    }
  | { kind: 'queue' };

/** Where the merge queue keeps its branches: nobody else moves them, and no rules are asked. */
export const QUEUE_REFS = 'refs/heads/gh-readonly-queue/';

/** One move of a branch, as the rules look at it. */
export interface Move {
  repository: Repository;
  actor: Actor;
  change: RefChange;
  via: MoveVia;
}

/** What a rule is judged with. */
export interface RuleContext {
  kernel: Kernel;
  move: Move;
  /** The commits that the move brings; read once. */
  brought: () => Promise<Commit[]>;
}

/** What a move does to its ref. */
export function deedOf({ oldSha, newSha }: RefChange): 'create' | 'update' | 'delete' {
  if (oldSha === NO_COMMIT) return 'create';
  return newSha === NO_COMMIT ? 'delete' : 'update';
}

/** The commit on which checks and deployments have to stand: of a merge it is the pull's head, as the merge itself is new. */
export function judgedSha({ change, via }: Move): string {
  return via.kind === 'pull' ? via.pull.headSha : change.newSha;
}
