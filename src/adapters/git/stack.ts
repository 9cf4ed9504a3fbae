import type { ChangeOutcome, Oid, PlannedChange, Prerequisite, Stack } from '../../ports/repository.ts';
import { isReached } from './ancestry.ts';
import { lackedWriters } from './dependency.ts';
import { attemptMerge } from './merge.ts';
import { withObjectReader } from './object-reader.ts';
import type { ObjectStore } from './object-store.ts';
import { readPatchIds } from './patch-id.ts';
import { attemptPick, writeConflicted, type Attempt } from './pick.ts';
import { findPrerequisites } from './prerequisite.ts';
import { openSession, type StackRequest, type StackSession, type Tip } from './stack-session.ts';

const WORKFLOW_FOLDER = '.github/workflows/';

export interface Identity {
  readonly name: string;
  readonly email: string;
}

/** Does what `Repository.stack` promises. */
export async function buildStack(
  store: ObjectStore,
  request: StackRequest,
  identity: Identity,
): Promise<Stack> {
  await store.prepare();
  return withObjectReader(store.git, async (objects) => {
    const committer = committerAt(identity, request.nowMs);
    const session = await openSession(store, objects, { request, committer });
    try {
      return await applyAll(session);
    } finally {
      await session.dispose();
    }
  });
}

/** The committer of what is built at a time, as git writes it. */
export function committerAt(identity: Identity, nowMs: number): string {
  return `${identityLine(identity)} ${Math.floor(nowMs / 1000)} +0000`;
}

function identityLine({ name, email }: Identity): string {
  if (/[<>\n\0]/u.test(name + email)) throw new Error('a committer has no angle brackets and no line ends');
  return Buffer.from(`${name.trim()} <${email.trim()}>`, 'utf8').toString('latin1');
}

async function applyAll(session: StackSession): Promise<Stack> {
  const { request } = session;
  let tip: Tip = { commit: request.onto, tree: (await session.commit(request.onto)).tree };
  const outcomes: ChangeOutcome[] = [];
  for (const change of request.changes) {
    const applied = await applyOne(session, tip, change);
    const isIn = applied.outcome.kind === 'applied' || applied.outcome.kind === 'already_applied';
    for (const source of sourcesOf(change)) (isIn ? session.applied : session.leftOut).add(source);
    outcomes.push(applied.outcome);
    tip = applied.tip;
  }
  return {
    onto: request.onto,
    tip: tip.commit,
    tree: tip.tree,
    outcomes: await withPatchIds(session, outcomes),
  };
}

function sourcesOf(change: PlannedChange): readonly Oid[] {
  return change.kind === 'pick' ? change.commits : [change.head];
}

async function applyOne(
  session: StackSession,
  tip: Tip,
  change: PlannedChange,
): Promise<{ readonly tip: Tip; readonly outcome: ChangeOutcome }> {
  const { key } = change;
  if (change.kind === 'merge' && (await isReached(session.store.git, change.head, tip.commit))) {
    return { tip, outcome: { kind: 'already_applied', key, because: 'reachable' } };
  }
  const attempt =
    change.kind === 'pick'
      ? await attemptPick(session, tip, change)
      : await attemptMerge(session, tip, change);

  if (attempt.stopped === null && attempt.made.length === 0) {
    return { tip, outcome: { kind: 'already_applied', key, because: 'same_tree' } };
  }
  const refusal = (await stoppedBy(session, change, attempt)) ?? (await heldBackBy(session, tip, change));
  if (refusal !== null) return { tip, outcome: refusal };
  const commits = attempt.made.map((made) => ({ ...made, patchId: null }));
  return { tip: attempt.tip, outcome: { kind: 'applied', key, commits } };
}

/** Why the change cannot be put on the branch as it is, `null` when it can. */
async function stoppedBy(
  session: StackSession,
  change: PlannedChange,
  attempt: Attempt,
): Promise<ChangeOutcome | null> {
  const { key } = change;
  const { stopped } = attempt;
  const mayBeThere = change.kind === 'pick' && change.isAgain !== true;
  if (stopped !== null && mayBeThere && (await isAllReached(session, change.commits))) {
    // The branch has had the change and was changed further at the same place.
    return { kind: 'already_applied', key, because: 'reachable' };
  }
  const workflowFiles = sourcesOf(change)
    .flatMap((source) => session.filesOf(source))
    .map(({ path }) => path)
    .filter((path) => path.startsWith(WORKFLOW_FOLDER));
  if (session.request.refuseWorkflowFiles && workflowFiles.length > 0) {
    return { kind: 'touches_workflows', key, files: [...new Set(workflowFiles)].toSorted() };
  }
  if (stopped === null) return null;
  return {
    kind: 'conflict',
    key,
    source: stopped.source.oid,
    files: stopped.merged.conflicts,
    conflicted: await writeConflicted(session, change, stopped),
    prerequisites: change.kind === 'pick' ? await findPrerequisites(session, stopped, change.commits) : [],
  };
}

async function isAllReached(session: StackSession, commits: readonly Oid[]): Promise<boolean> {
  const { store, request } = session;
  await store.ensureHistory([request.onto, ...commits]);
  for (const commit of commits) {
    if (!(await isReached(store.git, commit, request.onto))) return false;
  }
  return true;
}

/** Commits that a clean pick counts on and the branch lacks. A merge brings all it counts on along. */
async function heldBackBy(
  session: StackSession,
  tip: Tip,
  change: PlannedChange,
): Promise<ChangeOutcome | null> {
  if (!session.request.checkDependencies || change.kind === 'merge') return null;
  const found = new Map<Oid, Prerequisite>();
  for (const source of change.commits) {
    const own = new Set(change.commits);
    for (const writer of await lackedWriters(session, { source, tip, own })) found.set(writer.oid, writer);
  }
  return found.size === 0 ? null : { kind: 'depends', key: change.key, prerequisites: [...found.values()] };
}

async function withPatchIds(
  session: StackSession,
  outcomes: readonly ChangeOutcome[],
): Promise<readonly ChangeOutcome[]> {
  const made = outcomes.flatMap((outcome) => (outcome.kind === 'applied' ? outcome.commits : []));
  const pairs = await Promise.all(
    made.map(async ({ oid }) => ({ commit: oid, base: (await session.commit(oid)).parents[0] ?? null })),
  );
  const ids = await readPatchIds(session.store, pairs);
  return outcomes.map((outcome) =>
    outcome.kind === 'applied'
      ? {
          ...outcome,
          commits: outcome.commits.map((made) => ({ ...made, patchId: ids.get(made.oid) ?? null })),
        }
      : outcome,
  );
}
