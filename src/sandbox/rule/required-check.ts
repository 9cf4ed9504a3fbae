import { stateOfRun } from '../check/rollup.ts';
import { latestCheckRuns, latestStatuses } from '../check/store.ts';
import { isAncestor } from '../git/history.ts';
import type { CheckRun } from '../model/check.ts';
import type { Repository } from '../model/repository.ts';
import type { World } from '../world.ts';
import type { RuleOf } from './format.ts';
import { deedOf, judgedSha, type RuleContext } from './move.ts';

type RequiredCheck = RuleOf<'required_status_checks'>['parameters']['required_status_checks'][number];

/** GitHub's word for a required check that does not let through. */
type Shortfall = 'expected' | 'queued' | 'in progress' | 'pending' | 'failing' | 'errored';

/** Judges the rule `required_status_checks`; answers why it is broken, or `null`. */
export async function judgeRequiredChecks(
  { kernel, move }: RuleContext,
  { parameters }: RuleOf<'required_status_checks'>,
): Promise<string | null> {
  const { repository, change, via } = move;
  if (parameters.do_not_enforce_on_create && deedOf(change) === 'create') return null;
  const required = parameters.required_status_checks;
  const unmet = unmetChecks(kernel.world, repository, { sha: judgedSha(move), required });
  if (unmet.length > 0) return sayUnmet(unmet, required.length);
  if (via.kind !== 'pull' || !parameters.strict_required_status_checks_policy) return null;
  const upToDate = await isAncestor(kernel.git.folderOf(repository), change.oldSha, via.pull.headSha);
  return upToDate ? null : 'The head branch is not up to date with the base branch.';
}

/** A required check that does not let through, and why. */
export interface UnmetCheck {
  context: string;
  shortfall: Shortfall;
}

/** The required checks that a commit has not passed. */
export function unmetChecks(
  world: World,
  repository: Repository,
  { sha, required }: { sha: string; required: RequiredCheck[] },
): UnmetCheck[] {
  return required.flatMap((check) => {
    const shortfall = shortfallOf(world, repository, { sha, check });
    return shortfall === null ? [] : [{ context: check.context, shortfall }];
  });
}

/**
 * A check pinned to an App looks only at what that App said; any other looks at everybody's word, and where several
 * use the name, all of them have to pass.
 *
 * Source: docs.github.com, "Troubleshooting required status checks": "If there is a check and a commit status with the
 * same name, and you select that name as required, both are required".
 */
function shortfallOf(
  world: World,
  repository: Repository,
  { sha, check }: { sha: string; check: RequiredCheck },
): Shortfall | null {
  const pinned = check.integration_id;
  const botId = world.apps.find((app) => app.id === pinned)?.botId;
  const runs = latestCheckRuns(repository, sha)
    .filter((run) => run.name === check.context && (pinned === undefined || run.appId === pinned))
    .map(shortfallOfRun);
  const statuses = latestStatuses(repository, sha, pinned === undefined ? undefined : (botId ?? 0))
    .filter((status) => status.context === check.context)
    .map(({ state }) => STATUS_WORDS[state]);
  const said = [...runs, ...statuses];
  return said.length === 0 ? 'expected' : (said.find((one) => one !== null) ?? null);
}

const STATUS_WORDS = { success: null, pending: 'pending', failure: 'failing', error: 'errored' } as const;

function shortfallOfRun(run: CheckRun): Shortfall | null {
  const state = stateOfRun(run);
  if (state !== 'pending') return STATUS_WORDS[state];
  return run.status === 'in_progress' ? 'in progress' : 'queued';
}

/** Source: refusals quoted in public issues, of one required check and of several. */
function sayUnmet(unmet: UnmetCheck[], required: number): string {
  const [first] = unmet;
  if (first && unmet.length === 1) return `Required status check "${first.context}" is ${first.shortfall}.`;
  const count = `${unmet.length} of ${required} required status checks`;
  const words = [...new Set(unmet.map(({ shortfall }) => shortfall))];
  if (words.length === 1 && (words[0] === 'expected' || words[0] === 'in progress'))
    return `${count} are ${words[0]}.`;
  const tally = words.map((word) => `${unmet.filter(({ shortfall }) => shortfall === word).length} ${word}`);
  return `${count} have not succeeded: ${tally.join(' and ')}.`;
}
