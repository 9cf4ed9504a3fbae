import { ApiError, notFound } from '../error.ts';
import { ok, route } from '../route.ts';
import { serialiseFullUser } from '../serialise/account.ts';
import { findAccount } from '../world.ts';

/** People, and the limits on calls. */
export const userRoutes = [
  route({
    on: 'GET /user',
    needs: 'user',
    answer: ({ kernel, actor }) => {
      if (actor.kind !== 'user') throw new ApiError(403, 'Resource not accessible by integration');
      return ok(serialiseFullUser(kernel, actor.user));
    },
  }),
  route({
    on: 'GET /users/{username}',
    needs: 'anyone',
    answer: ({ kernel, params }) => {
      const account = findAccount(kernel.world, params.username);
      if (!account) throw notFound();
      return ok(serialiseFullUser(kernel, account));
    },
  }),
  route({
    on: 'GET /rate_limit',
    needs: 'anyone',
    answer: () => ok({ resources: { core: UNUSED, search: UNUSED, graphql: UNUSED }, rate: UNUSED }),
  }),
];

/** The sandbox shows limits and never reaches them; a fault brings a refusal about. */
const UNUSED = { limit: 5000, remaining: 4999, reset: 4_102_444_800, used: 1 };
