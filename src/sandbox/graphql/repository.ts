import type {
  Repository as RepositoryType,
  RepositoryDeploymentsArgs,
  RepositoryIssueArgs,
  RepositoryIssuesArgs,
  RepositoryLabelArgs,
  RepositoryLabelsArgs,
  RepositoryObjectArgs,
  RepositoryPullRequestArgs,
  RepositoryPullRequestsArgs,
  RepositoryRefArgs,
  RepositoryRefsArgs,
} from '@octokit/graphql-schema';
import { checkRepositoryNeed, type RepositoryNeed } from '../auth/permission.ts';
import { atLeast, roleOf } from '../auth/role.ts';
import { READ_DEPLOYMENTS } from '../deployment/create.ts';
import { deploymentsOf } from '../deployment/store.ts';
import { isFork } from '../fork/network.ts';
import { listRefs } from '../git/ref.ts';
import { findLabel } from '../issue/find.ts';
import { listIssues, readSince, type IssueFilter } from '../issue/list.ts';
import { READ_ISSUES } from '../issue/need.ts';
import type { Issue } from '../model/issue.ts';
import type { Repository } from '../model/repository.ts';
import { findPull, type PullPlace } from '../pull/state.ts';
import { accountOf, fullNameOf } from '../world.ts';
import { connection, type PageArguments } from './connection.ts';
import { failure } from './failure.ts';
import type { Fields, Graph, Node } from './graph.ts';
import { queueFields } from './queue.ts';
import { rulesetFields } from './ruleset.ts';

const READ_CONTENTS: RepositoryNeed = { app: { contents: 'read' }, user: 'read' };
const READ_PULLS: RepositoryNeed = { app: { pull_requests: 'read' }, user: 'read' };

/** A repository and everything in it, each part behind the permission it needs. */
export function repositoryNode(graph: Graph, repository: Repository): Node {
  const { world, urls } = graph.kernel;
  return {
    __typename: 'Repository',
    id: repository.nodeId,
    databaseId: repository.id,
    name: repository.name,
    nameWithOwner: fullNameOf(world, repository),
    owner: () => graph.account(accountOf(world, repository.ownerId)),
    description: repository.description,
    url: urls.webRepository(repository),
    isPrivate: repository.private,
    isArchived: repository.archived,
    isFork: isFork(repository),
    visibility: repository.private ? 'PRIVATE' : 'PUBLIC',
    createdAt: repository.createdAt,
    updatedAt: repository.updatedAt,
    pushedAt: repository.pushedAt,
    viewerPermission: () => viewerPermission(graph, repository),
    ...gitFields(graph, repository),
    ...issueFields(graph, repository),
    ...pullFields(graph, repository),
    ...rulesetFields(graph, repository),
    ...queueFields(graph, repository),
    deployments: (query: RepositoryDeploymentsArgs) => {
      allow(graph, repository, READ_DEPLOYMENTS);
      return deploymentsIn(graph, repository, query);
    },
    collaborators: (page: PageArguments) => collaboratorsOf(graph, repository, page),
  } satisfies Fields<RepositoryType>;
}

function allow({ kernel, actor }: Graph, repository: Repository, need: RepositoryNeed): void {
  checkRepositoryNeed(kernel.world, actor, { repository, need });
}

function gitFields(graph: Graph, repository: Repository) {
  const refAt = async (name: string) => {
    const found = await graph.kernel.git.reader(repository).info(name);
    return found && graph.ref(repository, { name, sha: found.sha });
  };
  return {
    object: ({ expression, oid }: RepositoryObjectArgs) => {
      allow(graph, repository, READ_CONTENTS);
      return graph.gitObject(repository, String(oid ?? expression ?? ''));
    },
    ref: ({ qualifiedName }: RepositoryRefArgs) => {
      allow(graph, repository, READ_CONTENTS);
      return refAt(fullRefName(qualifiedName));
    },
    refs: async (query: RepositoryRefsArgs) => {
      allow(graph, repository, READ_CONTENTS);
      const refs = await listRefs(graph.kernel.git.open(repository), query.refPrefix);
      return connection('RefConnection', query, {
        items: refs,
        toNode: ({ ref, sha }) => graph.ref(repository, { name: ref, sha }),
      });
    },
    defaultBranchRef: () => refAt(`refs/heads/${repository.defaultBranch}`),
  };
}

function issueFields(graph: Graph, repository: Repository) {
  return {
    issue: ({ number }: RepositoryIssueArgs) => {
      allow(graph, repository, READ_ISSUES);
      const issue = repository.issues.find((one) => one.number === number && !one.isPull);
      if (!issue) throw failure('NOT_FOUND', `Could not resolve to an Issue with the number of ${number}.`);
      return graph.issue({ repository, issue });
    },
    issueOrPullRequest: ({ number }: RepositoryIssueArgs) => {
      allow(graph, repository, READ_ISSUES);
      const issue = repository.issues.find((one) => one.number === number);
      if (issue) return graph.issue({ repository, issue });
      throw failure(
        'NOT_FOUND',
        `Could not resolve to an issue or pull request with the number of ${number}.`,
      );
    },
    issues: (query: RepositoryIssuesArgs) => {
      allow(graph, repository, READ_ISSUES);
      return issuesOf(graph, repository, query);
    },
    label: ({ name }: RepositoryLabelArgs) => {
      const label = findLabel(repository, name);
      return label && graph.label(repository, label);
    },
    labels: (query: RepositoryLabelsArgs) =>
      connection('LabelConnection', query, {
        // A fuzzy match on GitHub; whoever wants one name has to filter it.
        items: repository.labels.filter(({ name }) =>
          name.toLowerCase().includes((query.query ?? '').toLowerCase()),
        ),
        toNode: (label) => graph.label(repository, label),
      }),
  };
}

function issuesOf(graph: Graph, repository: Repository, query: RepositoryIssuesArgs) {
  const filterBy = query.filterBy ?? {};
  const { labels = filterBy.labels, states = filterBy.states } = query;
  const order = orderOf(query.orderBy);
  const all = listIssues(graph.kernel.world, repository, {
    state: 'all',
    labels: [],
    sinceMs: readSince(filterBy.since ? String(filterBy.since) : null),
    creator: filterBy.createdBy ?? null,
    assignee: filterBy.assignee ?? null,
    ...order,
  });
  return connection('IssueConnection', query, {
    items: all.filter((issue) => !issue.isPull && isIn(issue, states) && hasAny(repository, issue, labels)),
    placeOf: (issue) => placeOf(issue, order),
    toNode: (issue) => graph.issue({ repository, issue }),
  });
}

/** An order in the words of `listIssues`; oldest first where nothing is said. */
type Order = Pick<IssueFilter, 'sort' | 'direction'>;

const SORTS: { [field: string]: Order['sort'] } = { UPDATED_AT: 'updated', COMMENTS: 'comments' };

function orderOf(orderBy: RepositoryIssuesArgs['orderBy']): Order {
  const sort = SORTS[orderBy?.field ?? ''] ?? 'created';
  return { sort, direction: orderBy?.direction === 'DESC' ? 'desc' : 'asc' };
}

function isIn(issue: Issue, states: readonly string[] | null | undefined): boolean {
  return !states || states.includes(issue.state.toUpperCase());
}

/** Several labels mean any of them here, while in REST they mean all; no list means every issue. */
function hasAny(repository: Repository, issue: Issue, names: readonly string[] | null | undefined): boolean {
  if (!names) return true;
  return names.some((name) => {
    const label = findLabel(repository, name);
    return label !== null && issue.labelIds.includes(label.id);
  });
}

function placeOf(issue: Issue, { sort, direction }: Order): number[] {
  const at = { created: issue.createdAt, updated: issue.updatedAt };
  const value = sort === 'comments' ? issue.comments.length : Date.parse(at[sort]);
  return direction === 'asc' ? [value, issue.number] : [-value, -issue.number];
}

function pullFields(graph: Graph, repository: Repository) {
  return {
    pullRequest: ({ number }: RepositoryPullRequestArgs) => {
      allow(graph, repository, READ_PULLS);
      const place = findPull(repository, number);
      if (!place)
        throw failure('NOT_FOUND', `Could not resolve to a PullRequest with the number of ${number}.`);
      return graph.pull(place);
    },
    pullRequests: (query: RepositoryPullRequestsArgs) => {
      allow(graph, repository, READ_PULLS);
      return pullsOf(graph, repository, query);
    },
  };
}

function pullsOf(graph: Graph, repository: Repository, query: RepositoryPullRequestsArgs) {
  const order = orderOf(query.orderBy);
  const issues = repository.issues
    .filter((issue) => issue.isPull)
    .map((issue) => ({ issue, place: placeOf(issue, order) }))
    .toSorted((a, b) => (a.place[0] ?? 0) - (b.place[0] ?? 0) || (a.place[1] ?? 0) - (b.place[1] ?? 0));
  return connection('PullRequestConnection', query, {
    items: issues
      .flatMap(({ issue }) => findPull(repository, issue.number) ?? [])
      .filter((place) => matches(place, query)),
    placeOf: ({ issue }) => placeOf(issue, order),
    toNode: (place) => graph.pull(place),
  });
}

function matches({ repository, pull, issue }: PullPlace, query: RepositoryPullRequestsArgs): boolean {
  const state = pull.merged ? 'MERGED' : issue.state.toUpperCase();
  return (
    (!query.states || query.states.some((one) => one === state)) &&
    (!query.baseRefName || query.baseRefName === pull.baseBranch) &&
    (!query.headRefName || query.headRefName === pull.headBranch) &&
    hasAny(repository, issue, query.labels)
  );
}

function deploymentsIn(graph: Graph, repository: Repository, query: RepositoryDeploymentsArgs) {
  const { environments, orderBy } = query;
  const sign = orderBy?.direction === 'DESC' ? -1 : 1;
  const items = deploymentsOf(repository)
    .filter((one) => !environments || environments.includes(one.environment))
    .toSorted((a, b) => sign * (a.id - b.id));
  return connection('DeploymentConnection', query, {
    items,
    placeOf: (one) => [sign * one.id],
    toNode: (one) => graph.deployment(repository, one),
  });
}

function collaboratorsOf(graph: Graph, repository: Repository, page: PageArguments) {
  allow(graph, repository, { app: { metadata: 'read' }, user: 'write', evenIfPublic: true });
  const { world } = graph.kernel;
  const own = { ...repository, private: true };
  const people = world.accounts
    .filter((account) => account.type === 'User')
    .map((person) => ({ person, role: roleOf(world, own, person) }))
    .filter(({ role }) => atLeast(role, 'read'));
  return connection('RepositoryCollaboratorConnection', page, {
    items: people,
    toNode: ({ person }) => graph.account(person),
    toEdge: ({ role }) => ({ permission: role.toUpperCase() }),
  });
}

function viewerPermission({ kernel, actor }: Graph, repository: Repository): string | null {
  if (actor.kind !== 'user') return null;
  const role = roleOf(kernel.world, repository, actor.user);
  return role === 'none' ? null : role.toUpperCase();
}

function fullRefName(name: string): string {
  if (name.startsWith('refs/')) return name;
  return /^(heads|tags)\//.test(name) ? `refs/${name}` : `refs/heads/${name}`;
}
