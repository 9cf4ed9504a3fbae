import { withStep, type ReleasedService, type Release, type StepRecord } from './release.ts';

/** What a step does. The order of the kinds here is the order in which a release meets them. */
type StepKind = 'checklist' | 'build' | 'baseline' | 'deploy' | 'watch' | 'health' | 'verify' | 'smoke';

/** One step of a release, as data: the runner knows how to take each kind, and how to take it back. */
export interface Step {
  /** Unique in a release: `deploy backend 50`, `smoke`. */
  readonly key: string;
  readonly kind: StepKind;
  /** `null`: it is about the environment as a whole, or the one service has no name. */
  readonly service: string | null;
  /** Share of the traffic, percent; `null` where it makes no difference. */
  readonly percent: number | null;
  /** Whether the world is another one afterwards, so that a failure behind it has something to take back. */
  readonly changesWorld: boolean;
}

/** Which optional steps an environment and its services have. */
export interface PipelineShape {
  /** Whether there is a checklist before anything changes. */
  readonly isChecked: boolean;
  /** Names of services with a build command, with a health check. */
  readonly builds: ReadonlySet<string | null>;
  readonly health: ReadonlySet<string | null>;
  /** Whether what is live before is measured, and what comes live is watched. */
  readonly takesBaseline: boolean;
  readonly isWatched: boolean;
  readonly isVerified: boolean;
  readonly isTriedOut: boolean;
}

/**
 * The steps of a release: every artifact is built before anything changes; then one service after the other, in
 * the order given, each through all of its rollout steps, each of them watched, and found healthy before the next begins;
 * then the environment as a whole.
 */
export function buildPipeline(services: readonly ReleasedService[], shape: PipelineShape): readonly Step[] {
  const builds = services.filter(({ name }) => shape.builds.has(name));
  return [
    ...(shape.isChecked ? [step('checklist')] : []),
    ...builds.map(({ name }) => step('build', { service: name })),
    ...(shape.takesBaseline ? [step('baseline')] : []),
    ...services.flatMap((service) => stepsOf(service, shape)),
    ...(shape.isVerified ? [step('verify')] : []),
    ...(shape.isTriedOut ? [step('smoke')] : []),
  ];
}

function stepsOf({ name, percents }: ReleasedService, shape: PipelineShape): Step[] {
  const rollout = percents.flatMap((percent) => [
    step('deploy', { service: name, percent }),
    ...(shape.isWatched ? [step('watch', { service: name, percent })] : []),
  ]);
  return [...rollout, ...(shape.health.has(name) ? [step('health', { service: name })] : [])];
}

function step(
  kind: StepKind,
  { service = null, percent = null }: { service?: string | null; percent?: number | null } = {},
): Step {
  const parts = [kind, service, percent].filter((part) => part !== null);
  return { key: parts.join(' '), kind, service, percent, changesWorld: kind === 'deploy' };
}

/** The first step that is not done; `null`: the pipeline is through. */
export function nextStep(steps: readonly Step[], taken: readonly StepRecord[]): Step | null {
  return steps.find(({ key }) => stateOf(taken, key) !== 'done') ?? null;
}

function stateOf(taken: readonly StepRecord[], key: string): StepRecord['state'] | null {
  return taken.findLast((each) => each.key === key)?.state ?? null;
}

/**
 * Tells whether a step has to be written down before the next one is taken: what changes the world and is not the last
 * to do so, and what was measured before. The last one is written down together with the end of the release; all else may
 * be done again.
 */
export function mustBeRemembered(steps: readonly Step[], taken: Step): boolean {
  if (taken.kind === 'baseline') return true;
  const later = steps.slice(steps.indexOf(taken) + 1);
  return taken.changesWorld && later.some((each) => each.changesWorld);
}

/**
 * The release of a run that died: its next deploy may have been done and not written down any more, so nobody knows what
 * that service serves.
 */
export function cutShort(steps: readonly Step[], release: Release, nowMs: number): Release {
  const deploy = steps.find(
    ({ key, changesWorld }) => changesWorld && stateOf(release.steps, key) !== 'done',
  );
  if (deploy === undefined) return release;
  const times = { startedAtMs: nowMs, endedAtMs: nowMs };
  return withStep(release, { key: deploy.key, state: 'failed', ...times, detail: 'its run ended' });
}

/** What a service serves while a release is under way: what it brings, what was there before, or nobody knows which. */
export interface Standing {
  readonly service: string | null;
  readonly serves: 'new' | 'old' | 'either';
}

/** What each service of a release serves, in its order. A share of the traffic is neither the one nor the other. */
export function standingsOf(
  steps: readonly Step[],
  { steps: taken }: Pick<Release, 'steps'>,
): readonly Standing[] {
  const deploys = steps.filter(({ changesWorld }) => changesWorld);
  return [...new Set(deploys.map(({ service }) => service))].map((service) => {
    const own = deploys.filter((each) => each.service === service).map(({ key }) => stateOf(taken, key));
    if (own.every((state) => state === 'done')) return { service, serves: 'new' };
    return { service, serves: own.every((state) => state === null) ? 'old' : 'either' };
  });
}

/** The services that are live or may be, last one first: a rollback takes them back in this order. */
export function servicesToUndo(
  steps: readonly Step[],
  { steps: taken }: Pick<Release, 'steps'>,
): (string | null)[] {
  const failed = nextStep(steps, taken);
  const reached = steps.filter(
    (each) => each.changesWorld && (stateOf(taken, each.key) !== null || each.key === failed?.key),
  );
  return [...new Set(reached.map(({ service }) => service))].toReversed();
}
