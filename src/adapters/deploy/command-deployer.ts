import type { Deployer } from '../../ports/deployer.ts';
import type { Log } from '../../ports/log.ts';
import type { Repository } from '../../ports/repository.ts';
import { withCheckout } from './checkout.ts';
import { redactLine } from './redact.ts';
import { runCommand } from './run-command.ts';

/** What a deploy command sees of the process that runs it; tokens are not among it. */
const PASSED = [
  'PATH',
  'HOME',
  'USER',
  'LANG',
  'LC_ALL',
  'TZ',
  'TMPDIR',
  'CI',
  'RUNNER_NAME',
  'RUNNER_OS',
  'RUNNER_ARCH',
  'RUNNER_TEMP',
  'GITHUB_REPOSITORY',
  'GITHUB_RUN_ID',
];

/** The owner passes more to the command by this prefix, in the workflow's `env`. */
const PASSED_PREFIX = 'DEPLOY_';

export interface CommandDeployerOptions {
  readonly repository: Pick<Repository, 'checkOut'>;
  readonly log: Log;
  /** The variables of this process. */
  readonly variables: Readonly<Record<string, string | undefined>>;
  /** Values that no line may show. */
  readonly secrets?: readonly string[];
}

/**
 * Runs the owner's commands in a folder that holds exactly the candidate, with `TONIC_ENVIRONMENT`,
 * `TONIC_CANDIDATE` and `TONIC_RELEASE_ID`, and with variables of the job that begin with `DEPLOY_`.
 */
export function createCommandDeployer({ repository, log, variables, secrets = [] }: CommandDeployerOptions): Deployer {
  const passed = Object.fromEntries(
    Object.entries(variables).filter(
      (entry): entry is [string, string] =>
        entry[1] !== undefined && (PASSED.includes(entry[0]) || entry[0].startsWith(PASSED_PREFIX)),
    ),
  );
  return {
    run: (command, request) =>
      withCheckout(repository, request.candidate, (folder) =>
        runCommand({
          script: command.run,
          folder,
          environment: {
            ...passed,
            TONIC_ENVIRONMENT: request.environment,
            TONIC_CANDIDATE: request.candidate,
            TONIC_RELEASE_ID: request.releaseId,
          },
          timeoutMs: command.timeoutMinutes * 60_000,
          onLine: (line) => log.info(line),
          redact: (line) => redactLine(line, secrets),
        }),
      ),
  };
}
