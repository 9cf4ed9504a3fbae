import { LEDGER_BRANCH, type LedgerState } from '../domain/ledger.ts';
import type { EnvironmentName } from '../domain/policy.ts';
import { lastMarkKey, ledgerMarkIn } from '../domain/text/comment-mark.ts';
import type { DeploymentFacts, IssueFacts, PullTalk } from '../ports/github.ts';
import { LedgerFailure } from '../ports/ledger.ts';
import type { Context } from './context.ts';

/** What this system has put on record elsewhere, as it was read for something else. */
interface Elsewhere {
  readonly issues?: readonly IssueFacts[];
  /** On pull requests. */
  readonly talk?: readonly PullTalk[];
  readonly deployments?: ReadonlyMap<EnvironmentName, DeploymentFacts | null>;
}

/** What goes ahead of an act in the ledger, and so has to be there once the act is seen. */
interface Trace {
  readonly atMs: number;
  readonly what: string;
  readonly isIn: (state: LedgerState) => boolean;
}

/** GitHub may answer from a copy that is a moment behind: of what is this young nobody knows what has to be there. */
const SETTLING_MS = 60_000;

/**
 * Refuses a ledger that was moved back to an older commit of this system's own, which a process that has not seen the
 * newer ones cannot tell by its commits. But the ledger goes ahead of every act: an answer to a command, or a deployment,
 * that it knows nothing of came after it, and what is said bears how far it was. Until it is put back, this process
 * writes nothing.
 *
 * No call unless something is missing.
 *
 * @throws LedgerFailure, not retryable.
 */
export async function refuseOlderLedger(context: Context, elsewhere: Elsewhere): Promise<void> {
  context.bookkeeping.distrust = null;
  const settledMs = context.clock.nowMs() - SETTLING_MS;
  const { issues = [], talk = [], deployments = new Map() } = elsewhere;
  const traces = [...answersOn(issues), ...marksOn([...issues, ...talk]), ...slotsOf(deployments)];
  const settled = traces.filter(({ atMs }) => atMs < settledMs);
  if (findLost(await context.ledger.recent(), settled) === null) return;
  // What was read of the ledger may be older than what was read elsewhere.
  const lost = findLost(await context.ledger.load(), settled);
  if (lost === null) return;
  context.bookkeeping.distrust = new LedgerFailure(describe(lost.what), { retryable: false });
  throw context.bookkeeping.distrust;
}

/** What a ledger lacks that had begun before. */
function findLost(state: LedgerState, traces: readonly Trace[]): Trace | null {
  const beganAtMs = state.watermark?.beganAtMs ?? Infinity;
  return traces.find(({ atMs, isIn }) => atMs > beganAtMs && !isIn(state)) ?? null;
}

const ANSWER = /^answer-(comment-\d{1,15})$/u;

/** Own comments only, which nobody has rewritten. */
function answersOn(issues: readonly IssueFacts[]): Trace[] {
  return issues.flatMap(({ number, comments }) =>
    comments.flatMap(({ body, isOwn, isEdited, createdAtMs: atMs }) => {
      const word = isOwn && !isEdited ? ANSWER.exec(lastMarkKey(body) ?? '')?.[1] : undefined;
      if (word === undefined) return [];
      const isIn = ({ bugs }: LedgerState) =>
        bugs.get(number)?.commands.some(({ key }) => key === word) === true;
      return [{ atMs, what: `the answer to ${word} on #${number}`, isIn }];
    }),
  );
}

/** Every comment says how far the ledger was; a card, which is rewritten, when it was rewritten last. */
function marksOn(threads: readonly (PullTalk & Partial<Pick<IssueFacts, 'updatedAtMs'>>)[]): Trace[] {
  return threads.flatMap(({ number, comments, updatedAtMs = 0 }) =>
    comments.flatMap(({ body, isOwn, editedBy, createdAtMs }) => {
      const mark = isOwn && editedBy === null ? ledgerMarkIn(body) : null;
      if (mark === null) return [];
      const what = `commit ${mark.commits} of its own, by which it spoke on #${number}`;
      // A mark of another ledger says nothing of this one.
      const isIn = ({ watermark }: LedgerState) =>
        watermark?.beganAtMs !== mark.beganAtMs || watermark.commits >= mark.commits;
      return [{ atMs: Math.max(createdAtMs, updatedAtMs), what, isIn }];
    }),
  );
}

function slotsOf(deployments: ReadonlyMap<EnvironmentName, DeploymentFacts | null>): Trace[] {
  return [...deployments].flatMap(([environment, deployment]) => {
    const { slot = null, createdAtMs: atMs = 0 } = deployment ?? {};
    if (slot === null) return [];
    // What belongs to no slot bears the name of its release.
    const isIn = ({ slots, releases }: LedgerState) =>
      [[...slots.keys()], [...releases.keys()]].some((ids) => ids.includes(slot) || areLater(ids, slot));
    return [{ atMs, what: `the deployment of ${slot} to ${environment.toUpperCase()}`, isIn }];
  });
}

/** Both are named after it. */
const dayOf = (id: string): string => id.slice(0, '2026-11-20'.length);

/**
 * Only the newest of them are read: what is older than all of those is not lost. A ledger that was moved back has none
 * that is later.
 */
function areLater(ids: readonly string[], asked: string): boolean {
  return ids.length > 0 && ids.every((id) => dayOf(id) > dayOf(asked));
}

function describe(what: string): string {
  return `The ledger was moved back: it knows nothing of ${what}, which it once held. Nothing was changed. Put the branch ${LEDGER_BRANCH} back to the commit that it was moved from; its activity on GitHub shows that commit and who did it. If the commit is lost, begin anew as docs/operate.md says.`;
}
