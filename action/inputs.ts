import { z } from 'zod';

/** The inputs of the action: one list, compared with action.yml in a test. */
export const INPUTS = {
  command: {
    description:
      'What to do: `t1`, `t2`, `rollback`, `hotfix`, or `plan` to see what the next T1 and T2 would do.',
    required: true,
    default: '',
  },
  phase: {
    description:
      'Which part of it: `plan`, `uat`, `prod`, or `all` to run it whole in one job; `answer` speaks for the App as a protection rule.',
    required: false,
    default: 'all',
  },
  slot: {
    description: 'The slot, such as `2026-11-20/T2`; empty means the one that is due.',
    required: false,
    default: '',
  },
  release: {
    description:
      'The rollback or hotfix to carry out, as `/rollback` or `/hotfix` has named it; empty for a slot.',
    required: false,
    default: '',
  },
  token: {
    description: 'Token of the GitHub App, or `github.token` in Actions-only mode.',
    required: true,
    default: '',
  },
  'pass-environment': {
    description:
      'Names of variables that the deploy command gets besides the usual ones, separated by commas or blanks.',
    required: false,
    default: '',
  },
  unsafe: {
    description:
      'Why PROD may be deployed to although nothing on GitHub guards it, in words; empty: the slot refuses it then. Counts in runs of the App, the schedule and admins.',
    required: false,
    default: '',
  },
  'app-slug': {
    description: 'Slug of the App that the token belongs to; empty in Actions-only mode.',
    required: false,
    default: '',
  },
} as const;

/** The outputs of the action. */
export const OUTPUTS = {
  decision: 'What came of it: `done`, `refused` or `failed`.',
  'reason-code': 'Why it was refused or failed; empty otherwise.',
  slot: 'The slot that it was about.',
  prod: '`true` when the slot has something for PROD.',
  uat: '`true` when the slot has something for UAT.',
  records:
    'Folder with notes, checklist, rollback plan and log entry of what was deployed, as Markdown; empty when nothing was.',
  result: 'The whole result as JSON, `schema_version` 1.',
} as const;

/** The inputs, checked. `slot` is untrusted: whoever may dispatch the workflow writes it. */
const ActionInputs = z
  .object({
    command: z.enum(['t1', 't2', 'plan', 'rollback', 'hotfix'], {
      error: 'Input `command` has to be `t1`, `t2`, `rollback`, `hotfix` or `plan`.',
    }),
    phase: z.enum(['all', 'plan', 'uat', 'prod', 'answer'], {
      error: 'Input `phase` has to be `plan`, `uat`, `prod`, `answer` or `all`.',
    }),
    slot: z
      .string()
      .regex(/^(?:\d{4}-\d{2}-\d{2}\/T[12])?$/u, { error: 'Input `slot` has to look like `2026-11-20/T2`.' })
      .transform(orNull),
    release: z
      .string()
      .regex(/^(?:\d{4}-\d{2}-\d{2}-[A-Za-z0-9-]{1,80})?$/u, {
        error: 'Input `release` has to look like `2026-11-20-rollback-prod-2130`.',
      })
      .transform(orNull),
    token: z
      .string()
      .min(1, { error: 'Input `token` is empty: give the App’s token, or `${{ github.token }}`.' }),
    appSlug: z
      .string()
      .regex(/^[a-z0-9-]{0,100}$/u, { error: 'Input `app-slug` is no slug of an App.' })
      .transform(orNull),
    passEnvironment: z
      .string()
      .regex(/^[\w\s,]*$/u, { error: 'Input `pass-environment` has to be names of variables.' })
      .transform((names) => names.split(/[\s,]+/u).filter((name) => name !== '')),
    unsafe: z
      .string()
      .refine((reason) => reason === '' || /^\S+\s+\S+\s+\S/u.test(reason), {
        error: 'Input `unsafe` has to say why, in a sentence.',
      })
      .max(500, { error: 'Input `unsafe` is longer than 500 characters.' })
      .transform(orNull),
  })
  .refine(({ command, phase }) => command !== 't1' || phase !== 'prod', {
    error: 'T1 has no phase `prod`: it deploys to UAT only.',
  });
export type ActionInputs = z.infer<typeof ActionInputs>;

/** Reads and checks the inputs; gives one sentence a problem. */
export function parseInputs(
  read: (name: keyof typeof INPUTS) => string,
):
  | { readonly kind: 'inputs'; readonly inputs: ActionInputs }
  | { readonly kind: 'broken'; readonly problems: string[] } {
  const value = (name: keyof typeof INPUTS) => read(name).trim() || INPUTS[name].default;
  const parsed = ActionInputs.safeParse({
    command: value('command'),
    phase: value('phase'),
    slot: value('slot'),
    release: value('release'),
    token: value('token'),
    appSlug: value('app-slug'),
    passEnvironment: value('pass-environment'),
    unsafe: value('unsafe'),
  });
  if (parsed.success) return { kind: 'inputs', inputs: parsed.data };
  return { kind: 'broken', problems: parsed.error.issues.map((issue) => issue.message) };
}

function orNull(text: string): string | null {
  return text === '' ? null : text;
}
