import type { Actor } from '../auth/actor.ts';
import { findPull } from '../pull/state.ts';
import type { Kernel } from '../sandbox.ts';
import { accountNode } from './account.ts';
import { checkRunNode, rollupNode, statusNode } from './check.ts';
import { deploymentNode, deploymentStatusNode } from './deployment.ts';
import { commitNode, gitObjectNode, refNode } from './git-object.ts';
import type { Graph } from './graph.ts';
import { commentNode, issueNode, labelNode } from './issue.ts';
import { pullNode, reviewNode } from './pull.ts';
import { repositoryNode } from './repository.ts';

/** Puts the kinds of objects together into one graph, as `actor` sees it. */
export function createGraph(kernel: Kernel, actor: Actor): Graph {
  const graph: Graph = {
    kernel,
    actor,
    account: (account) => accountNode(graph, account),
    repository: (repository) => repositoryNode(graph, repository),
    issue: (place) => {
      const pull = findPull(place.repository, place.issue.number);
      return pull ? graph.pull(pull) : issueNode(graph, place);
    },
    pull: (place) => pullNode(graph, place),
    review: (place) => reviewNode(graph, place),
    comment: (place) => commentNode(graph, place),
    label: (repository, label) => labelNode(graph, repository, label),
    ref: (repository, ref) => refNode(graph, repository, ref),
    gitObject: (repository, expression) => gitObjectNode(graph, repository, expression),
    commit: (repository, commit) => commitNode(graph, repository, commit),
    rollup: (repository, sha) => rollupNode(graph, repository, sha),
    checkRun: (repository, run) => checkRunNode(graph, repository, run),
    status: (repository, status) => statusNode(graph, repository, status),
    deployment: (repository, deployment) => deploymentNode(graph, repository, deployment),
    deploymentStatus: (status) => deploymentStatusNode(graph, status),
  };
  return graph;
}
