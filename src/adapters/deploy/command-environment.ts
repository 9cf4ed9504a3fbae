import type { DeployRequest } from '../../ports/deployer.ts';

/** The variables of a process. */
export type Variables = Readonly<Record<string, string | undefined>>;

/** How programs are found, where they may write, how they speak. */
const PASSED_ON = /^(?:PATH|HOME|LANG|LC_[A-Z]+|TZ|CI|TMPDIR|SHELL|USER|LOGNAME|RUNNER_[A-Z_]+)$/u;

/**
 * Never passed on, listed or not: the credentials of this system, and the files through which a step of a workflow
 * changes what comes after it.
 */
const KEPT_BACK =
  /^(?:(?:GITHUB|GH|ACTIONS_RUNTIME)_TOKEN|PRIVATE_KEY(?:_PATH)?|WEBHOOK_SECRET|INPUT_.*|GITHUB_(?:ENV|OUTPUT|PATH|STATE|STEP_SUMMARY)|NODE_OPTIONS|BASH_ENV|ENV|BASH_FUNC_.*)$/iu;

/** Builds the whole environment of a deploy command: what is needed, what was listed, and the facts about the deploy. */
export function buildCommandEnvironment(
  variables: Variables,
  passOn: readonly string[],
  request: DeployRequest,
): Record<string, string> {
  const listed = new Set(passOn);
  const environment: Record<string, string> = {};
  for (const [name, value] of Object.entries(variables)) {
    if (value === undefined || KEPT_BACK.test(name)) continue;
    if (PASSED_ON.test(name) || listed.has(name)) environment[name] = value;
  }
  return { ...environment, ...factsOf(request) };
}

/** What is not known is told as empty text, so that `set -u` never fails on it. */
function factsOf({ rollout, ...request }: DeployRequest): Record<string, string> {
  return {
    TONIC_ENVIRONMENT: request.environment,
    TONIC_CANDIDATE: request.candidate,
    TONIC_RELEASE_ID: request.releaseId,
    TONIC_SERVICE: request.service ?? '',
    TONIC_PREVIOUS: request.previous ?? '',
    TONIC_ARTIFACT_DIGEST: request.digest ?? '',
    TONIC_STRATEGY: rollout?.strategy ?? '',
    TONIC_ROLLOUT_PERCENT: rollout === null ? '' : String(rollout.percent),
    TONIC_ROLLOUT_STEP: rollout === null ? '' : String(rollout.step),
    TONIC_ROLLOUT_STEPS: rollout === null ? '' : String(rollout.steps),
    TONIC_ROLLBACK: String(request.isRollback),
    TONIC_FENCING_TOKEN: String(request.fencingToken),
  };
}
