import { covers } from '../auth/permission.ts';
import { notFound, unprocessable } from '../error.ts';
import type { App, Permissions } from '../model/app.ts';
import type { CustomRule, Environment } from '../model/environment.ts';
import type { Repository } from '../model/repository.ts';
import type { Kernel } from '../sandbox.ts';
import { nextIdentity, reaches, type World } from '../world.ts';
import type { EnvironmentPlace } from './store.ts';

/** Source: docs.github.com, "Deployments and environments", the note on GitHub Apps-based rules. */
const MAX_CUSTOM_RULES = 6;

/** What an App needs to be a rule. Source: docs.github.com, "Creating custom deployment protection rules". */
const NEEDED: Permissions = { actions: 'read', deployments: 'write' };

/** The Apps that can be enabled on the environments of a repository: installed there, with the permissions and the event. */
export function availableRuleApps(world: World, repository: Repository): App[] {
  return world.installations.flatMap((installation) => {
    const subscribed = ['*', 'deployment_protection_rule'].some((one) => installation.events.includes(one));
    if (!subscribed || !reaches(installation, repository) || !covers(installation.permissions, NEEDED))
      return [];
    return world.apps.filter((app) => app.id === installation.appId);
  });
}

/**
 * Makes an App's word a condition of an environment.
 *
 * @throws ApiError 422 for an App that cannot be one, is one already, or would be the seventh. GitHub does not document
 * its answer to these.
 */
export function enableCustomRule(
  kernel: Kernel,
  { repository, environment }: EnvironmentPlace,
  appId: number,
): CustomRule {
  const { customRules } = environment;
  if (!availableRuleApps(kernel.world, repository).some((app) => app.id === appId))
    throw unprocessable(`Integration ${appId} is not available as a deployment protection rule.`);
  if (customRules.some((one) => one.appId === appId))
    throw unprocessable(`Integration ${appId} is already enabled for ${environment.name}.`);
  if (customRules.length >= MAX_CUSTOM_RULES)
    throw unprocessable(
      `A maximum of ${MAX_CUSTOM_RULES} deployment protection rules can be enabled on an environment.`,
    );
  const rule = { ...nextIdentity(kernel.world, 'Gate'), appId };
  customRules.push(rule);
  return rule;
}

/** The custom rule of an environment with this id. @throws ApiError 404. */
export function findCustomRule(environment: Environment, id: number): CustomRule {
  const rule = environment.customRules.find((one) => one.id === id);
  if (!rule) throw notFound();
  return rule;
}
