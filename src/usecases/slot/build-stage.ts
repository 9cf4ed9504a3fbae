import { landingsOn, type Bug, type Landing } from '../../domain/bug.ts';
import type { FixFacts } from '../../domain/fix.ts';
import { takenBackOn } from '../../domain/ledger.ts';
import type { EnvironmentName } from '../../domain/policy.ts';
import type { Stage, StageBug, StagePull } from '../../domain/slot.ts';
import { code } from '../../domain/text/markdown.ts';
import type { ChangeOutcome, PlannedChange, Stack } from '../../ports/repository.ts';
import type { Context } from '../context.ts';
import type { Gathered } from './facts.ts';

/** A bug that a stage wants to carry. */
export interface Carried {
  readonly bug: Bug;
  /** Pull requests that are merged by this stage; empty where its commits are picked from the other environment. */
  readonly fixes: readonly FixFacts[];
}

/** A change that the branch does not take. */
export type UnappliedChange = Exclude<
  ChangeOutcome,
  { readonly kind: 'applied' } | { readonly kind: 'already_applied' }
>;

export interface BuiltStage {
  readonly stage: Stage;
  /** What could not be applied, by bug: it is held back and the others go on. */
  readonly refused: ReadonlyMap<number, UnappliedChange>;
}

interface Piece {
  readonly bug: number;
  readonly pull: number;
  readonly patchId: string | null;
  readonly change: PlannedChange;
}

/**
 * Builds the candidate of an environment in memory: its branch's tip and, on top, what the bugs bring. A bug with
 * several changes comes whole or not at all. The same input gives the same commits.
 */
export async function buildStage(
  context: Context,
  gathered: Gathered,
  wanted: {
    readonly environment: EnvironmentName;
    readonly tip: string;
    readonly carried: readonly Carried[];
    /** What the branch has already and goes live with it. */
    readonly pulls?: readonly StagePull[];
  },
): Promise<BuiltStage> {
  const { environment, tip, carried, pulls = [] } = wanted;
  const ground = { environment, tip, builtAtMs: gathered.slot.startsAtMs };
  const refused = new Map<number, UnappliedChange>();
  const takenBack = takenBackOn(gathered.state, environment);
  let pieces = carried.flatMap((each) => piecesOf(each, environment, takenBack));
  let stack = await stackOn(context, ground, pieces);
  // A bug of which a part does not apply leaves with all its parts, and the rest is built again without it.
  for (let failed = failedBugs(stack, pieces); failed.size > 0; failed = failedBugs(stack, pieces)) {
    for (const [bug, outcome] of failed) refused.set(bug, outcome);
    pieces = pieces.filter((piece) => !refused.has(piece.bug));
    stack = await stackOn(context, ground, pieces);
  }
  const bugs = carried
    .filter(({ bug }) => !refused.has(bug.number))
    .map((each) => describeBug(each, { environment, stack, pieces, gathered, takenBack }));
  const stage: Stage = {
    environment,
    state: 'planned',
    base: tip,
    candidate: stack.tip,
    tree: stack.tree,
    builtAtMs: ground.builtAtMs,
    bugs,
    pulls: pulls.map(({ pull, frozenAs }) => ({ pull, frozenAs })),
    deploymentId: null,
    checks: gathered.requiredChecks.get(environment) ?? [],
  };
  return { stage, refused };
}

async function stackOn(
  context: Context,
  ground: { readonly environment: EnvironmentName; readonly tip: string; readonly builtAtMs: number },
  pieces: readonly Piece[],
): Promise<Stack> {
  const allowed = pieces.flatMap(({ change }) => (change.kind === 'pick' ? change.commits : []));
  return context.repository.stack({
    onto: ground.tip,
    changes: pieces.map((piece) => piece.change),
    nowMs: ground.builtAtMs,
    allowed,
    checkDependencies: ground.environment === 'prod',
    refuseWorkflowFiles: true,
  });
}

function piecesOf(
  { bug, fixes }: Carried,
  environment: EnvironmentName,
  takenBack: ReadonlySet<string>,
): Piece[] {
  const present = landingsOn(bug, environment).map((landing) => landing.pull);
  if (fixes.length > 0) {
    return fixes
      .filter((fix) => (fix.state === 'open' || isTakenBack(fix, takenBack)) && !present.includes(fix.pull))
      .map((fix) => ({
        bug: bug.number,
        pull: fix.pull,
        patchId: fix.patchId,
        change: fix.state === 'open' ? mergeOf(bug, fix) : pickOf(bug, fix, takenBack),
      }));
  }
  return landingsOn(bug, environment === 'prod' ? 'uat' : 'prod')
    .filter((landing) => landing.commits.length > 0 && !present.includes(landing.pull))
    .map((landing) => ({
      bug: bug.number,
      pull: landing.pull,
      patchId: landing.patchId,
      change: pickOf(bug, landing, takenBack),
    }));
}

/** A pull request that was merged and of which nothing is left on the branch: merging it again would bring nothing. */
function isTakenBack({ state, commits }: FixFacts, takenBack: ReadonlySet<string>): boolean {
  return state === 'merged' && commits.length > 0 && commits.every((oid) => takenBack.has(oid));
}

function pickOf(
  bug: Bug,
  { pull, commits }: Pick<Landing, 'pull' | 'commits'>,
  takenBack: ReadonlySet<string>,
): PlannedChange {
  return {
    kind: 'pick',
    key: keyOf(bug.number, pull),
    commits,
    trailers: [`Tonic-Bug: ${bug.number}`],
    isAgain: commits.some((oid) => takenBack.has(oid)),
  };
}

function mergeOf(bug: Bug, fix: FixFacts): PlannedChange {
  // Only numbers: a branch name or a title is somebody's text and may hold trailers or keywords.
  const message = `Merge pull request #${fix.pull}\n\nTonic-Bug: ${bug.number}\n`;
  return { kind: 'merge', key: keyOf(bug.number, fix.pull), head: fix.head, message };
}

function keyOf(bug: number, pull: number): string {
  return `${bug}:${pull}`;
}

function failedBugs(stack: Stack, pieces: readonly Piece[]): Map<number, UnappliedChange> {
  const failed = new Map<number, UnappliedChange>();
  for (const outcome of stack.outcomes) {
    if (outcome.kind === 'applied' || outcome.kind === 'already_applied') continue;
    const piece = pieces.find((each) => each.change.key === outcome.key);
    if (piece !== undefined && !failed.has(piece.bug)) failed.set(piece.bug, outcome);
  }
  return failed;
}

function describeBug(
  { bug, fixes }: Carried,
  built: {
    readonly environment: EnvironmentName;
    readonly stack: Stack;
    readonly pieces: readonly Piece[];
    readonly gathered: Gathered;
    readonly takenBack: ReadonlySet<string>;
  },
): StageBug {
  const { environment, stack, pieces, gathered, takenBack } = built;
  const applied = pieces
    .filter((piece) => piece.bug === bug.number)
    .map((piece) =>
      landingOf(piece, stack, { environment, slot: gathered.slot.id, atMs: gathered.slot.startsAtMs }),
    );
  // Merged by a person before the slot came.
  const byHand = fixes
    .filter(
      (fix) =>
        fix.state === 'merged' &&
        !isTakenBack(fix, takenBack) &&
        !landingsOn(bug, environment).some((each) => each.pull === fix.pull),
    )
    .map((fix): Landing => ({
      environment,
      pull: fix.pull,
      head: fix.head,
      commits: fix.commits,
      patchId: fix.patchId,
      slot: null,
      atMs: gathered.slot.startsAtMs,
    }));
  return { bug: bug.number, landings: [...byHand, ...applied] };
}

function landingOf(
  piece: Piece,
  stack: Stack,
  where: Pick<Landing, 'environment' | 'slot' | 'atMs'>,
): Landing {
  const outcome = stack.outcomes.find((each) => each.key === piece.change.key);
  const commits = outcome?.kind === 'applied' ? outcome.commits : [];
  const [only] = commits;
  const patchId = commits.length === 1 && only !== undefined ? only.patchId : piece.patchId;
  const head = piece.change.kind === 'merge' ? piece.change.head : null;
  return { ...where, pull: piece.pull, head, commits: commits.map((commit) => commit.oid), patchId };
}

/** Says why a change could not be applied, for the bug's people. */
export function describeUnapplied(change: UnappliedChange, branch: string): string {
  switch (change.kind) {
    case 'conflict': {
      const files = change.files.map((file) => `${code(file.path)} (${file.type})`).join(', ');
      return `It conflicts with ${code(branch)} in ${files}.${renderWaits(change.prerequisites, ' It seems to need')}`;
    }
    case 'depends':
      return `It builds on changes that are not approved.${renderWaits(change.prerequisites, ' It waits for')}`;
    case 'touches_workflows':
      return `It changes ${change.files.map((file) => code(file)).join(', ')}; workflow files are a person's to bring.`;
    default:
      return change satisfies never;
  }
}

function renderWaits(
  prerequisites: readonly { readonly oid: string; readonly title: string }[],
  lead: string,
): string {
  if (prerequisites.length === 0) return '';
  return `${lead} ${prerequisites.map((each) => `${each.oid.slice(0, 7)} ${code(each.title, 80)}`).join(', ')}.`;
}
