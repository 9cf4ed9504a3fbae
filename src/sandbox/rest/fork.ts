import { z } from 'zod';
import { canSee } from '../auth/permission.ts';
import { readBody } from '../body.ts';
import { createFork } from '../fork/create.ts';
import { forksOf } from '../fork/network.ts';
import { paginate } from '../page.ts';
import { accepted, ok, route } from '../route.ts';
import { serialiseFullRepository, serialiseRepository } from '../serialise/repository.ts';

const NewFork = z.object({
  organization: z.string().nullish(),
  name: z.string().nullish(),
  default_branch_only: z.boolean().default(false),
});

/** Forks. */
export const forkRoutes = [
  route({
    on: 'GET /repos/{owner}/{repo}/forks',
    needs: { app: { metadata: 'read' }, user: 'read' },
    answer: (call) => {
      const { kernel, repository, actor } = call;
      const seen = forksOf(kernel.world, repository).filter((fork) => canSee(kernel.world, actor, fork));
      const { items, headers } = paginate(call, seen.toReversed());
      return ok(
        items.map((fork) => serialiseRepository(kernel, fork)),
        headers,
      );
    },
  }),
  route({
    on: 'POST /repos/{owner}/{repo}/forks',
    needs: { app: { administration: 'write', contents: 'read' }, user: 'read', evenIfPublic: true },
    answer: async (call) => {
      const { kernel, repository, actor } = call;
      const given = readBody(call, NewFork);
      const fork = await createFork(kernel, repository, {
        actor,
        organization: given.organization ?? null,
        name: given.name ?? null,
        defaultBranchOnly: given.default_branch_only,
      });
      return accepted(serialiseFullRepository(kernel, fork));
    },
  }),
];
