import { GATE_CHECKS } from '../../src/domain/gate.ts';
import type { Shop } from './e2e-shop.ts';

/** A check that a branch demands besides the App's own. */
export interface DemandedCheck {
  readonly context: string;
  readonly integration_id: number;
}

/** Both branches take only what the App's check is green on, and what else is demanded; nobody may bypass. */
export async function demandGate(shop: Shop, others: readonly DemandedCheck[] = []): Promise<void> {
  const { octokit, at } = shop.scene.actor('ada');
  const app = shop.demo.sandbox.world.apps.find(({ slug }) => slug === 'tonic-deploy');
  for (const environment of ['uat', 'prod'] as const) {
    await octokit.rest.repos.createRepoRuleset({
      ...at,
      name: `tonic: ${environment}`,
      target: 'branch',
      enforcement: 'active',
      conditions: { ref_name: { include: [`refs/heads/${shop.demo.branches[environment]}`], exclude: [] } },
      rules: [
        { type: 'deletion' },
        { type: 'non_fast_forward' },
        {
          type: 'required_status_checks',
          parameters: {
            strict_required_status_checks_policy: false,
            required_status_checks: [
              { context: GATE_CHECKS[environment], integration_id: app?.id ?? 0 },
              ...others,
            ],
          },
        },
      ],
    });
  }
}
