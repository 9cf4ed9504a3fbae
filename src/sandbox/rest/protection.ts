import { readBody } from '../body.ts';
import { ApiError } from '../error.ts';
import { branchHead } from '../git/resolve.ts';
import type { BranchProtection } from '../model/protection.ts';
import type { Repository } from '../model/repository.ts';
import { protectBranch, protectionFormat, unprotectBranch } from '../rule/edit-protection.ts';
import { protectionOf } from '../rule/protection.ts';
import { noContent, ok, route, type Call } from '../route.ts';
import { serialiseProtection } from '../serialise/protection.ts';

const PROTECTION = '/repos/{owner}/{repo}/branches/{branch}/protection';
const READ = { app: { administration: 'read' as const }, user: 'admin' as const };
const WRITE = { app: { administration: 'write' as const }, user: 'admin' as const };

/** Branch protection as a whole; its parts have no addresses of their own here. */
export const protectionRoutes = [
  route({
    on: `GET ${PROTECTION}`,
    needs: READ,
    answer: async (call) => {
      await checkBranch(call);
      const { kernel, repository, params } = call;
      return ok(serialiseProtection(kernel, repository, protectionAt(repository, params.branch)));
    },
  }),
  route({
    on: `PUT ${PROTECTION}`,
    needs: WRITE,
    answer: async (call) => {
      await checkBranch(call);
      const { kernel, repository, actor, params } = call;
      const wanted = readBody(call, protectionFormat);
      const protection = protectBranch(kernel, repository, { branch: params.branch, wanted, actor });
      return ok(serialiseProtection(kernel, repository, protection));
    },
  }),
  route({
    on: `DELETE ${PROTECTION}`,
    needs: WRITE,
    answer: ({ kernel, repository, actor, params }) => {
      const protection = protectionAt(repository, params.branch);
      unprotectBranch(kernel, { repository, protection }, actor);
      return noContent();
    },
  }),
];

async function checkBranch({ kernel, repository, params }: Call<typeof PROTECTION>): Promise<void> {
  const head = await branchHead(kernel.git.open(repository), params.branch);
  if (head === null) throw new ApiError(404, 'Branch not found');
}

function protectionAt(repository: Repository, branch: string): BranchProtection {
  const protection = protectionOf(repository, branch);
  if (!protection) throw new ApiError(404, 'Branch not protected');
  return protection;
}
