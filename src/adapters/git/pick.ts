import type { Oid, PlannedChange } from '../../ports/repository.ts';
import { writeCommit, type CommitObject } from './commit-object.ts';
import { pickedMessage } from './message.ts';
import type { StackSession, Tip } from './stack-session.ts';
import type { MergedTree } from './three-way.ts';

export type PlannedPick = Extract<PlannedChange, { kind: 'pick' }>;
export type PlannedMerge = Extract<PlannedChange, { kind: 'merge' }>;

/** The new commits of one change, before anybody decided to keep them. */
export interface Attempt {
  readonly tip: Tip;
  readonly made: readonly { readonly oid: Oid; readonly source: Oid }[];
  /** Where it stopped, if it did: nothing of the change is kept then. */
  readonly stopped: { readonly source: CommitObject; readonly merged: MergedTree; readonly tip: Tip } | null;
}

/** Picks the commits one after the other, as `git cherry-pick -x` does; a commit that changes nothing is passed over. */
export async function attemptPick(session: StackSession, onto: Tip, change: PlannedPick): Promise<Attempt> {
  let tip = onto;
  const made: { oid: Oid; source: Oid }[] = [];
  for (const oid of change.commits) {
    const source = await session.commit(oid);
    const merged = await session.pickTree(source, tip.tree);
    if (merged.conflicts.length > 0) return { tip: onto, made: [], stopped: { source, merged, tip } };
    if (merged.tree === tip.tree) continue;
    const commit = await writeCommit(session.store.git.directory, {
      tree: merged.tree,
      parents: [tip.commit],
      author: source.author,
      committer: session.committer,
      message: pickedMessage(source.message, source.oid, change.trailers),
    });
    made.push({ oid: commit, source: oid });
    tip = { commit, tree: merged.tree };
  }
  return { tip, made, stopped: null };
}

/** The commit for a draft pull request: the files as far as git could merge them, with markers where it could not. */
export async function writeConflicted(
  session: StackSession,
  change: PlannedChange,
  stopped: NonNullable<Attempt['stopped']>,
): Promise<Oid> {
  const { source, merged, tip } = stopped;
  return writeCommit(session.store.git.directory, {
    tree: merged.tree,
    parents: [tip.commit],
    author: source.author,
    committer: session.committer,
    message: conflictMessage(change, stopped),
  });
}

function conflictMessage(change: PlannedChange, stopped: NonNullable<Attempt['stopped']>): string {
  const { source, merged, tip } = stopped;
  const [title = ''] = source.message.trimStart().split('\n');
  const action = change.kind === 'pick' ? 'cherry-pick' : 'merge';
  const open = change.kind === 'pick' ? change.commits.slice(change.commits.indexOf(source.oid) + 1) : [];
  const files = merged.conflicts.map(({ path, type }) => `  ${JSON.stringify(path)} (${type})`).join('\n');
  const lines = [
    `Unresolved ${action} of ${source.oid.slice(0, 12)}: ${title.slice(0, 100)}`,
    '',
    `This ${action} of ${source.oid}`,
    `onto ${tip.commit} conflicts. The files below`,
    'hold conflict markers (first side: the branch, second side: the change) or need a',
    'decision. Resolve them before this is merged.',
    '',
    Buffer.from(files, 'utf8').toString('latin1'),
    ...(open.length === 0 ? [] : ['', 'Not picked yet:', ...open.map((oid) => `  ${oid}`)]),
  ];
  return `${lines.join('\n')}\n`;
}
