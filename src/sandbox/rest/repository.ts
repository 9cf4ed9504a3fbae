import { accountOfActor } from '../auth/actor.ts';
import { ok, route } from '../route.ts';
import { serialiseFullRepository } from '../serialise/repository.ts';

/** The repository itself. */
export const repositoryRoutes = [
  route({
    on: 'GET /repos/{owner}/{repo}',
    needs: { app: { metadata: 'read' }, user: 'read' },
    answer: ({ kernel, repository, actor }) =>
      ok(serialiseFullRepository(kernel, repository, accountOfActor(kernel.world, actor) ?? undefined)),
  }),
];
