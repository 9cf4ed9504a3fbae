import { ApiError } from '../error.ts';
import { revokeToken } from '../auth/token.ts';
import { secretOf } from '../auth/authenticate.ts';
import { paginate } from '../page.ts';
import { noContent, ok, route } from '../route.ts';
import { serialiseRepository } from '../serialise/repository.ts';
import { reaches } from '../world.ts';

/** What an installation token says about itself. */
export const installationRoutes = [
  route({
    on: 'GET /installation/repositories',
    needs: 'installation',
    answer: (call) => {
      const { kernel, actor } = call;
      if (actor.kind !== 'installation') throw new ApiError(403, 'Resource not accessible');
      const { installation, repositoryIds } = actor;
      const reached = kernel.world.repositories.filter(
        (one) => reaches(installation, one) && (repositoryIds === null || repositoryIds.includes(one.id)),
      );
      const { items, headers } = paginate(call, reached);
      const body = {
        total_count: reached.length,
        repository_selection: installation.repositoryIds === null ? 'all' : 'selected',
        repositories: items.map((one) => serialiseRepository(kernel, one)),
      };
      return ok(body, headers);
    },
  }),
  route({
    on: 'DELETE /installation/token',
    needs: 'installation',
    answer: ({ kernel, headers }) => {
      revokeToken(kernel.world, secretOf(headers.get('authorization') ?? undefined));
      return noContent();
    },
  }),
];
