import type {
  CheckRun as CheckRunType,
  CheckSuite as CheckSuiteType,
  StatusCheckRollup,
  StatusContext,
} from '@octokit/graphql-schema';
import { rollUp } from '../check/rollup.ts';
import { findCheckSuite } from '../check/store.ts';
import { combineRuns } from '../check/suite.ts';
import { checkRunsOf } from '../check/store.ts';
import type { CheckRun, CommitStatus } from '../model/check.ts';
import type { Repository } from '../model/repository.ts';
import { accountOf, appOf, nodeIdOf } from '../world.ts';
import { connection, type PageArguments } from './connection.ts';
import type { Fields, Graph, Node } from './graph.ts';

/** All that was said about a commit; `null` when that is nothing. */
export function rollupNode(graph: Graph, repository: Repository, sha: string): Node | null {
  const rollup = rollUp(repository, sha);
  if (!rollup) return null;
  const { state, runs, statuses } = rollup;
  return {
    __typename: 'StatusCheckRollup',
    id: nodeIdOf('StatusCheckRollup', repository.id),
    state,
    commit: () => graph.gitObject(repository, sha),
    contexts: (page: PageArguments) => ({
      ...connection('StatusCheckRollupContextConnection', page, {
        items: [
          ...runs.map((run) => () => graph.checkRun(repository, run)),
          ...statuses.map((status) => () => graph.status(repository, status)),
        ],
        toNode: (make) => make(),
      }),
      checkRunCount: runs.length,
      statusContextCount: statuses.length,
    }),
  } satisfies Fields<StatusCheckRollup>;
}

/** A check run. */
export function checkRunNode(graph: Graph, repository: Repository, run: CheckRun): Node {
  const url = graph.kernel.urls.webRepository(repository, `runs/${run.id}`);
  return {
    __typename: 'CheckRun',
    id: run.nodeId,
    databaseId: run.id,
    name: run.name,
    status: run.status.toUpperCase(),
    conclusion: run.conclusion?.toUpperCase() ?? null,
    startedAt: run.startedAt,
    completedAt: run.completedAt,
    detailsUrl: run.detailsUrl ?? url,
    externalId: run.externalId,
    title: run.title,
    summary: run.summary,
    text: run.text,
    url,
    permalink: url,
    annotations: (page: PageArguments) => annotationList(run, page),
    repository: () => graph.repository(repository),
    checkSuite: () => suiteNode(graph, repository, run),
  } satisfies Fields<CheckRunType>;
}

function annotationList({ annotations }: CheckRun, page: PageArguments) {
  return connection('CheckAnnotationConnection', page, {
    items: annotations,
    toNode: ({ path, level, title, message, startLine, endLine }) => ({
      __typename: 'CheckAnnotation',
      path,
      title,
      message,
      annotationLevel: level.toUpperCase(),
      location: {
        __typename: 'CheckAnnotationSpan',
        start: { __typename: 'CheckAnnotationPosition', line: startLine, column: null },
        end: { __typename: 'CheckAnnotationPosition', line: endLine, column: null },
      },
    }),
  });
}

/** A commit status under its context. */
export function statusNode(graph: Graph, repository: Repository, status: CommitStatus): Node {
  return {
    __typename: 'StatusContext',
    id: status.nodeId,
    context: status.context,
    state: status.state.toUpperCase(),
    description: status.description,
    targetUrl: status.targetUrl,
    createdAt: status.createdAt,
    creator: () => graph.account(accountOf(graph.kernel.world, status.creatorId)),
    commit: () => graph.gitObject(repository, status.sha),
  } satisfies Fields<StatusContext>;
}

function suiteNode(graph: Graph, repository: Repository, { suiteId }: CheckRun): Node {
  const suite = findCheckSuite(repository, suiteId);
  const { status, conclusion } = combineRuns(
    checkRunsOf(repository).filter((run) => run.suiteId === suiteId),
  );
  const app = appOf(graph.kernel.world, suite.appId);
  return {
    __typename: 'CheckSuite',
    id: suite.nodeId,
    databaseId: suite.id,
    status: status.toUpperCase(),
    conclusion: conclusion?.toUpperCase() ?? null,
    app: { __typename: 'App', id: app.nodeId, databaseId: app.id, slug: app.slug, name: app.name },
    commit: () => graph.gitObject(repository, suite.headSha),
    repository: () => graph.repository(repository),
  } satisfies Fields<CheckSuiteType>;
}
