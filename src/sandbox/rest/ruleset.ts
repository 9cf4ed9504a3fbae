import { numberFrom, readBody } from '../body.ts';
import { notFound } from '../error.ts';
import { paginate } from '../page.ts';
import { createRuleset, deleteRuleset, editRuleset } from '../rule/edit.ts';
import { rulesetChangeFormat, rulesetFormat } from '../rule/format.ts';
import { READ_RULES, WRITE_RULES } from '../rule/need.ts';
import { activeRulesets, findRuleset, rulesetsOf, ruleSuitesOf } from '../rule/store.ts';
import { created, noContent, ok, route } from '../route.ts';
import {
  serialiseRulesetFor,
  serialiseRulesetSimple,
  serialiseSuite,
  serialiseSuiteSimple,
} from '../serialise/ruleset.ts';
import { fullNameOf } from '../world.ts';

const RULESET = '/repos/{owner}/{repo}/rulesets/{ruleset_id}';

/** Rulesets of a repository, what they come to on a branch, and how they judged what was pushed. */
export const rulesetRoutes = [
  route({
    on: 'GET /repos/{owner}/{repo}/rulesets',
    needs: READ_RULES,
    answer: (call) => {
      const { kernel, repository } = call;
      const { items, headers } = paginate(call, rulesetsOf(repository));
      return ok(
        items.map((ruleset) => serialiseRulesetSimple(kernel, repository, ruleset)),
        headers,
      );
    },
  }),
  route({
    on: 'POST /repos/{owner}/{repo}/rulesets',
    needs: WRITE_RULES,
    answer: (call) => {
      const { kernel, repository, actor } = call;
      const ruleset = createRuleset(kernel, repository, { given: readBody(call, rulesetFormat), actor });
      return created(serialiseRulesetFor(kernel, repository, { ruleset, actor }));
    },
  }),
  route({
    on: `GET ${RULESET}`,
    needs: READ_RULES,
    answer: ({ kernel, repository, actor, params }) => {
      const ruleset = findRuleset(repository, numberFrom(params.ruleset_id));
      return ok(serialiseRulesetFor(kernel, repository, { ruleset, actor }));
    },
  }),
  route({
    on: `PUT ${RULESET}`,
    needs: WRITE_RULES,
    answer: (call) => {
      const { kernel, repository, actor, params } = call;
      const ruleset = findRuleset(repository, numberFrom(params.ruleset_id));
      editRuleset(kernel, { repository, ruleset }, { change: readBody(call, rulesetChangeFormat), actor });
      return ok(serialiseRulesetFor(kernel, repository, { ruleset, actor }));
    },
  }),
  route({
    on: `DELETE ${RULESET}`,
    needs: WRITE_RULES,
    answer: ({ kernel, repository, actor, params }) => {
      const ruleset = findRuleset(repository, numberFrom(params.ruleset_id));
      deleteRuleset(kernel, { repository, ruleset }, actor);
      return noContent();
    },
  }),
  route({
    on: 'GET /repos/{owner}/{repo}/rules/branches/{branch}',
    needs: READ_RULES,
    answer: (call) => {
      const { kernel, repository, params } = call;
      const source = {
        ruleset_source_type: 'Repository' as const,
        ruleset_source: fullNameOf(kernel.world, repository),
      };
      const rules = activeRulesets(repository, params.branch).flatMap((one) =>
        one.rules.map((rule) => ({ ...rule, ...source, ruleset_id: one.id })),
      );
      const { items, headers } = paginate(call, rules);
      return ok(items, headers);
    },
  }),
  route({
    on: 'GET /repos/{owner}/{repo}/rulesets/rule-suites',
    needs: WRITE_RULES,
    answer: (call) => {
      const { kernel, repository, query } = call;
      const shown = ruleSuitesOf(repository)
        .map((suite) => serialiseSuiteSimple(kernel, repository, suite))
        .filter((suite) => isAsked(suite, query))
        .toReversed();
      const { items, headers } = paginate(call, shown);
      return ok(items, headers);
    },
  }),
  route({
    on: 'GET /repos/{owner}/{repo}/rulesets/rule-suites/{rule_suite_id}',
    needs: WRITE_RULES,
    answer: ({ kernel, repository, params }) => {
      const id = numberFrom(params.rule_suite_id);
      const suite = ruleSuitesOf(repository).find((one) => one.id === id);
      if (!suite) throw notFound();
      return ok(serialiseSuite(kernel, repository, suite));
    },
  }),
];

/** `time_period` is not looked at: everything is of the time that was asked for. */
function isAsked(suite: ReturnType<typeof serialiseSuiteSimple>, query: URLSearchParams): boolean {
  const asks = (name: string, value: string): boolean => [null, 'all', '', value].includes(query.get(name));
  return (
    asks('actor_name', suite.actor_name) &&
    asks('rule_suite_result', suite.result) &&
    (asks('ref', suite.ref) || asks('ref', suite.ref.replace('refs/heads/', '')))
  );
}
