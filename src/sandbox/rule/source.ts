import type { Actor } from '../auth/actor.ts';
import type { Repository } from '../model/repository.ts';
import type { World } from '../world.ts';
import { bypassOf, type RuleSource } from './bypass.ts';
import type { RuleOf, RuleType } from './format.ts';
import { demandsOf, protectionOf, protectionSources } from './protection.ts';
import { activeRulesets, isTargeted, rulesetsOf } from './store.ts';

/** Everything that rules a ref for an actor; what is disabled is left out. */
export function sourcesFor(
  world: World,
  repository: Repository,
  { ref, actor }: { ref: string; actor: Actor },
): RuleSource[] {
  const rulesets = rulesetsOf(repository).flatMap((ruleset) => {
    const { enforcement, rules, bypassActors: actors } = ruleset;
    if (enforcement === 'disabled' || !isTargeted(repository, ruleset, ref)) return [];
    const from = { type: 'ruleset' as const, id: ruleset.id, name: ruleset.name };
    return [{ from, enforcement, rules, bypass: bypassOf(world, actor, { repository, actors }) }];
  });
  const branch = /^refs\/heads\/(.+)$/.exec(ref)?.[1];
  return branch ? [...rulesets, ...protectionSources(world, repository, { branch, actor })] : rulesets;
}

/** The enforced rules of one kind over a branch, whoever moves it. */
export function rulesOver<Type extends RuleType>(
  repository: Repository,
  { branch, type }: { branch: string; type: Type },
): RuleOf<Type>[] {
  const protection = protectionOf(repository, branch);
  return activeRulesets(repository, branch)
    .flatMap((one) => one.rules)
    .concat(protection ? demandsOf(protection) : [])
    .filter((rule): rule is RuleOf<Type> => rule.type === type);
}
