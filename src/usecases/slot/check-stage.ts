import type { Refusal } from '../../domain/reason.ts';
import { slotReleaseId, withStep, type Release, type ReleaseDeployer } from '../../domain/release.ts';
import type { Setting } from '../../ports/configuration.ts';
import type { Context } from '../context.ts';
import { runChecklist } from '../release/run-checklist.ts';
import type { Situation } from './recheck-stage.ts';

/** The checklist of a stage: what is to be kept of it with its release, and what stops it. */
export interface StageCheck {
  /** Notes on a release what was found. */
  readonly note: (release: Release) => Release;
  readonly stopped: { readonly refusal: Refusal; readonly release: Release } | null;
}

const NOTHING: StageCheck = { note: (release) => release, stopped: null };

/**
 * Goes through the checklist of a stage before its branch is pushed to, where the environment has one.
 *
 * Calls: none where none is configured.
 */
export async function checkStage(
  context: Context,
  { policy }: Setting,
  given: Pick<Situation, 'stage'> & {
    /** Of a slot, or of what is named like one. */
    readonly slot: { readonly id: string };
    readonly deployer: ReleaseDeployer;
  },
): Promise<StageCheck> {
  const { slot, stage, deployer } = given;
  if (policy.environments[stage.environment].checklist === null) return NOTHING;
  const release = (await context.ledger.recent()).releases.get(slotReleaseId(slot.id, stage.environment));
  if (release === undefined) throw new Error(`${slot.id} has no release for ${stage.environment}`);
  const startedAtMs = context.clock.nowMs();
  const { results, refusal } = await runChecklist(context, release);
  // Commands may have taken a while; what was taken back in between counts.
  await context.ledger.load();
  const times = { startedAtMs, endedAtMs: context.clock.nowMs() };
  const note = (each: Release): Release =>
    withStep(
      { ...each, checklist: results },
      {
        key: 'checklist',
        state: refusal === null ? 'done' : 'failed',
        ...times,
        detail: refusal?.reason ?? null,
      },
    );
  if (refusal === null) return { note, stopped: null };
  const ended = { state: 'failed', deployer, endedAtMs: times.endedAtMs, reason: refusal.reason } as const;
  return { note, stopped: { refusal, release: { ...note(release), ...ended } } };
}

/** Notes on a release that the run before this one went through its checklist: without that it would not have pushed. */
export function notePassedBefore({ clock }: Context, { policy }: Setting, release: Release): Release {
  const hasNone = policy.environments[release.environment].checklist === null;
  if (hasNone || release.steps.some(({ key }) => key === 'checklist')) return release;
  const nowMs = clock.nowMs();
  const detail = 'passed in the run before';
  return withStep(release, { key: 'checklist', state: 'done', startedAtMs: nowMs, endedAtMs: nowMs, detail });
}
