import { z } from 'zod';
import { readBody } from '../body.ts';
import { ApiError, conflict, notFound } from '../error.ts';
import { readCommit } from '../git/commit.ts';
import { isAncestor } from '../git/history.ts';
import { mergeCommits } from '../git/merge.ts';
import { listRefs } from '../git/ref.ts';
import { branchHead, resolveCommit } from '../git/resolve.ts';
import { writeMerge } from '../merge-commit.ts';
import type { Repository } from '../model/repository.ts';
import { paginate } from '../page.ts';
import { refusalMessage } from '../ref-refusal.ts';
import { updateRefs } from '../ref-update.ts';
import { protectionOf } from '../rule/protection.ts';
import { created, noContent, ok, route } from '../route.ts';
import type { Kernel } from '../sandbox.ts';
import { serialiseCommit } from '../serialise/commit.ts';
import { serialiseCheckSummary } from '../serialise/protection.ts';

const READ = { app: { contents: 'read' }, user: 'read' } as const;

const Merge = z.object({ base: z.string(), head: z.string(), commit_message: z.string().optional() });

/** Branches, and merging one into another without a pull. */
export const branchRoutes = [
  route({
    on: 'GET /repos/{owner}/{repo}/branches',
    needs: READ,
    answer: async (call) => {
      const { kernel, repository } = call;
      const { items, headers } = paginate(call, await listRefs(kernel.git.open(repository), 'refs/heads/'));
      return ok(
        items.map(({ ref, sha }) => ({
          ...branchIdentity(repository, ref.slice('refs/heads/'.length)),
          commit: { sha, url: kernel.urls.apiRepository(repository, `commits/${sha}`) },
        })),
        headers,
      );
    },
  }),
  route({
    on: 'GET /repos/{owner}/{repo}/branches/{branch}',
    needs: READ,
    answer: async ({ kernel, repository, params }) => {
      const commit = await readCommit(
        kernel.git.reader(repository),
        (await branchHead(kernel.git.open(repository), params.branch)) ?? 'refs/none',
      );
      if (!commit) throw new ApiError(404, 'Branch not found');
      return ok({
        ...branchIdentity(repository, params.branch),
        commit: serialiseCommit(kernel, repository, commit),
        ...branchLinks(kernel, repository, params.branch),
      });
    },
  }),
  route({
    on: 'POST /repos/{owner}/{repo}/merges',
    needs: { app: { contents: 'write' }, user: 'write' },
    answer: async (call) => {
      const { kernel, repository, actor } = call;
      const given = readBody(call, Merge);
      const bare = kernel.git.open(repository);
      const base = await branchHead(bare, given.base);
      const head = await resolveCommit(bare, given.head);
      if (base === null) throw new ApiError(404, 'Base does not exist');
      if (head === null) throw new ApiError(404, 'Head does not exist');
      if (await isAncestor(bare.folder, head, base)) return noContent();
      const merge = await mergeCommits(bare.folder, base, head);
      if (merge.kind === 'conflict') throw conflict('Merge conflict');
      const message = given.commit_message ?? `Merge ${given.head} into ${given.base}`;
      const sha = writeMerge(
        kernel,
        { repository, actor },
        { tree: merge.tree, parents: [base, head], message },
      );
      const change = { ref: `refs/heads/${given.base}`, oldSha: base, newSha: sha };
      const [outcome] = await updateRefs(kernel, { repository, actor, changes: [change] });
      const refusal = outcome?.refusal;
      if (refusal) throw new ApiError(refusal.kind === 'stale' ? 409 : 403, refusalMessage(refusal));
      const commit = await readCommit(bare.reader, sha);
      if (!commit) throw notFound();
      return created(serialiseCommit(kernel, repository, commit));
    },
  }),
];

/** Our reading: rulesets do not make a branch `protected`. */
function branchIdentity(repository: Repository, name: string) {
  return { name, protected: protectionOf(repository, name) !== null };
}

function branchLinks(kernel: Kernel, repository: Repository, branch: string) {
  const self = kernel.urls.apiRepository(repository, `branches/${branch}`);
  const protection = protectionOf(repository, branch);
  return {
    _links: { self, html: kernel.urls.webRepository(repository, `tree/${branch}`) },
    protection: {
      enabled: protection !== null,
      required_status_checks: protection
        ? serialiseCheckSummary(protection)
        : { enforcement_level: 'off', contexts: [], checks: [] },
    },
    protection_url: `${self}/protection`,
  };
}
