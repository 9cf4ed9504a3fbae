import type { Bug } from '../../domain/bug.ts';
import type { EnvironmentName, Policy } from '../../domain/policy.ts';
import { slotReleaseId, type Release, type ReleasedBug, type ReleasedService } from '../../domain/release.ts';
import { chooseStrategy } from '../../domain/rollout.ts';
import { orderServices, touchedServices, type ServicePolicy } from '../../domain/service.ts';
import type { Stage } from '../../domain/slot.ts';
import type { Context } from '../context.ts';
import type { Gathered } from '../slot/facts.ts';

/** The release that a stage of a slot is to become: its envelope is complete but for what commands will say. */
export async function planRelease(context: Context, gathered: Gathered, stage: Stage): Promise<Release> {
  const { setting, slot } = gathered;
  const previous = gathered.versions?.deployed[stage.environment].commit ?? null;
  const files = previous === null ? [] : await context.repository.changedFiles(previous, stage.candidate);
  return {
    id: slotReleaseId(slot.id, stage.environment),
    kind: 'slot',
    environment: stage.environment,
    slot: slot.id,
    state: 'planned',
    envelope: {
      commit: stage.candidate,
      tree: stage.tree,
      previous,
      configVersion: setting.version,
      services: chooseServices(setting.policy, stage.environment, files),
      bugs: stage.bugs.flatMap(({ bug }) => releasedBug(gathered, bug) ?? []),
      featureFlags: [],
    },
    steps: [],
    deployer: null,
    plannedAtMs: context.clock.nowMs(),
    endedAtMs: null,
    reason: null,
  };
}

/** The services that a change has to be deployed for, in order; without any the repository is deployed as one. */
function chooseServices(
  policy: Policy,
  environment: EnvironmentName,
  files: readonly string[],
): readonly ReleasedService[] {
  const { rollout } = policy.environments[environment];
  const risk = { isHotfix: false, hasMigration: false, files };
  const as = (name: string | null, wanted: ServicePolicy['strategy']): ReleasedService => {
    const { strategy, reason, percents } = chooseStrategy(risk, rollout, wanted);
    return { name, strategy, strategyReason: reason, percents, digest: null, version: null };
  };
  if (policy.services.length === 0) return [as(null, null)];
  const order = orderServices(policy.services);
  if (order.kind === 'cycle') throw new Error(`services in a circle: ${order.names.join(', ')}`);
  return touchedServices(order.services, files).map((service) => as(service.name, service.strategy));
}

function releasedBug({ state, issues }: Gathered, number: number): ReleasedBug | null {
  const bug: Bug | undefined = state.bugs.get(number);
  if (bug === undefined) return null;
  return {
    number,
    pulls: bug.fixes.map((fix) => fix.pull),
    title: issues.get(number)?.title ?? null,
    services: bug.services,
    approvals: bug.approvals,
  };
}
