import type { Refusal } from '../../domain/reason.ts';
import { slotReleaseId, type Release, type ReleaseDeployer } from '../../domain/release.ts';
import type { Stage } from '../../domain/slot.ts';
import type { Setting } from '../../ports/configuration.ts';
import type { Context } from '../context.ts';
import { notePassedBefore, type StageCheck } from './check-stage.ts';
import { runRelease } from '../release/run-release.ts';

/** How the release of a stage ended; `refusal` is `null` when it is live. */
export interface DeployResult {
  readonly release: Release;
  readonly deploymentId: number | null;
  readonly refusal: Refusal | null;
  readonly wasTakenBack: boolean;
}

/**
 * Brings the release of a stage live, as the ledger has it planned.
 *
 * @throws Error when the ledger has no release of the stage: its plan writes both in one commit.
 */
export async function deployStage(
  context: Context,
  setting: Setting,
  deploying: {
    /** Name of the slot, or of what is named like one. */
    readonly slot: string;
    readonly stage: Stage;
    readonly deployer: ReleaseDeployer;
    /** A run before this one may have deployed already. */
    readonly resumes: boolean;
    /** Of the checklist, where this run went through it. */
    readonly check: StageCheck | null;
  },
): Promise<DeployResult> {
  const { slot, stage, deployer, resumes, check } = deploying;
  const id = slotReleaseId(slot, stage.environment);
  const planned = (await context.ledger.recent()).releases.get(id);
  if (planned === undefined) throw new Error(`the ledger has no release ${id}`);
  const release = check === null ? notePassedBefore(context, setting, planned) : check.note(planned);
  return runRelease(context, setting, { release, deployer, resumes });
}
