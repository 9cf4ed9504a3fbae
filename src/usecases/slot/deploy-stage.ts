import type { SlotId } from '../../domain/calendar.ts';
import type { Refusal } from '../../domain/reason.ts';
import { slotReleaseId, type Release } from '../../domain/release.ts';
import type { Stage } from '../../domain/slot.ts';
import type { Setting } from '../../ports/configuration.ts';
import type { Context } from '../context.ts';
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
    readonly slot: SlotId;
    readonly stage: Stage;
    readonly run: { readonly id: number | null; readonly attempt: number };
    /** A run before this one may have deployed already. */
    readonly resumes: boolean;
    readonly fencingToken: number;
  },
): Promise<DeployResult> {
  const { slot, stage, run, resumes, fencingToken } = deploying;
  const id = slotReleaseId(slot, stage.environment);
  const release = (await context.ledger.recent()).releases.get(id);
  if (release === undefined) throw new Error(`the ledger has no release ${id}`);
  const deployer = { runId: run.id, attempt: run.attempt, fencingToken };
  return runRelease(context, setting, { release, deployer, resumes });
}
