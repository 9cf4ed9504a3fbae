import { combineRuns } from '../check/suite.ts';
import { checkRunsOf } from '../check/store.ts';
import { readCommit } from '../git/commit.ts';
import { timestamp } from '../clock.ts';
import type { CheckRun, CheckSuite } from '../model/check.ts';
import type { Repository } from '../model/repository.ts';
import type { Kernel } from '../sandbox.ts';
import { appOf } from '../world.ts';
import { serialiseIntegration } from './integration.ts';
import { serialiseRepository } from './repository.ts';
import type { Schema } from './schema.ts';

/** A check run as the API shows it. Buttons are not part of it, as on GitHub. */
export function serialiseCheckRun(kernel: Kernel, repository: Repository, run: CheckRun) {
  const url = kernel.urls.apiRepository(repository, `check-runs/${run.id}`);
  const html = kernel.urls.webRepository(repository, `runs/${run.id}`);
  return {
    id: run.id,
    node_id: run.nodeId,
    head_sha: run.headSha,
    external_id: run.externalId ?? '',
    url,
    html_url: html,
    details_url: run.detailsUrl ?? html,
    status: run.status,
    conclusion: run.conclusion,
    started_at: run.startedAt,
    completed_at: run.completedAt,
    output: {
      title: run.title,
      summary: run.summary,
      text: run.text,
      annotations_count: run.annotations.length,
      annotations_url: `${url}/annotations`,
    },
    name: run.name,
    check_suite: { id: run.suiteId },
    app: serialiseIntegration(kernel, appOf(kernel.world, run.appId)),
    pull_requests: pullsAt(kernel, repository, run.headSha),
  } satisfies Schema<'check-run'>;
}

/** The part of a suite that check runs carry in webhooks. */
export function serialiseSuiteSimple(kernel: Kernel, repository: Repository, suite: CheckSuite) {
  const runs = checkRunsOf(repository).filter((run) => run.suiteId === suite.id);
  const state = combineRuns(suite.rerequested ? [] : runs);
  return {
    id: suite.id,
    node_id: suite.nodeId,
    head_branch: suite.headBranch,
    head_sha: suite.headSha,
    ...state,
    url: kernel.urls.apiRepository(repository, `check-suites/${suite.id}`),
    before: null,
    after: suite.headSha,
    pull_requests: pullsAt(kernel, repository, suite.headSha),
    app: serialiseIntegration(kernel, appOf(kernel.world, suite.appId)),
    created_at: suite.createdAt,
    updated_at: suite.updatedAt,
  };
}

/** A check suite as the API shows it. */
export async function serialiseSuite(kernel: Kernel, repository: Repository, suite: CheckSuite) {
  const commit = await readCommit(kernel.git.reader(repository), suite.headSha);
  if (!commit) throw new Error(`the commit of check suite ${suite.id} is gone`);
  const simple = serialiseSuiteSimple(kernel, repository, suite);
  return {
    ...simple,
    repository: serialiseRepository(kernel, repository),
    head_commit: {
      id: commit.sha,
      tree_id: commit.tree,
      message: commit.message.trimEnd(),
      timestamp: timestamp(commit.committer.atMs),
      author: { name: commit.author.name, email: commit.author.email },
      committer: { name: commit.committer.name, email: commit.committer.email },
    },
    latest_check_runs_count: checkRunsOf(repository).filter((run) => run.suiteId === suite.id).length,
    check_runs_url: `${simple.url}/check-runs`,
    rerequestable: true,
    runs_rerequestable: true,
  } satisfies Schema<'check-suite'>;
}

/** The open pulls whose head a commit is, in their shortest form; those of forks are not shown, as on GitHub. */
function pullsAt(kernel: Kernel, repository: Repository, sha: string) {
  const repo = {
    id: repository.id,
    name: repository.name,
    url: kernel.urls.apiRepository(repository),
  };
  return repository.pulls
    .filter((pull) => pull.headSha === sha && !pull.merged && pull.headRepositoryId === repository.id)
    .map((pull) => ({
      id: pull.id,
      number: pull.number,
      url: kernel.urls.apiRepository(repository, `pulls/${pull.number}`),
      head: { ref: pull.headBranch, sha: pull.headSha, repo },
      base: { ref: pull.baseBranch, sha: pull.baseSha, repo },
    }));
}
