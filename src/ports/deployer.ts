import type { CommandPolicy, EnvironmentName } from '../domain/policy.ts';

/** What a deploy command is told, as `TONIC_…` variables of its environment. */
export interface DeployRequest {
  readonly environment: EnvironmentName;
  readonly candidate: string;
  /** The slot or operation that deploys. */
  readonly releaseId: string;
}

export interface CommandResult {
  readonly ok: boolean;
  /** `null` when it was ended by a signal or its time was up. */
  readonly exitCode: number | null;
  readonly timedOut: boolean;
  /** The last lines of both outputs, at most 4,000 characters, without secrets. */
  readonly output: string;
}

/** Runs the owner's own commands, in a checkout of exactly the candidate. */
export interface Deployer {
  run(command: CommandPolicy, request: DeployRequest): Promise<CommandResult>;
}
