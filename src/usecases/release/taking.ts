import type { Step } from '../../domain/pipeline.ts';
import type { EnvironmentPolicy, Policy } from '../../domain/policy.ts';
import type { Refusal } from '../../domain/reason.ts';
import type { Release } from '../../domain/release.ts';
import type { DeployRequest, RolloutStep } from '../../ports/deployer.ts';

/** What came of a step: the release as it is now, or why it failed. */
export type StepOutcome =
  | {
      readonly kind: 'done';
      readonly release: Release;
      /** One line of Markdown, trusted: what there is to tell of it. */
      readonly detail?: string;
    }
  | Refusal;

/** A step and all that it may need to know. */
export interface Taking {
  readonly policy: Policy;
  readonly release: Release;
  readonly step: Step;
  /** A run before this one may have taken the step already. */
  readonly mayHaveRun: boolean;
  /** Writes down how far the release is, in the middle of a step; `words` are for the ledger's log. */
  readonly tell: (release: Release, words: string) => Promise<void>;
}

/** The environment that a step is taken on. */
export function environmentOf({ policy, release }: Pick<Taking, 'policy' | 'release'>): EnvironmentPolicy {
  return policy.environments[release.environment];
}

/** What the owner's commands are told in a step. */
export function requestOf({ release, step }: Pick<Taking, 'release' | 'step'>): DeployRequest {
  const { envelope, environment, id, kind } = release;
  const service = envelope.services.find(({ name }) => name === step.service);
  return {
    environment,
    candidate: envelope.commit,
    releaseId: id,
    service: step.service,
    previous: envelope.previous,
    digest: service?.digest ?? null,
    rollout: rolloutOf(service, step),
    isRollback: kind === 'rollback',
    fencingToken: release.deployer?.fencingToken ?? 0,
  };
}

function rolloutOf(
  service: Release['envelope']['services'][number] | undefined,
  { kind, percent }: Step,
): RolloutStep | null {
  const isOfRollout = kind === 'deploy' || kind === 'watch';
  if (!isOfRollout || service === undefined || percent === null) return null;
  const { strategy, percents } = service;
  return { strategy, percent, step: percents.indexOf(percent) + 1, steps: percents.length };
}
