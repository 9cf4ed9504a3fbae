import type { Shop } from './e2e-shop.ts';

/** Takes the App's rules off the environments: a shop on a plan that has no such rules. */
export async function withoutRules(shop: Shop): Promise<void> {
  const { octokit, at } = shop.scene.actor('ada');
  for (const environment_name of ['uat', 'prod']) {
    const place = { ...at, environment_name };
    const { data } = await octokit.rest.repos.getAllDeploymentProtectionRules(place);
    for (const { id } of data.custom_deployment_protection_rules ?? []) {
      await octokit.rest.repos.disableDeploymentProtectionRule({ ...place, protection_rule_id: id });
    }
  }
}
