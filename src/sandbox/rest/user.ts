import { notFound } from '../error.ts';
import { ok, route } from '../route.ts';
import { serialiseFullUser } from '../serialise/account.ts';
import { findAccount } from '../world.ts';

/** People. */
export const userRoutes = [
  route({
    on: 'GET /users/{username}',
    needs: 'anyone',
    answer: ({ kernel, params }) => {
      const account = findAccount(kernel.world, params.username);
      if (!account) throw notFound();
      return ok(serialiseFullUser(kernel, account));
    },
  }),
];
