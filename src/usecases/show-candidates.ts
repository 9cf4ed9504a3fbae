import { judgeCandidates, type CandidateRules, type CandidateVerdict } from '../domain/candidate-gate.ts';
import type { LedgerState } from '../domain/ledger.ts';
import { renderCandidateSummary, renderCandidateTitle } from '../domain/text/candidate.ts';
import type { CheckReport } from '../ports/checks.ts';
import type { Setting } from '../ports/configuration.ts';
import type { Context } from './context.ts';
import { freezeFacts } from './freeze-facts.ts';

/** Says by the required check what a commit of the ledger has changed about candidates; also for whom takes a slot on. */
export async function showCandidates(
  context: Context,
  setting: Setting,
  { before, after }: { readonly before: LedgerState; readonly after: LedgerState },
): Promise<void> {
  const judge = (state: LedgerState) => judgeCandidates(state, rulesOf(context, setting, state));
  const known = new Map(judge(before).map((verdict) => [keyOf(verdict), wordsOf(verdict)]));
  const news = judge(after).filter((verdict) => known.get(keyOf(verdict)) !== wordsOf(verdict));
  await report(
    context,
    news.map((verdict) => reportOf(verdict, !known.has(keyOf(verdict)))),
  );
}

/** Slots of yesterday and before have been dealt with. */
const LOOK_BACK_MS = 24 * 3_600_000;

/** Says again what the ledger says about the candidates of the last day; what GitHub shows already is not said. */
export async function repairCandidates(
  context: Context,
  setting: Setting,
  state: LedgerState,
): Promise<void> {
  const rules = rulesOf(context, setting, state);
  const recent = judgeCandidates(state, rules).filter(
    ({ slot }) => rules.nowMs - slot.latestStartMs < LOOK_BACK_MS,
  );
  await report(
    context,
    recent.map((verdict) => reportOf(verdict, false)),
  );
}

function rulesOf(context: Context, setting: Setting, state: LedgerState): CandidateRules {
  return { freezes: freezeFacts(context, setting, state), nowMs: context.clock.nowMs() };
}

function keyOf({ stage, check }: CandidateVerdict): string {
  return `${stage.candidate} ${check}`;
}

function wordsOf(verdict: CandidateVerdict): string {
  return JSON.stringify([renderCandidateTitle(verdict), renderCandidateSummary(verdict), verdict.claim]);
}

function reportOf(verdict: CandidateVerdict, isNew: boolean): CheckReport {
  return {
    name: verdict.check,
    commit: verdict.stage.candidate,
    conclusion: verdict.isOpen ? 'success' : 'failure',
    title: renderCandidateTitle(verdict),
    summary: renderCandidateSummary(verdict),
    text: null,
    annotations: [],
    actions: [],
    isNew,
  };
}

/** A check that could not be said is said by the next reconciliation; until then the branch's rule stops the push. */
async function report(context: Context, reports: readonly CheckReport[]): Promise<void> {
  if (reports.length === 0) return;
  try {
    await context.checks.report(reports);
  } catch (error) {
    context.log.error('the check of a candidate could not be reported', {
      commits: reports.map(({ commit }) => commit),
      error: error instanceof Error ? error.message : String(error),
    });
  }
}
