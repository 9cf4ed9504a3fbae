import { servicesToUndo, type Step } from '../../domain/pipeline.ts';
import type { Policy } from '../../domain/policy.ts';
import { withStep, type Release } from '../../domain/release.ts';
import { commandBack, describeFailure } from './take-step.ts';
import type { Context } from '../context.ts';

/** What a rollback came to: where it got stuck, if it did, and what runs where now. */
export interface Undone {
  readonly release: Release;
  /** One sentence of Markdown, trusted: what was brought back, what was not and why. */
  readonly told: string;
  readonly ok: boolean;
}

/**
 * Takes back what of a release is live or may be: service by service in exact reverse order, each to the commit that
 * was live before. One that cannot be brought back ends it: those below it build on what it has.
 */
export async function undoRelease(
  context: Context,
  policy: Policy,
  { release, steps }: { readonly release: Release; readonly steps: readonly Step[] },
): Promise<Undone> {
  const { previous } = release.envelope;
  const reached = servicesToUndo(steps, release);
  if (reached.length === 0) return { release, told: '', ok: true };
  if (previous === null) {
    return { release, told: 'Nobody knows what was live before, so nothing was taken back.', ok: false };
  }
  let now = release;
  const back: string[] = [];
  for (const service of reached) {
    const startedAtMs = context.clock.nowMs();
    const failure = await bringBack(context, policy, { release: now, service, previous });
    if (failure !== null) {
      return { release: now, told: describeHalf(reached, back.length, { release, failure }), ok: false };
    }
    back.push(nameOf(service));
    now = withStep(now, {
      key: undoKey(service),
      state: 'undone',
      startedAtMs,
      endedAtMs: context.clock.nowMs(),
      detail: null,
    });
  }
  return { release: now, told: `Taken back to ${previous.slice(0, 7)}: ${back.join(', ')}.`, ok: true };
}

/** The key of the step that took a service back. */
function undoKey(service: string | null): string {
  return ['undo', service].filter((part) => part !== null).join(' ');
}

function nameOf(service: string | null): string {
  return service === null ? 'everything' : `\`${service}\``;
}

/** Gives why it failed, `null` when it did not. */
async function bringBack(
  context: Context,
  policy: Policy,
  given: { readonly release: Release; readonly service: string | null; readonly previous: string },
): Promise<string | null> {
  const { release, service, previous } = given;
  const command = commandBack(policy, release, service);
  if (command === null) return 'There is no command that takes it back: the environment follows its branch.';
  const result = await context.deployer.run(command, {
    environment: release.environment,
    candidate: previous,
    releaseId: release.id,
    service,
    previous: release.envelope.commit,
    digest: null,
    rollout: { strategy: 'direct', percent: 100, step: 1, steps: 1 },
    isRollback: true,
    fencingToken: release.deployer?.fencingToken ?? 0,
  });
  return result.ok ? null : describeFailure({ kind: 'deploy', service, release }, command, result);
}

function describeHalf(
  reached: readonly (string | null)[],
  done: number,
  { release, failure }: { readonly release: Release; readonly failure: string },
): string {
  const { commit, previous } = release.envelope;
  const runs = reached.map((service, index) => {
    const at = index < done ? `runs ${previous?.slice(0, 7)}` : `runs ${commit.slice(0, 7)}`;
    return `${nameOf(service)} ${index === done ? 'may run either' : at}`;
  });
  return `The rollback stopped half-way. ${runs.join('; ')}.\n\n${failure}`;
}
