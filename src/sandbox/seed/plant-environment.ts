import { availableRuleApps, enableCustomRule } from '../environment/custom-rule.ts';
import { protectEnvironment } from '../environment/protect.ts';
import { addRefPattern } from '../environment/ref-policy.ts';
import { environmentNamed, obtainEnvironment } from '../environment/store.ts';
import type { Reviewer } from '../model/environment.ts';
import type { Repository } from '../model/repository.ts';
import type { Kernel } from '../sandbox.ts';
import { accountOf, findAccount } from '../world.ts';
import { SeedError } from './error.ts';
import type { SeedEnvironment } from './format.ts';

/** Adds one environment of a seed with what protects it, but for the rules that are Apps: these come last. */
export function plantEnvironment(kernel: Kernel, repository: Repository, given: SeedEnvironment): void {
  const environment = obtainEnvironment(kernel, repository, given.name);
  const patterns = Array.isArray(given.branches) ? given.branches : [];
  protectEnvironment(
    kernel,
    { repository, environment },
    {
      waitMinutes: given.wait_minutes,
      reviewers: given.reviewers?.map((name) => reviewerNamed(kernel, repository, name)),
      preventSelfReview: given.prevent_self_review,
      canAdminsBypass: given.can_admins_bypass,
      refPolicy: Array.isArray(given.branches) ? 'patterns' : given.branches,
    },
  );
  for (const name of patterns) addRefPattern(kernel, environment, { name, type: 'branch' });
}

/** Makes the Apps that a seed names the rules of an environment. @throws SeedError for an App that is not there. */
export function plantCustomRules(kernel: Kernel, repository: Repository, given: SeedEnvironment): void {
  const environment = environmentNamed(repository, given.name);
  for (const slug of given.protection_rules) {
    const app = availableRuleApps(kernel.world, repository).find((one) => one.slug === slug);
    if (!app) throw new SeedError(`environment ${given.name}: no App ${slug} is there that can be a rule`);
    enableCustomRule(kernel, { repository, environment }, app.id);
  }
}

function reviewerNamed({ world }: Kernel, repository: Repository, name: string): Reviewer {
  const team = accountOf(world, repository.ownerId).organization?.teams.find((one) => one.slug === name);
  const id = team?.id ?? findAccount(world, name)?.id;
  if (id === undefined) throw new SeedError(`there is no reviewer ${name}`);
  return { type: team ? 'Team' : 'User', id };
}
