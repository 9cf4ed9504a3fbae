import { landingsOn, type Bug } from '../../domain/bug.ts';
import type { LedgerState, LedgerWrites } from '../../domain/ledger.ts';
import { describeLanded, describeTakenOff } from '../../domain/text/gate.ts';
import type { Setting } from '../../ports/configuration.ts';
import type { CheckReport } from '../../ports/checks.ts';
import type { Context } from '../context.ts';
import { gatherGates } from './gather-gates.ts';
import { judgeAll, reportsOf, type Saying } from './report-gate.ts';

/** A commit of the ledger. */
export interface LedgerStep {
  readonly before: LedgerState;
  readonly after: LedgerState;
  readonly writes: LedgerWrites;
}

/** How people are told of a commit, beside the checks. */
interface Telling {
  /** Reads ahead what `tell` needs, so that it travels with what is read here. */
  readonly prepare: () => Promise<void>;
  readonly tell: () => Promise<void>;
}

/**
 * Reports the checks that a commit of the ledger changes, in one call with what else is told of it. A check that could
 * not be judged or reported is told in the log; the next reconciliation mends it.
 */
export async function tellWithGates(
  context: Context,
  setting: Setting,
  { step, telling }: { readonly step: LedgerStep; readonly telling: Telling },
): Promise<void> {
  const changed = (step.writes.bugs ?? []).flatMap((bug) => changedBug(step, bug));
  const landed = changed.flatMap((each) => [
    ...sayLanded(context, setting, each),
    ...sayTakenOff(setting, each),
  ]);
  const said = (step.writes.pulls ?? []).map(({ pull }) => pull).filter((pull) => hasNewWord(step, pull));
  const pulls = [...new Set([...said, ...changed.flatMap(({ bug }) => openPulls(bug, step.writes))])];
  if (landed.length + pulls.length === 0) return telling.tell();
  await context.bookkeeping.gates.inTurn(async () => {
    const judged = await orNothing(context, () => judgeOpen(context, setting, { step, pulls, telling }));
    const reports = [
      ...reportsOf(judged),
      ...reportsOf(landed).map((report) => ({ ...report, isNew: true })),
    ];
    await Promise.all([telling.tell(), orNothing(context, () => say(context, reports))]);
  });
}

/** What a slot notes on a release that is merged changes no check. */
function hasNewWord({ before, after }: LedgerStep, pull: number): boolean {
  const [old, now] = [before, after].map(({ pulls }) => JSON.stringify(pulls.get(pull)?.approvals));
  return old !== now;
}

interface ChangedBug {
  readonly bug: Bug;
  /** `undefined`: the commit is the first that has it. */
  readonly before: Bug | undefined;
}

function changedBug({ before, after }: LedgerStep, { number }: Bug): ChangedBug[] {
  const bug = after.bugs.get(number);
  const old = before.bugs.get(number);
  return bug === undefined || decisive(bug) === decisive(old) ? [] : [{ bug, before: old }];
}

/** What of a bug its checks rest on. */
function decisive(bug: Bug | undefined): string {
  if (bug === undefined) return '';
  const { status, severity, flow, uatOnly, fixes, landings, approvals, conflict } = bug;
  return JSON.stringify([status, severity, flow, uatOnly, fixes, landings, approvals, conflict]);
}

/** Those that are merged by now, and those that the slot is about to merge, need no verdict. */
function openPulls({ fixes, landings, conflict }: Bug, { slots = [] }: LedgerWrites): number[] {
  const carried = slots.flatMap(({ stages }) => stages).flatMap(({ bugs }) => bugs);
  const merged = [...landings, ...carried.flatMap((each) => each.landings)].map((landing) => landing.pull);
  const all = [...fixes.map((link) => link.pull), ...(conflict === null ? [] : [conflict.pull])];
  return all.filter((pull) => !merged.includes(pull));
}

/** What the check of a merged pull request says, where the commit changes it. */
function sayLanded({ clock }: Context, { calendar }: Setting, { bug, before }: ChangedBug): Saying[] {
  const when = { calendar, nowMs: clock.nowMs() };
  return bug.landings.flatMap((landing): Saying[] => {
    const { head, environment } = landing;
    if (head === null) return [];
    const words = describeLanded(bug, landing, when);
    const wasThere = before?.landings.some((each) => each.head === head) === true;
    const old = wasThere ? describeLanded(before, landing, when) : null;
    return JSON.stringify(words) === JSON.stringify(old) ? [] : [{ commit: head, environment, words }];
  });
}

/** What the check of a pull request says that a rollback took off. */
function sayTakenOff({ calendar }: Setting, { bug, before }: ChangedBug): Saying[] {
  const gone = (before?.landings ?? []).filter(
    ({ environment, pull }) => !landingsOn(bug, environment).some((each) => each.pull === pull),
  );
  return gone.flatMap((landing): Saying[] => {
    const { head, environment } = landing;
    const words = describeTakenOff(bug, landing, { calendar });
    return head === null || words === null ? [] : [{ commit: head, environment, words }];
  });
}

async function judgeOpen(
  context: Context,
  setting: Setting,
  asked: { readonly step: LedgerStep; readonly pulls: readonly number[]; readonly telling: Telling },
): Promise<readonly Saying[]> {
  const { step, pulls, telling } = asked;
  // Also where nothing is to be judged: what is said of checks then travels with the edits.
  const [gates] = await Promise.all([
    pulls.length === 0 ? [] : gatherGates(context, setting, { state: step.after, pulls }),
    telling.prepare(),
  ]);
  return judgeAll(context, gates);
}

async function say({ checks }: Context, reports: readonly CheckReport[]): Promise<readonly Saying[]> {
  await checks.report(reports);
  return [];
}

async function orNothing(
  { log }: Context,
  work: () => Promise<readonly Saying[]>,
): Promise<readonly Saying[]> {
  try {
    return await work();
  } catch (error) {
    log.error('checks could not be reported; the next reconciliation does it', {
      error: error instanceof Error ? error.message : String(error),
    });
    return [];
  }
}
