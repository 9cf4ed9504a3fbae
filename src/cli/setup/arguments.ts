import { parseArgs } from 'node:util';

interface Common {
  /** `owner/name`; `null`: the remote of the folder. */
  readonly repo: string | null;
  /** Slug of the App; `null`: it is looked for. */
  readonly app: string | null;
  readonly json: boolean;
}

/** What whoever typed `tonic doctor` wants. */
export type DoctorWish =
  | ({ readonly kind: 'doctor'; readonly all: boolean } & Common)
  | { readonly kind: 'help' }
  | { readonly kind: 'refused'; readonly message: string };

/** What whoever typed `tonic plan` wants. */
export type PlanWish =
  | ({ readonly kind: 'plan' } & Common)
  | { readonly kind: 'help' }
  | { readonly kind: 'refused'; readonly message: string };

/** What whoever typed `tonic init` wants. */
export type InitWish =
  | ({ readonly kind: 'files' | 'apply'; readonly dryRun: boolean; readonly force: boolean } & Common)
  | { readonly kind: 'help' }
  | { readonly kind: 'refused'; readonly message: string };

const COMMON_USAGE = `  --repo owner/name   the repository; default: the remote "origin" of this folder
  --app slug          the GitHub App; default: the one of the variable TONIC_CLIENT_ID, or tonic-deploy
  --json              for machines

GITHUB_TOKEN or GH_TOKEN: a person's token; an admin sees and changes all. APP_ID with PRIVATE_KEY or
PRIVATE_KEY_PATH: the App's own credentials, with which its installation and webhook are seen. GITHUB_API_URL or
GHE_HOST: another host than github.com.
`;

/** Printed by `tonic doctor --help`. */
export const DOCTOR_USAGE = `Usage: tonic doctor [--repo owner/name] [--app slug] [--all] [--json]

Looks at everything that is configured on GitHub and says how to mend what is wrong. Changes nothing.
Ends with 0, with 1 when something would let code reach PROD unapproved, with 2 when it could not look.

  --all               also what is right
${COMMON_USAGE}`;

/** Printed by `tonic plan --help`. */
export const PLAN_USAGE = `Usage: tonic plan [--repo owner/name] [--app slug] [--json]

Shows what the next T1 and T2 would do as things are now: candidates, order, checks, and what would be held back and
why. Changes nothing. Ends with 0, with 2 when it could not look.

${COMMON_USAGE}`;

/** Printed by `tonic init --help`. */
export const INIT_USAGE = `Usage: tonic init [--force] [--dry-run]
       tonic init --apply [--repo owner/name] [--app slug] [--dry-run]

Writes configuration, workflows and issue form into this folder; --apply makes what they need on GitHub: rulesets,
environments, protection rules, variables and labels. What is there and right stays as it is.
Ends with 0, with 1 when something is left to be done, with 2 when it could not look.

  --force             overwrites files that differ; never the configuration
  --dry-run           only says what it would do
${COMMON_USAGE}`;

const COMMON = {
  repo: { type: 'string' },
  app: { type: 'string' },
  json: { type: 'boolean' },
  help: { type: 'boolean', short: 'h' },
} as const;

/** Reads the command line of `tonic doctor`. */
export function parseDoctorArguments(args: readonly string[]): DoctorWish {
  return refusingErrors(() => {
    const { values } = parseArgs({ args: [...args], options: { ...COMMON, all: { type: 'boolean' } } });
    if (values.help === true) return { kind: 'help' };
    return { kind: 'doctor', all: values.all ?? false, ...commonOf(values) };
  });
}

/** Reads the command line of `tonic plan`. */
export function parsePlanArguments(args: readonly string[]): PlanWish {
  return refusingErrors(() => {
    const { values } = parseArgs({ args: [...args], options: COMMON });
    return values.help === true ? { kind: 'help' } : { kind: 'plan', ...commonOf(values) };
  });
}

/** Reads the command line of `tonic init`. */
export function parseInitArguments(args: readonly string[]): InitWish {
  return refusingErrors<InitWish>(() => {
    const { values } = parseArgs({
      args: [...args],
      options: {
        ...COMMON,
        apply: { type: 'boolean' },
        force: { type: 'boolean' },
        'dry-run': { type: 'boolean' },
      },
    });
    if (values.help === true) return { kind: 'help' };
    const { apply = false, force = false, 'dry-run': dryRun = false } = values;
    const common = commonOf(values);
    if (apply && force) {
      return { kind: 'refused', message: '--force is about files, and --apply writes none.' };
    }
    if (!apply && namesRepository(common)) {
      return { kind: 'refused', message: '--repo and --app are about GitHub’s side: add --apply.' };
    }
    return { kind: apply ? 'apply' : 'files', dryRun, force, ...common };
  });
}

function namesRepository({ repo, app }: Common): boolean {
  return repo !== null || app !== null;
}

function commonOf(values: { repo?: string; app?: string; json?: boolean }): Common {
  return { repo: values.repo ?? null, app: values.app ?? null, json: values.json ?? false };
}

function refusingErrors<T>(parse: () => T): T | { readonly kind: 'refused'; readonly message: string } {
  try {
    return parse();
  } catch (error) {
    return { kind: 'refused', message: error instanceof Error ? error.message : String(error) };
  }
}
