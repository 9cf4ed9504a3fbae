import type { CommittableBranch, CreateCommitOnBranchInput, Mutation } from '@octokit/graphql-schema';
import { checkRepositoryNeed, canSee } from '../../auth/permission.ts';
import { commitOnBranch, type CommitRefusal } from '../../commit-on-branch.ts';
import type { Repository } from '../../model/repository.ts';
import { findRepository } from '../../world.ts';
import { failure, type FailureType } from '../failure.ts';
import { parseRefId } from '../git-object.ts';
import type { Graph } from '../graph.ts';
import { payloadOf, type Given, type Mutations } from './payload.ts';

const TYPES: { [reason in CommitRefusal['reason']]: FailureType } = {
  stale_head: 'STALE_DATA',
  branch_not_found: 'NOT_FOUND',
  path_not_found: 'UNPROCESSABLE',
  bad_path: 'UNPROCESSABLE',
  ref: 'UNPROCESSABLE',
  workflows: 'UNPROCESSABLE',
  // Branch protection has a type of its own, rulesets have not: Thinkmill/keystatic#1598.
  ruleset: 'UNPROCESSABLE',
  protection: 'BRANCH_PROTECTION_RULE_VIOLATION',
};

/** Commits made through the API: compare-and-swap on the head, signed by GitHub, in the actor's name. */
export function commitMutations(graph: Graph) {
  return {
    createCommitOnBranch: async ({ input }: Given<CreateCommitOnBranchInput>) => {
      const { kernel, actor } = graph;
      const { repository, branch } = targetOf(graph, input.branch);
      const need = { app: { contents: 'write' as const }, user: 'write' as const };
      checkRepositoryNeed(kernel.world, actor, { repository, need });
      const { headline, body } = input.message;
      const result = await commitOnBranch(kernel, {
        repository,
        actor,
        branch,
        expectedHeadOid: String(input.expectedHeadOid),
        additions: (input.fileChanges?.additions ?? []).map(({ path, contents }) => ({
          path,
          contents: Buffer.from(String(contents), 'base64'),
        })),
        deletions: (input.fileChanges?.deletions ?? []).map(({ path }) => path),
        message: body ? `${headline}\n\n${body}` : headline,
      });
      if (result.kind === 'refused') throw failure(TYPES[result.reason], result.message);
      const { commit } = result;
      return payloadOf(input, {
        commit: graph.commit(repository, commit),
        ref: graph.ref(repository, { name: `refs/heads/${branch}`, sha: commit.sha }),
      });
    },
  } satisfies Mutations<Mutation>;
}

/** A branch is named by repository and name, or by the global id of its ref. */
function targetOf(graph: Graph, wanted: CommittableBranch): { repository: Repository; branch: string } {
  const { world } = graph.kernel;
  const ref = wanted.id ? parseRefId(wanted.id) : null;
  const repository = ref
    ? world.repositories.find((one) => one.id === ref.repositoryId)
    : repositoryNamed(graph, wanted.repositoryNameWithOwner ?? '');
  if (!repository || !canSee(world, graph.actor, repository)) {
    const name = wanted.repositoryNameWithOwner ?? wanted.id ?? '';
    throw failure('NOT_FOUND', `Could not resolve to a Repository with the name '${name}'.`);
  }
  return { repository, branch: ref ? ref.name.replace(/^refs\/heads\//, '') : (wanted.branchName ?? '') };
}

function repositoryNamed(graph: Graph, fullName: string): Repository | null {
  const [owner = '', name = ''] = fullName.split('/');
  return findRepository(graph.kernel.world, owner, name);
}
