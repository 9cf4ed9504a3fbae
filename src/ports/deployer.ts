import type { CommandPolicy } from '../domain/owner-command.ts';
import type { EnvironmentName } from '../domain/policy.ts';
import type { Strategy } from '../domain/rollout.ts';

/** Which part of a rollout a command is for. */
export interface RolloutStep {
  readonly strategy: Strategy;
  /** Share of the traffic that is to have the candidate afterwards. */
  readonly percent: number;
  /** From 1. */
  readonly step: number;
  readonly steps: number;
}

/** What a command of the owner's is told, as `TONIC_…` variables of its environment. */
export interface DeployRequest {
  readonly environment: EnvironmentName;
  /** The commit to bring, whose files the command finds in its folder. */
  readonly candidate: string;
  /** The release that it is part of. */
  readonly releaseId: string;
  /** `null`: the environment as a whole, or a repository that is one service. */
  readonly service: string | null;
  /** What is live now; `null`: nobody knows. */
  readonly previous: string | null;
  /** What the build said of the artifact. */
  readonly digest: string | null;
  /** `null`: it is no step of a rollout. */
  readonly rollout: RolloutStep | null;
  /** It takes the candidate's release back: `candidate` was live before. */
  readonly isRollback: boolean;
  /** Grows with every lock of the environment: whoever comes with a smaller one than was seen there is late. */
  readonly fencingToken: number;
}

export interface CommandResult {
  readonly ok: boolean;
  /** `null` when it was ended by a signal or its time was up. */
  readonly exitCode: number | null;
  readonly timedOut: boolean;
  /** The last lines of both outputs, at most 4,000 characters, without secrets. */
  readonly output: string;
  /** What it wrote to the file `TONIC_OUTPUT` as `name=value`, without secrets. */
  readonly outputs: Readonly<Record<string, string>>;
}

/** Runs the owner's own commands, in a checkout of exactly the candidate. */
export interface Deployer {
  run(command: CommandPolicy, request: DeployRequest): Promise<CommandResult>;
}
