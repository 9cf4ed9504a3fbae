import type { Analysis } from '../domain/analysis.ts';
import { landingsOn, type Bug } from '../domain/bug.ts';
import { move } from '../domain/decision.ts';
import type { FixFacts } from '../domain/fix.ts';
import type { LedgerState, OutboxEntry } from '../domain/ledger.ts';
import { otherEnvironment } from '../domain/policy.ts';
import { renderAnalysis } from '../domain/text/analysis.ts';
import type { Setting } from '../ports/configuration.ts';
import type { IssueFacts } from '../ports/github.ts';
import type { Context } from './context.ts';
import { loadFixes } from './load-fixes.ts';
import { record } from './record.ts';
import { loadVersions, type Versions } from './take-parity.ts';

/** Runs the analysis of one bug now: `analyzing → planned`. */
export async function analyzeBug(context: Context, setting: Setting, number: number): Promise<void> {
  const state = await context.ledger.load();
  const bug = state.bugs.get(number);
  if (bug === undefined || bug.status !== 'analyzing') return;
  const [issues, versions] = await Promise.all([
    context.observer.issues([number]),
    loadVersions(context, setting),
  ]);
  const [issue] = issues;
  if (issue === undefined) return;
  const fixes = await loadFixes(
    context,
    bug.fixes.map((link) => link.pull),
  );
  const analysis = await buildAnalysis(context, { bug, issue, versions, fixes, state });
  await record(context, setting, (now) => {
    const current = now.bugs.get(number);
    if (current?.status !== 'analyzing') return { writes: null, message: '', result: null };
    const planned = recordPlan(current, analysis, { atMs: context.clock.nowMs(), by: null });
    return {
      writes: { bugs: [planned], outbox: [analysisEntry(planned, analysis)] },
      message: `#${number} analysed`,
      result: null,
    };
  });
}

/** Asks the analyzer, with the commits that the bug was seen on and was not. */
export async function buildAnalysis(
  context: Context,
  given: {
    readonly bug: Bug;
    readonly issue: IssueFacts;
    readonly versions: Versions;
    readonly fixes: readonly FixFacts[];
    readonly state: LedgerState;
  },
): Promise<Analysis> {
  const { bug, issue, versions, fixes, state } = given;
  const seenOn = bug.foundIn ?? (landingsOn(bug, 'prod').length > 0 ? 'prod' : 'uat');
  const deployed = versions.deployed[seenOn].commit;
  const other = versions.deployed[otherEnvironment(seenOn)].commit;
  return context.analyzer.analyze({
    issue,
    deployed,
    lastGood: other === deployed ? null : other,
    fixes,
    known: [...state.bugs.values()].filter((each) => each.number !== bug.number),
    nowMs: context.clock.nowMs(),
  });
}

/** The bug with its analysis, planned. */
export function recordPlan(bug: Bug, analysis: Analysis, step: Parameters<typeof move>[2]): Bug {
  return { ...move(bug, 'record_plan', step), analysis };
}

/** The analysis as a comment on the issue. */
export function analysisEntry(bug: Bug, analysis: Analysis): OutboxEntry {
  return {
    id: `analysis-${bug.number}-${analysis.atMs}`,
    issue: bug.number,
    createdAtMs: analysis.atMs,
    action: { kind: 'comment', body: renderAnalysis(analysis) },
  };
}
