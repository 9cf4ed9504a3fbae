import { z } from 'zod';
import { numberFrom, readBody } from '../body.ts';
import { availableRuleApps, enableCustomRule, findCustomRule } from '../environment/custom-rule.ts';
import { environmentNamed } from '../environment/store.ts';
import { paginate } from '../page.ts';
import { created, noContent, ok, route } from '../route.ts';
import { serialiseCustomRule, serialiseRuleApp } from '../serialise/environment.ts';
import { READ_ENVIRONMENTS, WRITE_ENVIRONMENTS } from './environment.ts';

const NewRule = z.object({ integration_id: z.number().int() });

/** The Apps whose word an environment asks for. */
export const environmentRuleRoutes = [
  route({
    on: 'GET /repos/{owner}/{repo}/environments/{environment_name}/deployment_protection_rules',
    needs: READ_ENVIRONMENTS,
    answer: ({ kernel, repository, params }) => {
      const { customRules } = environmentNamed(repository, params.environment_name);
      const rules = customRules.map((one) => serialiseCustomRule(kernel, one));
      return ok({ total_count: rules.length, custom_deployment_protection_rules: rules });
    },
  }),
  route({
    on: 'POST /repos/{owner}/{repo}/environments/{environment_name}/deployment_protection_rules',
    needs: WRITE_ENVIRONMENTS,
    answer: (call) => {
      const { kernel, repository, params } = call;
      const environment = environmentNamed(repository, params.environment_name);
      const { integration_id: appId } = readBody(call, NewRule);
      return created(
        serialiseCustomRule(kernel, enableCustomRule(kernel, { repository, environment }, appId)),
      );
    },
  }),
  route({
    on: 'GET /repos/{owner}/{repo}/environments/{environment_name}/deployment_protection_rules/apps',
    needs: { app: { administration: 'read' }, user: 'admin' },
    answer: (call) => {
      const { kernel, repository, params } = call;
      environmentNamed(repository, params.environment_name);
      const apps = availableRuleApps(kernel.world, repository);
      const { items, headers } = paginate(call, apps);
      return ok(
        {
          total_count: apps.length,
          available_custom_deployment_protection_rule_integrations: items.map((one) =>
            serialiseRuleApp(kernel, one),
          ),
        },
        headers,
      );
    },
  }),
  route({
    on: 'GET /repos/{owner}/{repo}/environments/{environment_name}/deployment_protection_rules/{protection_rule_id}',
    needs: READ_ENVIRONMENTS,
    answer: ({ kernel, repository, params }) => {
      const environment = environmentNamed(repository, params.environment_name);
      return ok(
        serialiseCustomRule(kernel, findCustomRule(environment, numberFrom(params.protection_rule_id))),
      );
    },
  }),
  route({
    on: 'DELETE /repos/{owner}/{repo}/environments/{environment_name}/deployment_protection_rules/{protection_rule_id}',
    needs: WRITE_ENVIRONMENTS,
    answer: ({ repository, params }) => {
      const environment = environmentNamed(repository, params.environment_name);
      const rule = findCustomRule(environment, numberFrom(params.protection_rule_id));
      environment.customRules.splice(environment.customRules.indexOf(rule), 1);
      return noContent();
    },
  }),
];
