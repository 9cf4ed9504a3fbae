import type { Author } from '../auth/author.ts';
import type { Repository } from '../model/repository.ts';
import type { Ruleset } from '../model/ruleset.ts';
import type { Kernel } from '../sandbox.ts';
import type { Rule } from './format.ts';
import { conditionsOf, serialiseRuleset } from '../serialise/ruleset.ts';
import { emit } from '../webhook/emit.ts';

/** What happened to a ruleset. */
type RulesetEvent = { author: Author } & (
  | { action: 'created' | 'deleted' }
  | { action: 'edited'; changes: ReturnType<typeof changesOf> }
);

/** Sends `repository_ruleset`. */
export function announceRuleset(
  kernel: Kernel,
  { repository, ruleset }: { repository: Repository; ruleset: Ruleset },
  event: RulesetEvent,
): void {
  const { author } = event;
  const where = { repository, sender: author.account, workflowRunId: author.workflowRunId };
  const body = { repository_ruleset: serialiseRuleset(kernel, repository, ruleset) };
  switch (event.action) {
    case 'created':
      return emit(kernel, 'repository-ruleset/created', { ...where, body });
    case 'deleted':
      return emit(kernel, 'repository-ruleset/deleted', { ...where, body });
    case 'edited':
      return emit(kernel, 'repository-ruleset/edited', {
        ...where,
        body: { ...body, changes: event.changes },
      });
  }
}

/** What an edit replaced, as the webhook tells it: a change of the bypass list is not in it, as in the published payload. */
export function changesOf(before: Ruleset, after: Ruleset) {
  return {
    ...(before.name === after.name ? {} : { name: { from: before.name } }),
    ...(before.enforcement === after.enforcement ? {} : { enforcement: { from: before.enforcement } }),
    ...(isSame(conditionsOf(before), conditionsOf(after))
      ? {}
      : { conditions: { updated: [conditionChange(before, after)] } }),
    ...(isSame(before.rules, after.rules) ? {} : { rules: ruleChanges(before, after) }),
  };
}

function conditionChange(before: Ruleset, after: Ruleset) {
  return {
    condition: conditionsOf(after),
    changes: { include: { from: before.include }, exclude: { from: before.exclude } },
  };
}

function ruleChanges(before: Ruleset, after: Ruleset) {
  return {
    added: after.rules.filter((rule) => !ofType(before.rules, rule.type)),
    deleted: before.rules.filter((rule) => !ofType(after.rules, rule.type)),
    updated: after.rules.flatMap((rule) => {
      const old = ofType(before.rules, rule.type);
      if (!old || isSame(old, rule)) return [];
      return [{ rule, changes: { configuration: { from: JSON.stringify(old) } } }];
    }),
  };
}

function ofType(rules: Rule[], type: Rule['type']): Rule | undefined {
  return rules.find((rule) => rule.type === type);
}

function isSame(one: object, other: object): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}
