import type { Shop } from './e2e-shop.ts';

/** A check that a branch demands besides the App's own. */
interface DemandedCheck {
  readonly context: string;
  readonly integration_id: number;
}

/** Both branches take only what these checks are green on, besides what the set-up demands; nobody may bypass. */
export async function demandChecks(shop: Shop, checks: readonly DemandedCheck[]): Promise<void> {
  const { octokit, at } = shop.scene.actor('ada');
  const include = Object.values(shop.demo.branches).map((branch) => `refs/heads/${branch}`);
  await octokit.rest.repos.createRepoRuleset({
    ...at,
    name: 'tests',
    target: 'branch',
    enforcement: 'active',
    conditions: { ref_name: { include, exclude: [] } },
    rules: [
      {
        type: 'required_status_checks',
        parameters: { strict_required_status_checks_policy: false, required_status_checks: [...checks] },
      },
    ],
  });
}

/** Nobody may push to a branch, by a ruleset of the name `closed`. */
export async function closeBranch(shop: Shop, branch: string): Promise<void> {
  const { octokit, at } = shop.scene.actor('ada');
  await octokit.rest.repos.createRepoRuleset({
    ...at,
    name: 'closed',
    target: 'branch',
    enforcement: 'active',
    conditions: { ref_name: { include: [`refs/heads/${branch}`], exclude: [] } },
    rules: [{ type: 'update' }],
  });
}

/** Ada switches a ruleset on or off. */
export async function switchRules(
  shop: Shop,
  name: string,
  enforcement: 'active' | 'disabled',
): Promise<void> {
  const { octokit, at } = shop.scene.actor('ada');
  const { data: rulesets } = await octokit.rest.repos.getRepoRulesets(at);
  const found = rulesets.find((ruleset) => ruleset.name === name);
  if (found === undefined) throw new Error(`there is no ruleset ${name}`);
  await octokit.rest.repos.updateRepoRuleset({ ...at, ruleset_id: found.id, enforcement });
}
