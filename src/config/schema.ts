import { z } from 'zod';
import { SEVERITIES } from '../domain/severity.ts';
import { refuseBranchName, refuseFilePath, refuseTimeZone } from './name-rule.ts';
import { Checklist } from './schema/checklist.ts';
import { Command } from './schema/command.ts';
import { FreezeFile } from './schema/freeze.ts';
import { HotfixFile } from './schema/hotfix.ts';
import { localTime } from './schema/local-time.ts';
import { Migrations } from './schema/migration.ts';
import { Notify } from './schema/notify.ts';
import { Rollout } from './schema/rollout.ts';
import { Services } from './schema/service.ts';
import { Smoke } from './schema/smoke.ts';
import { Watch } from './schema/watch.ts';

/** Weekdays as they are written, in ISO order: the first is 1. */
export const WEEKDAY_NAMES = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const;

const PERMISSIONS = ['read', 'triage', 'write', 'maintain', 'admin'] as const;
const VERSION_SOURCES = ['deployments', 'branch', 'tag', 'file'] as const;

/** People need this long between T1 and T2 to validate what T1 brought to UAT. */
const SHORTEST_GAP_MINUTES = 60;

/** GitHub refuses longer label names. Source: docs.github.com/rest/issues/labels, 2026-11. */
const LABEL_LIMIT = 50;
/** GitHub refuses longer names of environments. Source: docs.github.com/actions, managing environments, 2026-11. */
const ENVIRONMENT_NAME_LIMIT = 255;
const LIST_LIMIT = 100;

const OURS = /^(?:status|severity|found-in|flow|service|module):/iu;

/** Text that a rule judges; the rule gives a sentence when it says no. */
function ruled(rule: (value: string) => string | null) {
  return z.string().superRefine((value, context) => {
    const message = rule(value);
    if (message !== null) context.addIssue({ code: 'custom', message });
  });
}

const branch = ruled(refuseBranchName);

function environment(name: 'uat' | 'prod', defaultBranch: string) {
  return z
    .strictObject({
      branch: branch.default(defaultBranch).describe(`Branch that holds what ${name.toUpperCase()} runs.`),
      github_environment: z
        .string()
        .min(1)
        .max(ENVIRONMENT_NAME_LIMIT)
        .default(name)
        .describe('Name of the GitHub Environment, also used for GitHub Deployments.'),
      version_from: z
        .enum(VERSION_SOURCES)
        .default('deployments')
        .describe(
          'Where the deployed commit is known from: the last successful GitHub Deployment (else the branch), the head of the branch, the newest version tag on it, or a version file.',
        ),
      version_file: ruled(refuseFilePath)
        .nullable()
        .default(null)
        .describe('Path of the version file from the top of the repository, for `version_from: file`.'),
      deploy: Command.nullable()
        .default(null)
        .describe('Puts the candidate live. Without one, a push to the branch is all it takes.'),
      verify: Command.nullable().default(null).describe('Exits 0 when exactly the candidate is live.'),
      checklist: Checklist,
      rollout: Rollout,
      watch: Watch,
      smoke: Smoke,
    })
    .superRefine((value, context) => {
      if (value.version_from === 'file' && value.version_file === null) {
        const message = 'is needed with `version_from: file`; name the file that holds the version';
        context.addIssue({ code: 'custom', path: ['version_file'], message });
      }
    })
    .prefault({})
    .describe(`The ${name.toUpperCase()} environment.`);
}

const Environments = z
  .strictObject({ uat: environment('uat', 'uat'), prod: environment('prod', 'main') })
  .superRefine(({ uat, prod }, context) => {
    const refuse = (key: string, message: string) =>
      context.addIssue({ code: 'custom', path: ['prod', key], message });
    if (uat.branch === prod.branch) {
      refuse('branch', `UAT and PROD are both on the branch "${prod.branch}"; give each its own`);
    }
    if (uat.github_environment.toLowerCase() === prod.github_environment.toLowerCase()) {
      const name = prod.github_environment;
      refuse(
        'github_environment',
        `UAT and PROD are both the GitHub Environment "${name}"; give each its own`,
      );
    }
  })
  .prefault({})
  .describe('The two live environments.');

const Slots = z
  .strictObject({
    time_zone: ruled(refuseTimeZone)
      .default('UTC')
      .describe(
        'IANA name of the time zone that the slots and their weekdays are in, such as `Asia/Taipei`.',
      ),
    t1: localTime.default('20:00').describe('Local time of T1, `HH:MM`, 24 hours.'),
    t2: localTime
      .default('22:00')
      .describe('Local time of T2 and cut-off of approvals; at least 60 minutes after T1 on the same day.'),
    weekdays: z
      .array(z.enum(WEEKDAY_NAMES))
      .min(1, { error: 'is empty, so no slot would ever run; name at least one weekday' })
      .max(7)
      // Every day: a slot without an approved bug does nothing, and an approval is promised for "tonight".
      .default([...WEEKDAY_NAMES])
      .describe('Days with slots. Every day by default: a night without an approved bug deploys nothing.'),
    latest_start_minutes: z
      .int()
      .min(1)
      .max(360)
      .default(60)
      .describe('A slot that could not start within this many minutes is skipped; its bugs stay queued.'),
    checks_timeout_minutes: z
      .int()
      .min(1)
      // An App's token, which the slot goes on with afterwards, lives for an hour.
      .max(45)
      .default(30)
      .describe(
        'How long a candidate waits for the required checks of its branch; later nothing is deployed.',
      ),
  })
  .superRefine((value, context) => {
    const gap = gapMinutes(value);
    if (gap === null || gap >= SHORTEST_GAP_MINUTES) return;
    const told = gap <= 0 ? `not after T1 (${value.t1})` : `only ${gap} minutes after T1 (${value.t1})`;
    const message = `"${value.t2}" is ${told}; people validate in between, so T2 must be at least 60 minutes after T1 on the same day`;
    context.addIssue({ code: 'custom', path: ['t2'], message });
  })
  .prefault({})
  .describe('When the nightly slots begin.');

const user = z.string().regex(/^[\da-z][\w-]{0,99}$/iu, {
  error: 'is no GitHub login; write it without "@", such as "octocat"',
});

const team = z.string().regex(/^[\da-z][\w-]{0,99}\/[\w.-]{1,100}$/iu, {
  error: 'is no team; write it as "organisation/team", without "@"',
});

function role(permission: (typeof PERMISSIONS)[number], purpose: string) {
  return z
    .strictObject({
      permission: z
        .enum(PERMISSIONS)
        .nullable()
        .default(permission)
        .describe(
          'Everybody with at least this permission on the repository has the role; `null`: nobody by that.',
        ),
      users: z.array(user).max(LIST_LIMIT).default([]).describe('GitHub logins that have the role besides.'),
      teams: z
        .array(team)
        .max(LIST_LIMIT)
        .default([])
        .describe('Teams whose members have the role besides, as `organisation/team`.'),
    })
    .prefault({})
    .describe(purpose);
}

const Roles = z
  .strictObject({
    admin: role('admin', 'Confirms bugs, approves, decides. An admin has every other role too.'),
    senior: role('maintain', 'The second person where two are asked for.'),
    responder: role('maintain', 'Runs an analysis at any time.'),
  })
  .superRefine(({ admin }, context) => {
    if (admin.permission !== null || admin.users.length + admin.teams.length > 0) return;
    const message = 'gives nobody the role, so nothing could be approved; name a permission, users or teams';
    context.addIssue({ code: 'custom', path: ['admin'], message });
  })
  .prefault({})
  .describe('Who has which role.');

function requiredApprovals(name: 'UAT' | 'PROD') {
  return z
    .int()
    .min(1)
    .max(6)
    .default(1)
    .describe(`How many different admins have to approve what goes to ${name}.`);
}

const bugLabel = z
  .string()
  .min(1)
  .max(LABEL_LIMIT, { error: `is too long; GitHub takes at most ${LABEL_LIMIT} characters in a label` })
  .refine((value) => !value.includes(','), {
    error: 'holds a comma, which separates labels when GitHub lists issues',
  })
  .refine((value) => value === value.trim(), { error: 'begins or ends with a blank; take it out' })
  .refine((value) => !OURS.test(value), {
    error: 'begins like a label that the system keeps itself; choose another',
  });

/** `.github/tonic.yml` as it is written: the one source of types, defaults, editor schema and docs table. */
export const ConfigFile = z.strictObject({
  bug_label: bugLabel.default('bug').describe('Issues with this label are bugs.'),
  environments: Environments,
  services: Services,
  migrations: Migrations,
  freeze: FreezeFile,
  notify: Notify,
  slots: Slots,
  severity: z
    .strictObject({
      hotfix: z
        .array(z.enum(SEVERITIES))
        .max(SEVERITIES.length)
        .default(['high', 'critical'])
        .describe('Bugs of these severities take the hotfix path and never wait for a slot.'),
    })
    .prefault({})
    .describe('What a severity means.'),
  hotfix: HotfixFile,
  roles: Roles,
  approvals: z
    .strictObject({
      allow_author: z
        .boolean()
        .default(true)
        .describe('Whether the author of a fix may approve it; `false` for four eyes.'),
      required: z
        .strictObject({
          uat: requiredApprovals('UAT'),
          prod: requiredApprovals('PROD'),
        })
        .prefault({})
        .describe('How many approvals are needed.'),
    })
    .prefault({})
    .describe('Rules for approvals.'),
  gates: z
    .strictObject({
      require_bug: z
        .strictObject({
          uat: z
            .boolean()
            .default(false)
            .describe('Whether a pull request into the UAT branch has to be linked to a bug.'),
          prod: z
            .boolean()
            .default(true)
            .describe('Whether a pull request into the PROD branch has to be linked to a bug.'),
        })
        .prefault({})
        .describe('Pull requests without a bug.'),
    })
    .prefault({})
    .describe('What the required check asks of a pull request.'),
  fixes: z
    .strictObject({
      required_reviews: z
        .int()
        .min(0)
        .max(10)
        .default(1)
        .describe('Approving reviews that a fix needs on its current head before a slot takes it.'),
      require_green: z.boolean().default(true).describe('Whether the checks of a fix must be green.'),
    })
    .prefault({})
    .describe('What a slot asks of a fix.'),
});
export type ConfigFile = z.infer<typeof ConfigFile>;

/** Minutes from T1 to T2 of the same day, negative when T2 is first; `null` where one of them is no time. */
export function gapMinutes(slots: { readonly t1: string; readonly t2: string }): number | null {
  const gap = minutesOf(slots.t2) - minutesOf(slots.t1);
  return Number.isNaN(gap) ? null : gap;
}

function minutesOf(time: string): number {
  if (!/^(?:[01]\d|2[0-3]):[0-5]\d$/u.test(time)) return Number.NaN;
  return Number(time.slice(0, 2)) * 60 + Number(time.slice(3));
}
