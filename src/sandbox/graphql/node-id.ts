import { canSee } from '../auth/permission.ts';
import { checkRunsOf } from '../check/store.ts';
import { deploymentsOf } from '../deployment/store.ts';
import type { CommentPlace, IssuePlace } from '../issue/find.ts';
import type { CheckRun } from '../model/check.ts';
import type { Label } from '../model/issue.ts';
import type { Repository } from '../model/repository.ts';
import { findPull } from '../pull/state.ts';
import { parseNodeId } from '../world.ts';
import { failure } from './failure.ts';
import type { Graph, Node } from './graph.ts';

/** The object with a global id. @throws GraphQLError NOT_FOUND for none, and for what the viewer may not know of. */
export function nodeOfId(graph: Graph, id: string): Node {
  if (parseNodeId(id)?.kind === 'Repository') return graph.repository(repositoryById(graph, id));
  const account = graph.kernel.world.accounts.find((one) => one.nodeId === id);
  if (account) return graph.account(account);
  for (const repository of visible(graph)) {
    const node = nodeIn(graph, repository, id);
    if (node) return node;
  }
  throw unresolved(id);
}

/** The repository with a global id. @throws GraphQLError NOT_FOUND. */
export function repositoryById(graph: Graph, id: string): Repository {
  const repository = visible(graph).find((one) => one.nodeId === id);
  if (!repository) throw unresolved(id);
  return repository;
}

/** The issue or pull with a global id. @throws GraphQLError NOT_FOUND. */
export function issueById(graph: Graph, id: string): IssuePlace {
  for (const repository of visible(graph)) {
    const place = issueIn(repository, id);
    if (place) return place;
  }
  throw unresolved(id);
}

/** The comment with a global id. @throws GraphQLError NOT_FOUND. */
export function commentById(graph: Graph, id: string): CommentPlace {
  for (const repository of visible(graph)) {
    const place = commentIn(repository, id);
    if (place) return place;
  }
  throw unresolved(id);
}

/** The label with a global id. @throws GraphQLError NOT_FOUND. */
export function labelById(graph: Graph, id: string): { repository: Repository; label: Label } {
  for (const repository of visible(graph)) {
    const label = repository.labels.find((one) => one.nodeId === id);
    if (label) return { repository, label };
  }
  throw unresolved(id);
}

/** The check run with a global id. @throws GraphQLError NOT_FOUND. */
export function checkRunById(graph: Graph, id: string): { repository: Repository; run: CheckRun } {
  for (const repository of visible(graph)) {
    const run = checkRunsOf(repository).find((one) => one.nodeId === id);
    if (run) return { repository, run };
  }
  throw unresolved(id);
}

function nodeIn(graph: Graph, repository: Repository, id: string): Node | null {
  const issue = issueIn(repository, id);
  if (issue) return graph.issue(issue);
  const comment = commentIn(repository, id);
  if (comment) return graph.comment(comment);
  const label = repository.labels.find((one) => one.nodeId === id);
  if (label) return graph.label(repository, label);
  const run = checkRunsOf(repository).find((one) => one.nodeId === id);
  if (run) return graph.checkRun(repository, run);
  const deployment = deploymentsOf(repository).find((one) => one.nodeId === id);
  return deployment ? graph.deployment(repository, deployment) : null;
}

function issueIn(repository: Repository, id: string): IssuePlace | null {
  const issue = repository.issues.find((one) => one.nodeId === id && !one.isPull);
  if (issue) return { repository, issue };
  const pull = repository.pulls.find((one) => one.nodeId === id);
  return pull ? findPull(repository, pull.number) : null;
}

function commentIn(repository: Repository, id: string): CommentPlace | null {
  for (const issue of repository.issues) {
    const comment = issue.comments.find((one) => one.nodeId === id);
    if (comment) return { repository, issue, comment };
  }
  return null;
}

function visible({ kernel, actor }: Graph): Repository[] {
  return kernel.world.repositories.filter((repository) => canSee(kernel.world, actor, repository));
}

function unresolved(id: string): Error {
  return failure('NOT_FOUND', `Could not resolve to a node with the global id of '${id}'`);
}
