import { landingsOn, type Bug } from '../../domain/bug.ts';
import { move } from '../../domain/decision.ts';
import { settlesConflict } from '../../domain/fix.ts';
import { refuse } from '../../domain/reason.ts';
import { chooseForProd, chooseForT1, chooseForUatMerge } from '../../domain/slot-choice.ts';
import { plain } from '../../domain/text/markdown.ts';
import { analysisEntry, buildAnalysis, recordPlan } from '../analyze-bug.ts';
import type { Carried } from './build-stage.ts';
import { factsOf, type Gathered } from './facts.ts';
import { carry, hold, type Planning } from './planning.ts';

/** T1: analyses what is confirmed, queues Flow 2, and chooses what goes to UAT. */
export async function planT1(planning: Planning): Promise<void> {
  for (const bug of planning.gathered.bugs) {
    const planned = bug.status === 'planned' ? bug : await analyze(planning, bug);
    if (planned !== null) takeAtT1(planning, planned);
  }
}

async function analyze(planning: Planning, bug: Bug): Promise<Bug | null> {
  const { context, gathered, draft } = planning;
  const { versions, state, slot } = gathered;
  const issue = gathered.issues.get(bug.number);
  if (versions === null || issue === undefined) {
    const message = 'What the environments run could not be found out, so it was not analysed.';
    hold(planning, bug, refuse('version_unknown', message));
    return null;
  }
  const fixes = factsOf(gathered, bug).fixes;
  const analysis = await buildAnalysis(context, { bug, issue, versions, fixes, state });
  const step = { atMs: context.clock.nowMs(), by: null, slot: slot.id };
  const analyzing = bug.status === 'analyzing' ? bug : move(bug, 'start_analysis', step);
  const planned = recordPlan(analyzing, analysis, step);
  draft.bugs.set(bug.number, planned);
  draft.outbox.push(analysisEntry(planned, analysis));
  draft.outcomes.set(bug.number, {
    bug: bug.number,
    outcome: 'analyzed',
    reason: null,
    message: plain(analysis.probableCause, 600),
  });
  return planned;
}

function takeAtT1(planning: Planning, bug: Bug): void {
  const { context, gathered, draft } = planning;
  const choice = chooseForT1(bug, factsOf(gathered, bug));
  switch (choice.kind) {
    case 'queue': {
      const step = { atMs: context.clock.nowMs(), by: null, slot: gathered.slot.id };
      draft.bugs.set(bug.number, move(bug, 'queue_for_prod', step));
      draft.outcomes.set(bug.number, {
        bug: bug.number,
        outcome: 'queued',
        reason: null,
        message: 'Flow 2: queued for T2',
      });
      return;
    }
    case 'take':
      carry(planning, 'uat', { bug, fixes: choice.fixes });
      return;
    case 'leave':
      return;
    case 'refused':
      hold(planning, bug, choice);
  }
}

/** T2, phase 2a: chooses what goes to PROD. */
export function planProd(planning: Planning): void {
  const { gathered } = planning;
  const waiting = gathered.bugs.filter((bug) => bug.status === 'pending_prod').toSorted(byLanding);
  for (const bug of waiting) {
    const choice = chooseForProd(bug, factsOf(gathered, bug));
    if (choice.kind === 'take') carry(planning, 'prod', { bug, fixes: choice.fixes });
    if (choice.kind === 'refused') hold(planning, bug, choice);
  }
}

/** T2, phase 2b: chooses what goes back to UAT. */
export function planUatMerge(planning: Planning): void {
  const { gathered } = planning;
  const waiting = gathered.bugs.filter((bug) => bug.status === 'pending_uat_merge').toSorted(byLanding);
  for (const bug of waiting) {
    const settled = settledConflict(gathered, bug);
    const choice = chooseForUatMerge(bug, factsOf(gathered, bug));
    if (choice.kind === 'refused') hold(planning, bug, choice);
    else if (settled === 'open') {
      const message = `It waits for #${bug.conflict?.pull}, where a person settles the conflict.`;
      hold(planning, bug, refuse('conflict', message));
    } else carry(planning, 'uat', { bug, fixes: settled });
  }
}

/** A conflict pull request: its merge brings the fix; while it is open the bug waits; closed, the pick is tried anew. */
function settledConflict(gathered: Gathered, bug: Bug): 'open' | Carried['fixes'] {
  const pull = gathered.fixes.find((fix) => settlesConflict(fix, bug, gathered.setting.policy));
  if (pull?.state === 'open') return 'open';
  return pull?.state === 'merged' ? [pull] : [];
}

/** In the order in which they came to the other environment, so that later ones may build on earlier ones. */
function byLanding(left: Bug, right: Bug): number {
  return landedAtMs(left) - landedAtMs(right) || left.number - right.number;
}

function landedAtMs(bug: Bug): number {
  const other = bug.status === 'pending_prod' ? 'uat' : 'prod';
  return landingsOn(bug, other)[0]?.atMs ?? Number.MAX_SAFE_INTEGER;
}
