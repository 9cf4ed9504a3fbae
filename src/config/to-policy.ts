import { createHash } from 'node:crypto';
import type { EnvironmentPolicy, Policy, Weekday } from '../domain/policy.ts';
import type { ServicePolicy } from '../domain/service.ts';
import { WEEKDAY_NAMES, type ConfigFile } from './schema.ts';
import { toChecklist } from './schema/checklist.ts';
import { toFreeze } from './schema/freeze.ts';
import { toHotfix } from './schema/hotfix.ts';
import { toNotify } from './schema/notify.ts';
import { toMigrations } from './schema/migration.ts';
import { toRollout } from './schema/rollout.ts';
import { toCommand, toServices } from './schema/service.ts';
import { toSmoke } from './schema/smoke.ts';
import { toWatch } from './schema/watch.ts';

/** Turns what the file says into the policy: the one place where snake_case becomes camelCase. */
export function toPolicy(file: ConfigFile): Policy {
  const services = toServices(file.services);
  return {
    bugLabel: file.bug_label,
    environments: {
      uat: toEnvironment(file.environments.uat, services),
      prod: toEnvironment(file.environments.prod, services),
    },
    services,
    migrations: toMigrations(file.migrations),
    freeze: toFreeze(file.freeze),
    notify: toNotify(file.notify),
    slots: {
      timeZone: file.slots.time_zone,
      t1: file.slots.t1,
      t2: file.slots.t2,
      weekdays: toWeekdays(file.slots.weekdays),
      latestStartMinutes: file.slots.latest_start_minutes,
      checksTimeoutMinutes: file.slots.checks_timeout_minutes,
    },
    severity: file.severity,
    hotfix: toHotfix(file.hotfix),
    roles: file.roles,
    approvals: { allowAuthor: file.approvals.allow_author, required: file.approvals.required },
    gates: { requireBug: file.gates.require_bug },
    fixes: {
      requiredReviews: file.fixes.required_reviews,
      requireGreen: file.fixes.require_green,
    },
  };
}

type EnvironmentFile = ConfigFile['environments']['uat'];

function toEnvironment(environment: EnvironmentFile, services: readonly ServicePolicy[]): EnvironmentPolicy {
  return {
    branch: environment.branch,
    githubEnvironment: environment.github_environment,
    versionFrom: environment.version_from,
    versionFile: environment.version_from === 'file' ? environment.version_file : null,
    deploy: toCommand(environment.deploy),
    verify: toCommand(environment.verify),
    commandsHash: hashCommands(environment, services),
    rollout: toRollout(environment.rollout),
    checklist: toChecklist(environment.checklist),
    watch: toWatch(environment.watch),
    smoke: toSmoke(environment.smoke),
  };
}

/** JSON keeps commands apart, and one that is not there from an empty one. */
function hashCommands(
  { deploy, verify, checklist, watch, smoke }: EnvironmentFile,
  services: readonly ServicePolicy[],
): string {
  const own = services.map((each) => [each.name, ...[each.build, each.deploy, each.rollback].map(textOf)]);
  const looking = [...Object.values(checklist ?? {}), ...Object.values(watch?.limits ?? {})];
  const checks = [...looking.map(({ command }) => command), smoke?.command ?? null].flatMap(
    (command) => textOf(command) ?? [],
  );
  const text = JSON.stringify([textOf(deploy), textOf(verify), ...own, ...checks]);
  return createHash('sha256').update(text).digest('hex');
}

function textOf(command: { readonly run: string } | null): string | null {
  return command?.run ?? null;
}

function toWeekdays(names: ConfigFile['slots']['weekdays']): readonly Weekday[] {
  const numbers: readonly Weekday[] = [1, 2, 3, 4, 5, 6, 7];
  return numbers.filter((_, index) => names.some((name) => name === WEEKDAY_NAMES[index]));
}
