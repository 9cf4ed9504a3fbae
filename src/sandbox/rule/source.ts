import type { Actor } from '../auth/actor.ts';
import type { Repository } from '../model/repository.ts';
import type { RuleEvaluation } from '../model/ruleset.ts';
import type { World } from '../world.ts';
import { bypassOf, type Bypass } from './bypass.ts';
import type { Rule, RuleOf, RuleType } from './format.ts';
import { isTargeted, rulesetsOf } from './store.ts';

/** Rules over one ref, where they stand written, and whether the one who moves it may pass them by. */
export interface RuleSource {
  from: RuleEvaluation['source'];
  enforcement: RuleEvaluation['enforcement'];
  rules: Rule[];
  bypass: Bypass;
}

/** Everything that rules a ref for an actor; what is disabled is left out. */
export function sourcesFor(
  world: World,
  repository: Repository,
  { ref, actor }: { ref: string; actor: Actor },
): RuleSource[] {
  return rulesetsOf(repository).flatMap((ruleset) => {
    const { enforcement, rules, bypassActors: actors } = ruleset;
    if (enforcement === 'disabled' || !isTargeted(repository, ruleset, ref)) return [];
    const from = { type: 'ruleset' as const, id: ruleset.id, name: ruleset.name };
    return [{ from, enforcement, rules, bypass: bypassOf(world, actor, { repository, actors }) }];
  });
}

/** The enforced rules of one kind over a branch, whoever moves it. */
export function rulesOver<Type extends RuleType>(
  repository: Repository,
  { branch, type }: { branch: string; type: Type },
): RuleOf<Type>[] {
  return rulesetsOf(repository)
    .filter((one) => one.enforcement === 'active' && isTargeted(repository, one, `refs/heads/${branch}`))
    .flatMap((one) => one.rules)
    .filter((rule): rule is RuleOf<Type> => rule.type === type);
}
