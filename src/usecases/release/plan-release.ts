import type { Bug } from '../../domain/bug.ts';
import { behindLeftover } from '../../domain/leftover.ts';
import type { EnvironmentName, Policy } from '../../domain/policy.ts';
import type { Refusal } from '../../domain/reason.ts';
import {
  slotReleaseId,
  type Release,
  type ReleasedBug,
  type ReleasedPull,
  type ReleasedService,
} from '../../domain/release.ts';
import { chooseStrategy, type ChangeRisk } from '../../domain/rollout.ts';
import { orderServices, touchedServices, type ServicePolicy } from '../../domain/service.ts';
import type { Stage } from '../../domain/slot.ts';
import { refuseUnsafe } from '../../domain/text/migration.ts';
import type { Context } from '../context.ts';
import { readMigrations } from './read-migrations.ts';
import type { Gathered } from '../slot/facts.ts';

/**
 * The release that a stage is to become, named as one of the slot's: its envelope is complete but for what commands will say.
 *
 * Refuses: `migration_unsafe`.
 */
export async function planRelease(
  context: Context,
  gathered: Gathered,
  stage: Stage,
): Promise<{ readonly kind: 'planned'; readonly release: Release } | Refusal> {
  const { setting, slot } = gathered;
  const previous = findPrevious(gathered, stage.environment);
  const commit = stage.candidate;
  const files = previous === null ? [] : await context.repository.changedFiles(previous, commit);
  const migrations = await readMigrations(context, setting.policy.migrations, { commit, files });
  const unsafe = refuseUnsafe(migrations);
  if (unsafe !== null) return unsafe;
  const release: Release = {
    id: slotReleaseId(slot.id, stage.environment),
    kind: 'slot',
    environment: stage.environment,
    slot: slot.id,
    state: 'planned',
    envelope: {
      commit,
      tree: stage.tree,
      previous,
      configVersion: setting.version,
      services: chooseServices(setting.policy, stage.environment, {
        isHotfix: gathered.isHotfix,
        hasMigration: migrations.migrations.length > 0,
        files,
      }),
      bugs: stage.bugs.flatMap(({ bug }) => releasedBug(gathered, bug) ?? []),
      ...(stage.pulls.length === 0
        ? {}
        : { pulls: stage.pulls.map(({ pull }) => releasedPull(gathered, pull)) }),
      migrations: migrations.migrations,
      rollback: migrations.rollback,
      featureFlags: [],
    },
    steps: [],
    deployer: null,
    order: null,
    plannedAtMs: context.clock.nowMs(),
    endedAtMs: null,
    reason: null,
  };
  return { kind: 'planned', release };
}

/** What is live now; `null`: nobody knows. GitHub's record of deployments tells, where there is one; else the branch. */
function findPrevious({ versions, state }: Gathered, environment: EnvironmentName): string | null {
  if (versions === null) return null;
  const { commit, source } = versions.deployed[environment];
  if (source === 'deployments') return commit;
  return behindLeftover(state.environments.get(environment)?.leftovers, commit);
}

/** The services that a change has to be deployed for, in order; without any the repository is deployed as one. */
export function chooseServices(
  policy: Policy,
  environment: EnvironmentName,
  risk: ChangeRisk,
): readonly ReleasedService[] {
  const { rollout } = policy.environments[environment];
  const as = (name: string | null, wanted: ServicePolicy['strategy']): ReleasedService => {
    const { strategy, reason, percents } = chooseStrategy(risk, rollout, wanted);
    return { name, strategy, strategyReason: reason, percents, digest: null, version: null };
  };
  if (policy.services.length === 0) return [as(null, null)];
  const order = orderServices(policy.services);
  if (order.kind === 'cycle') throw new Error(`services in a circle: ${order.names.join(', ')}`);
  // Nobody knows what changed, or the branch has it from a release that was not brought to its end.
  const touched = risk.files.length === 0 ? order.services : touchedServices(order.services, risk.files);
  return touched.map((service) => as(service.name, service.strategy));
}

function releasedPull({ state }: Gathered, number: number): ReleasedPull {
  return { number, approvals: state.pulls.get(number)?.approvals ?? [] };
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
