import type {
  Repository as RepositoryType,
  RepositoryRule,
  RepositoryRuleset,
  RepositoryRulesetBypassActor,
} from '@octokit/graphql-schema';
import { checkRepositoryNeed, meets } from '../auth/permission.ts';
import type { Repository } from '../model/repository.ts';
import type { Ruleset } from '../model/ruleset.ts';
import { ROLE_NUMBERS } from '../rule/bypass.ts';
import type { BypassActor, Rule, RuleType } from '../rule/format.ts';
import { READ_RULES, WRITE_RULES } from '../rule/need.ts';
import { rulesetsOf } from '../rule/store.ts';
import { accountOf, nodeIdOf } from '../world.ts';
import { connection, type PageArguments } from './connection.ts';
import type { Fields, Graph, Node } from './graph.ts';

/** The fields of a repository that lead to its rulesets. */
export function rulesetFields(graph: Graph, repository: Repository) {
  return {
    rulesets: (page: PageArguments) => {
      checkRepositoryNeed(graph.kernel.world, graph.actor, { repository, need: READ_RULES });
      return connection('RepositoryRulesetConnection', page, {
        items: rulesetsOf(repository),
        toNode: (ruleset) => rulesetNode(graph, repository, ruleset),
      });
    },
  } satisfies Partial<Fields<RepositoryType>>;
}

function rulesetNode(graph: Graph, repository: Repository, ruleset: Ruleset): Node {
  const { include, exclude } = ruleset;
  return {
    __typename: 'RepositoryRuleset',
    id: ruleset.nodeId,
    databaseId: ruleset.id,
    name: ruleset.name,
    target: 'BRANCH',
    enforcement: ruleset.enforcement.toUpperCase(),
    createdAt: ruleset.createdAt,
    updatedAt: ruleset.updatedAt,
    source: () => graph.repository(repository),
    conditions: {
      __typename: 'RepositoryRuleConditions',
      refName: { __typename: 'RefNameConditionTarget', include, exclude },
    },
    rules: (query: PageArguments & { type?: string | null }) =>
      connection('RepositoryRuleConnection', query, {
        items: ruleset.rules.filter(({ type }) => !query.type || type.toUpperCase() === query.type),
        toNode: (rule) => ruleNode(graph, repository, { ruleset, rule }),
      }),
    bypassActors: (page: PageArguments) => {
      const need = WRITE_RULES;
      if (!meets(graph.kernel.world, graph.actor, { repository, need })) return null;
      return connection('RepositoryRulesetBypassActorConnection', page, {
        items: ruleset.bypassActors,
        toNode: (listed) => bypassNode(graph, repository, { ruleset, listed }),
      });
    },
  } satisfies Fields<RepositoryRuleset>;
}

const PARAMETERS: { readonly [Type in RuleType]?: string } = {
  merge_queue: 'MergeQueueParameters',
  pull_request: 'PullRequestParameters',
  required_deployments: 'RequiredDeploymentsParameters',
  required_status_checks: 'RequiredStatusChecksParameters',
  update: 'UpdateParameters',
};

/** A rule of a ruleset. */
export function ruleNode(
  graph: Graph,
  repository: Repository,
  { ruleset, rule }: { ruleset: Ruleset; rule: Rule },
): Node {
  const parameters = 'parameters' in rule ? rule.parameters : undefined;
  return {
    __typename: 'RepositoryRule',
    id: nodeIdOf('RepositoryRule', ruleset.id * 100 + ruleset.rules.indexOf(rule)),
    type: rule.type.toUpperCase(),
    parameters: parameters ? { __typename: PARAMETERS[rule.type], ...inCamelCase(parameters) } : null,
    repositoryRuleset: () => rulesetNode(graph, repository, ruleset),
  } satisfies Fields<RepositoryRule>;
}

/** GraphQL has the same parameters as REST, under names without underscores. */
function inCamelCase(parameters: object): object {
  const entries = Object.entries(parameters).map(([name, value]: [string, unknown]) => [
    name.replaceAll(/_([a-z])/g, (_, letter: string) => letter.toUpperCase()),
    Array.isArray(value) ? value.map(itemInCamelCase) : value,
  ]);
  return Object.fromEntries(entries);
}

/** The only objects in a list are status checks; an App that REST leaves out is null here. */
function itemInCamelCase(item: unknown): unknown {
  return typeof item === 'object' ? inCamelCase({ integration_id: null, ...item }) : item;
}

/** The published enum has no word for `exempt`: such an actor shows without a mode, and REST tells it. */
function bypassNode(
  graph: Graph,
  repository: Repository,
  { ruleset, listed }: { ruleset: Ruleset; listed: BypassActor },
): Node {
  const { actor_type: type, actor_id: id, bypass_mode: mode } = listed;
  const isRole = type === 'RepositoryRole';
  return {
    __typename: 'RepositoryRulesetBypassActor',
    id: nodeIdOf('RepositoryRulesetBypassActor', ruleset.id * 100 + ruleset.bypassActors.indexOf(listed)),
    actor: () => actorNode(graph, repository, listed),
    bypassMode: mode === 'exempt' ? null : mode.toUpperCase(),
    deployKey: type === 'DeployKey',
    organizationAdmin: type === 'OrganizationAdmin',
    repositoryRoleDatabaseId: isRole ? id : null,
    repositoryRoleName: isRole ? (ROLE_NUMBERS[id ?? 0] ?? null) : null,
    repositoryRuleset: () => rulesetNode(graph, repository, ruleset),
  } satisfies Fields<RepositoryRulesetBypassActor>;
}

/** Only Apps and teams can be shown as actors. */
function actorNode(
  { kernel }: Graph,
  repository: Repository,
  { actor_type: type, actor_id: id }: BypassActor,
): Node | null {
  const app = type === 'Integration' ? kernel.world.apps.find((one) => one.id === id) : undefined;
  if (app) return { __typename: 'App', id: app.nodeId, databaseId: app.id, slug: app.slug, name: app.name };
  const teams = accountOf(kernel.world, repository.ownerId).organization?.teams ?? [];
  const team = type === 'Team' ? teams.find((one) => one.id === id) : undefined;
  if (!team) return null;
  return { __typename: 'Team', id: team.nodeId, databaseId: team.id, slug: team.slug, name: team.name };
}
