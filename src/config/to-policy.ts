import { createHash } from 'node:crypto';
import type { CommandPolicy, EnvironmentPolicy, Policy, Weekday } from '../domain/policy.ts';
import { WEEKDAY_NAMES, type ConfigFile } from './schema.ts';

/** Turns what the file says into the policy: the one place where snake_case becomes camelCase. */
export function toPolicy(file: ConfigFile): Policy {
  return {
    bugLabel: file.bug_label,
    environments: {
      uat: toEnvironment(file.environments.uat),
      prod: toEnvironment(file.environments.prod),
    },
    slots: {
      timeZone: file.slots.time_zone,
      t1: file.slots.t1,
      t2: file.slots.t2,
      weekdays: toWeekdays(file.slots.weekdays),
      latestStartMinutes: file.slots.latest_start_minutes,
      checksTimeoutMinutes: file.slots.checks_timeout_minutes,
    },
    severity: file.severity,
    roles: file.roles,
    approvals: { allowAuthor: file.approvals.allow_author, required: file.approvals.required },
    gates: { requireBug: file.gates.require_bug },
    fixes: {
      requiredReviews: file.fixes.required_reviews,
      requireGreen: file.fixes.require_green,
    },
  };
}

function toEnvironment(environment: ConfigFile['environments']['uat']): EnvironmentPolicy {
  return {
    branch: environment.branch,
    githubEnvironment: environment.github_environment,
    versionFrom: environment.version_from,
    versionFile: environment.version_from === 'file' ? environment.version_file : null,
    deploy: toCommand(environment.deploy),
    verify: toCommand(environment.verify),
    commandsHash: hashCommands(environment),
  };
}

/** JSON keeps the two apart, and a command that is not there from an empty one. */
function hashCommands({ deploy, verify }: ConfigFile['environments']['uat']): string {
  const text = JSON.stringify([deploy?.run ?? null, verify?.run ?? null]);
  return createHash('sha256').update(text).digest('hex');
}

function toCommand(command: ConfigFile['environments']['uat']['deploy']): CommandPolicy | null {
  return command === null ? null : { run: command.run, timeoutMinutes: command.timeout_minutes };
}

function toWeekdays(names: ConfigFile['slots']['weekdays']): readonly Weekday[] {
  const numbers: readonly Weekday[] = [1, 2, 3, 4, 5, 6, 7];
  return numbers.filter((_, index) => names.some((name) => name === WEEKDAY_NAMES[index]));
}
