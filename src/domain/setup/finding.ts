import type { SetupChange } from './change.ts';

/** How bad a finding is. `unknown`: whoever looked may not see it. */
export const FINDING_SEVERITIES = ['blocks_prod', 'warns', 'unknown', 'ok'] as const;
export type FindingSeverity = (typeof FINDING_SEVERITIES)[number];

/** What one look at the set-up checks; the generated table of docs/reference.md is made from this. */
export interface SetupCheck {
  readonly checks: string;
  /** The worst it can say. */
  readonly worst: Exclude<FindingSeverity, 'ok'>;
  /** Whether `tonic init --apply` mends it. */
  readonly isApplied: boolean;
}

/** Every check, in the order in which they are told. Codes are public strings. */
export const SETUP_CHECKS = {
  config_valid: {
    checks: '`.github/tonic.yml` on the default branch is understood, its time zone among it.',
    worst: 'blocks_prod',
    isApplied: false,
  },
  config_guarded: {
    checks:
      'The branch that configuration and workflows are read from takes no change that nobody else looked at.',
    worst: 'blocks_prod',
    isApplied: true,
  },
  people_exist: {
    checks:
      'The accounts that the configuration names by login exist: who takes a free name gets its role. Blocks for `roles.admin.users`.',
    worst: 'blocks_prod',
    isApplied: false,
  },
  gate_required: {
    checks:
      'An active rule of the branch demands its check, pinned to the App as the source: `tonic / gate` on PROD, `tonic / gate (uat)` on UAT. On UAT a warning.',
    worst: 'blocks_prod',
    isApplied: true,
  },
  gate_bypass: {
    checks: 'Nobody may pass that rule, in no mode. On UAT a warning.',
    worst: 'blocks_prod',
    isApplied: true,
  },
  history_kept: {
    checks: 'The branch takes no force push and cannot be deleted. On UAT a warning.',
    worst: 'blocks_prod',
    isApplied: true,
  },
  prod_needs_bug: {
    checks: 'The policy lets no pull request without a bug into PROD (`gates.require_bug.prod`).',
    worst: 'warns',
    isApplied: false,
  },
  reviews_fresh: {
    checks: 'Where rules ask for reviews, a push takes them back.',
    worst: 'warns',
    isApplied: false,
  },
  ledger_closed: {
    checks: 'Nobody but the App may create, change, rewind or delete the branch of the ledger.',
    worst: 'blocks_prod',
    isApplied: true,
  },
  ledger_bypass: {
    checks: 'The App, and nobody else, may pass the rules of the ledger’s branch.',
    worst: 'blocks_prod',
    isApplied: true,
  },
  candidates_closed: {
    checks: 'Nobody but the App may write branches below `tonic/candidate/` and `tonic/preview/`.',
    worst: 'warns',
    isApplied: true,
  },
  key_private: {
    checks:
      'The App’s key is no secret of the repository or organisation, which a workflow on any branch could read; it is a secret of the environments.',
    worst: 'blocks_prod',
    isApplied: false,
  },
  environment_branches: {
    checks: 'Only the default branch may use the environments, and so the App’s key in them.',
    worst: 'blocks_prod',
    isApplied: true,
  },
  protection_rule: {
    checks:
      'The App’s deployment protection rule is on the environment. Blocks only where the workflow has no gate step either.',
    worst: 'blocks_prod',
    isApplied: true,
  },
  admins_wait: {
    checks:
      'Admins may not start a job past the rules of PROD’s environment. GitHub’s API does not tell yet.',
    worst: 'warns',
    isApplied: false,
  },
  environment_exists: { checks: 'The environments exist.', worst: 'warns', isApplied: true },
  branches_exist: { checks: 'The branches of UAT and PROD exist.', worst: 'warns', isApplied: false },
  app_known: {
    checks:
      'It is known which App is Tonic’s, and it is one of its own: as `github-actions` every workflow acts.',
    worst: 'blocks_prod',
    isApplied: false,
  },
  app_installed: {
    checks: 'The App is installed on the repository and not suspended.',
    worst: 'warns',
    isApplied: false,
  },
  app_permissions: {
    checks: 'The installation has the permissions of `app.yml`, and none that would undo the rules.',
    worst: 'warns',
    isApplied: false,
  },
  app_events: { checks: 'The App gets the events of `app.yml`.', worst: 'warns', isApplied: false },
  app_webhook: { checks: 'The App’s webhook has an address.', worst: 'warns', isApplied: false },
  switched_on: { checks: 'The variable `TONIC_ENABLED` is `true`.', worst: 'warns', isApplied: true },
  client_id: {
    checks: 'The variable `TONIC_CLIENT_ID` is that of the App.',
    worst: 'warns',
    isApplied: true,
  },
  key_present: {
    checks: 'Every environment has the secret `TONIC_PRIVATE_KEY`; only its name can be seen.',
    worst: 'warns',
    isApplied: false,
  },
  workflow_present: {
    checks: 'The workflows of T1, T2, rollbacks and hotfixes are on the default branch.',
    worst: 'warns',
    isApplied: false,
  },
  workflow_current: {
    checks: 'They are those of this version, up to schedule, version of the action and what deploys need.',
    worst: 'warns',
    isApplied: false,
  },
  workflow_schedule: {
    checks: 'Their backup schedule fires within the slots, in the configured time zone.',
    worst: 'warns',
    isApplied: false,
  },
  workflow_pinned: {
    checks: 'They name every action by its commit.',
    worst: 'warns',
    isApplied: false,
  },
  issue_form: {
    checks: 'The issue form for bugs is on the default branch.',
    worst: 'warns',
    isApplied: false,
  },
  labels: {
    checks: 'Every label is there, with its colour and description.',
    worst: 'warns',
    isApplied: true,
  },
} as const satisfies Readonly<Record<string, SetupCheck>>;

export type FindingCode = keyof typeof SETUP_CHECKS;

/** What one check found. Texts are plain and on one line; they may hold names that somebody else chose. */
export interface Finding {
  readonly code: FindingCode;
  readonly severity: FindingSeverity;
  /** The branch, environment, file or other thing it is about. */
  readonly where: string;
  /** One sentence. */
  readonly what: string;
  /** A command, a page or what to do; `null` where nothing is to be mended. */
  readonly mend: string | null;
  /** What `init --apply` does about it; `null` where a person has to. */
  readonly change: SetupChange | null;
}

/** What was looked at, and what has to be done about it. */
interface Trouble {
  readonly what: string;
  readonly mend: string;
  readonly change?: SetupChange | null;
  /** Milder than the worst that the check can say. */
  readonly severity?: FindingSeverity;
}

/** The findings of one check about one thing. */
export interface Check {
  ok(what: string): Finding;
  unknown(what: string, mend: string): Finding;
  /** As bad as the check can be, unless it says otherwise. */
  trouble(trouble: Trouble): Finding;
}

/** Begins a check of one thing. */
export function check(code: FindingCode, where: string): Check {
  return {
    ok: (what) => ({ code, severity: 'ok', where, what, mend: null, change: null }),
    unknown: (what, mend) => ({ code, severity: 'unknown', where, what, mend, change: null }),
    trouble: ({ what, mend, change = null, severity = SETUP_CHECKS[code].worst }) => ({
      code,
      severity,
      where,
      what,
      mend,
      change,
    }),
  };
}

/** The findings that would let code reach PROD unapproved. */
export function blocking(findings: readonly Finding[]): readonly Finding[] {
  return findings.filter((finding) => finding.severity === 'blocks_prod');
}
