import type { ChecklistItem } from './probe.ts';
import type { FreezePolicy } from './freeze-policy.ts';
import type { HotfixPolicy } from './hotfix-policy.ts';
import type { NotifyPolicy } from './message/channel.ts';
import type { MigrationPolicy } from './migration.ts';
import type { CommandPolicy } from './owner-command.ts';
import type { RolloutPolicy } from './rollout.ts';
import type { ServicePolicy } from './service.ts';
import type { Severity } from './severity.ts';
import type { SmokePolicy } from './smoke.ts';
import type { WatchPolicy } from './watch.ts';

/** Where the rules of a repository are, on its default branch. */
export const CONFIG_PATH = '.github/tonic.yml';

/** The two live environments. */
export const ENVIRONMENTS = ['uat', 'prod'] as const;
export type EnvironmentName = (typeof ENVIRONMENTS)[number];

/** The other one. */
export function otherEnvironment(environment: EnvironmentName): EnvironmentName {
  return environment === 'uat' ? 'prod' : 'uat';
}

export interface EnvironmentPolicy {
  readonly branch: string;
  /** Name of the GitHub Environment, also used for GitHub Deployments. */
  readonly githubEnvironment: string;
  readonly versionFrom: 'deployments' | 'branch' | 'tag' | 'file';
  /** Path of the version file when `versionFrom` is `file`. */
  readonly versionFile: string | null;
  /** Puts the candidate live; `null`: a push to the branch is all it takes. */
  readonly deploy: CommandPolicy | null;
  /** Exits 0 when exactly the candidate is live. */
  readonly verify: CommandPolicy | null;
  /** SHA-256 of its commands and those of the services, hexadecimal: an approval is given for what is run, too. */
  readonly commandsHash: string;
  readonly rollout: RolloutPolicy;
  /** `null`: nothing is looked at before a deploy. */
  readonly checklist: readonly ChecklistItem[] | null;
  /** `null`: nobody watches. */
  readonly watch: WatchPolicy | null;
  /** `null`: nobody tries it out. */
  readonly smoke: SmokePolicy | null;
}

/** `HH:MM`, 24 hours. */
export type LocalTime = string;

/** ISO weekdays: 1 is Monday, 7 is Sunday. */
export type Weekday = 1 | 2 | 3 | 4 | 5 | 6 | 7;

export interface SlotPolicy {
  /** IANA name. */
  readonly timeZone: string;
  readonly t1: LocalTime;
  readonly t2: LocalTime;
  readonly weekdays: readonly Weekday[];
  /** A slot that could not start within this many minutes is skipped. */
  readonly latestStartMinutes: number;
  /** How long a candidate waits for the required checks of its branch. */
  readonly checksTimeoutMinutes: number;
}

export type RepositoryPermission = 'read' | 'triage' | 'write' | 'maintain' | 'admin';

/** Who has a role: everybody with at least this permission, and these people and teams (`org/team`). */
export interface RolePolicy {
  /** `null`: the permission alone gives nobody the role. */
  readonly permission: RepositoryPermission | null;
  readonly users: readonly string[];
  readonly teams: readonly string[];
}

export interface Policy {
  /** Issues with this label are bugs. */
  readonly bugLabel: string;
  readonly environments: Readonly<Record<EnvironmentName, EnvironmentPolicy>>;
  /** In the order in which they are written; none: the repository is deployed as one. */
  readonly services: readonly ServicePolicy[];
  readonly migrations: MigrationPolicy;
  readonly freeze: FreezePolicy;
  readonly notify: NotifyPolicy;
  readonly slots: SlotPolicy;
  readonly severity: {
    /** These never go into a slot. */
    readonly hotfix: readonly Severity[];
  };
  readonly hotfix: HotfixPolicy;
  readonly roles: Readonly<Record<'admin' | 'senior' | 'responder', RolePolicy>>;
  readonly approvals: {
    /** Whether the author of a fix may approve it. */
    readonly allowAuthor: boolean;
    /** How many different admins have to approve what goes to an environment. */
    readonly required: Readonly<Record<EnvironmentName, number>>;
  };
  readonly gates: {
    /** Whether a pull request into an environment's branch has to be linked to a bug. */
    readonly requireBug: Readonly<Record<EnvironmentName, boolean>>;
  };
  readonly fixes: {
    /** Approving reviews that a fix needs before T1 takes it to UAT. */
    readonly requiredReviews: number;
    /** Whether the checks of the fix must be green. */
    readonly requireGreen: boolean;
  };
}
