import type { BranchProtectionRule, Ref, RefUpdateRule } from '@octokit/graphql-schema';
import { checkRepositoryNeed, type RepositoryNeed } from '../auth/permission.ts';
import type { BranchProtection } from '../model/protection.ts';
import type { Repository } from '../model/repository.ts';
import { READ_RULES } from '../rule/need.ts';
import { protectionOf } from '../rule/protection.ts';
import { isTargeted, rulesetsOf } from '../rule/store.ts';
import { connection, type PageArguments } from './connection.ts';
import type { Fields, Graph } from './graph.ts';
import { ruleNode } from './ruleset.ts';

const READ_PROTECTION: RepositoryNeed = { app: { administration: 'read' }, user: 'admin' };

/** What rules a ref: active rulesets, and of classic protection what everybody may see and what only admins may. */
export function refRuleFields(graph: Graph, repository: Repository, name: string) {
  const { world } = graph.kernel;
  const branch = /^refs\/heads\/(.+)$/.exec(name)?.[1];
  const protection = branch === undefined ? null : protectionOf(repository, branch);
  return {
    rules: (page: PageArguments) => {
      checkRepositoryNeed(world, graph.actor, { repository, need: READ_RULES });
      const items = rulesetsOf(repository)
        .filter((ruleset) => ruleset.enforcement === 'active' && isTargeted(repository, ruleset, name))
        .flatMap((ruleset) => ruleset.rules.map((rule) => ({ ruleset, rule })));
      return connection('RepositoryRuleConnection', page, {
        items,
        toNode: (each) => ruleNode(graph, repository, each),
      });
    },
    refUpdateRule: protection && updateRule(protection),
    branchProtectionRule: () => {
      if (protection === null) return null;
      checkRepositoryNeed(world, graph.actor, { repository, need: READ_PROTECTION });
      return protectionRule(graph, protection);
    },
  } satisfies Partial<Fields<Ref>>;
}

function updateRule({ branch, statusChecks, reviews }: BranchProtection) {
  return {
    __typename: 'RefUpdateRule',
    pattern: branch,
    requiredApprovingReviewCount: reviews?.count ?? null,
    requiredStatusCheckContexts: statusChecks?.checks.map(({ context }) => context) ?? null,
  } satisfies Partial<Fields<RefUpdateRule>>;
}

function protectionRule({ kernel }: Graph, { branch, statusChecks }: BranchProtection) {
  return {
    __typename: 'BranchProtectionRule',
    pattern: branch,
    requiresStatusChecks: statusChecks !== null,
    requiredStatusChecks: (statusChecks?.checks ?? []).map(({ context, appId }) => {
      const app = kernel.world.apps.find(({ id }) => id === appId);
      return {
        __typename: 'RequiredStatusCheckDescription',
        context,
        app: app === undefined ? null : { __typename: 'App', databaseId: app.id, slug: app.slug },
      };
    }),
  } satisfies Partial<Fields<BranchProtectionRule>>;
}
