import type { Person } from '../domain/person.ts';
import { ENVIRONMENTS, type EnvironmentName } from '../domain/policy.ts';
import { branchAlert } from '../domain/text/alert.ts';
import type { Context } from './context.ts';
import { raiseAlert } from './raise-alert.ts';

/** Tells the admins when somebody moved the branch of an environment back by force, or deleted it. */
export async function guardBranch(
  context: Context,
  moved: {
    readonly branch: string;
    readonly head: string;
    readonly how: 'rewound' | 'deleted';
    readonly by: Person | null;
  },
): Promise<void> {
  const setting = await context.configuration.load();
  const environment = ENVIRONMENTS.find(
    (name): name is EnvironmentName => setting.policy.environments[name].branch === moved.branch,
  );
  if (environment === undefined) return;
  await raiseAlert(context, setting, branchAlert({ ...moved, environment }));
}
