/** The inputs of the action: one list, compared with action.yml in a test. */
export const INPUTS = {
  command: {
    description: 'What to do: `t1`, `t2`, or `plan` to see what the next T1 and T2 would do.',
    required: true,
    default: '',
  },
  phase: {
    description: 'Which part of a slot: `plan`, `uat`, `prod`, or `all` to run it whole in one job.',
    required: false,
    default: 'all',
  },
  slot: {
    description: 'The slot, such as `2026-11-20/T2`; empty means the one that is due.',
    required: false,
    default: '',
  },
  token: {
    description: 'Token of the GitHub App, or `github.token` in Actions-only mode.',
    required: true,
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
  result: 'The whole result as JSON, `schema_version` 1.',
} as const;

export interface ActionInputs {
  readonly command: 't1' | 't2' | 'plan';
  readonly phase: 'all' | 'plan' | 'uat' | 'prod';
  /** Untrusted: whoever may dispatch the workflow writes it. */
  readonly slot: string | null;
  readonly token: string;
  readonly appSlug: string | null;
}

/** Reads and checks the inputs; gives one sentence a problem. */
export function parseInputs(
  read: (name: keyof typeof INPUTS) => string,
):
  | { readonly kind: 'inputs'; readonly inputs: ActionInputs }
  | { readonly kind: 'broken'; readonly problems: string[] } {
  const command = oneOf(read('command').trim(), ['t1', 't2', 'plan'] as const);
  const phase = oneOf(read('phase').trim() || INPUTS.phase.default, ['all', 'plan', 'uat', 'prod'] as const);
  const slot = read('slot').trim();
  const token = read('token').trim();
  const appSlug = read('app-slug').trim();
  const problems = [
    ...(command === null ? ['Input `command` has to be `t1`, `t2` or `plan`.'] : []),
    ...(phase === null ? ['Input `phase` has to be `plan`, `uat`, `prod` or `all`.'] : []),
    ...(command === 't1' && phase === 'prod' ? ['T1 has no phase `prod`: it deploys to UAT only.'] : []),
    ...(slot !== '' && !/^\d{4}-\d{2}-\d{2}\/T[12]$/u.test(slot)
      ? ['Input `slot` has to look like `2026-11-20/T2`.']
      : []),
    ...(token === '' ? ['Input `token` is empty: give the App’s token, or `${{ github.token }}`.'] : []),
    ...(appSlug !== '' && !/^[a-z0-9-]{1,100}$/u.test(appSlug)
      ? ['Input `app-slug` is no slug of an App.']
      : []),
  ];
  if (problems.length > 0 || command === null || phase === null) return { kind: 'broken', problems };
  return {
    kind: 'inputs',
    inputs: {
      command,
      phase,
      slot: slot === '' ? null : slot,
      token,
      appSlug: appSlug === '' ? null : appSlug,
    },
  };
}

function oneOf<const T extends string>(word: string, known: readonly T[]): T | null {
  return known.find((each) => each === word) ?? null;
}
