import { z } from 'zod';
import { authorOf } from '../auth/author.ts';
import { legacyPermission, permissionFlags, roleOf, type Access } from '../auth/role.ts';
import { readBody } from '../body.ts';
import { ApiError, invalidField, notFound } from '../error.ts';
import type { Account, RepositoryRole } from '../model/account.ts';
import { paginate } from '../page.ts';
import { noContent, ok, route } from '../route.ts';
import type { Kernel } from '../sandbox.ts';
import { serialiseUser } from '../serialise/account.ts';
import { findAccount } from '../world.ts';

const ADMIN = { app: { administration: 'write' }, user: 'admin' } as const;
const SEE = { app: { metadata: 'read' }, user: 'read', evenIfPublic: true } as const;

/** The names of roles in requests: the old `pull` and `push`, and the five as they are. */
const ROLE_OF: { [name: string]: RepositoryRole } = {
  pull: 'read',
  push: 'write',
  read: 'read',
  triage: 'triage',
  write: 'write',
  maintain: 'maintain',
  admin: 'admin',
};

const NewCollaborator = z.object({ permission: z.string().default('push') });

/** Who may do what in a repository. */
export const collaboratorRoutes = [
  route({
    on: 'GET /repos/{owner}/{repo}/collaborators',
    needs: { app: { metadata: 'read' }, user: 'write', evenIfPublic: true },
    answer: (call) => {
      const { kernel, repository } = call;
      const people = kernel.world.accounts
        .filter((account) => account.type === 'User')
        .map((person) => ({ person, role: roleOf(kernel.world, { ...repository, private: true }, person) }))
        .filter(({ role }) => role !== 'none');
      const { items, headers } = paginate(call, people);
      return ok(
        items.map(({ person, role }) => serialiseCollaborator(kernel, person, role)),
        headers,
      );
    },
  }),
  route({
    on: 'GET /repos/{owner}/{repo}/collaborators/{username}',
    needs: SEE,
    answer: ({ kernel, repository, params }) => {
      const person = personAt(kernel, params.username);
      if (roleOf(kernel.world, { ...repository, private: true }, person) === 'none') throw notFound();
      return noContent();
    },
  }),
  route({
    on: 'GET /repos/{owner}/{repo}/collaborators/{username}/permission',
    needs: SEE,
    answer: ({ kernel, repository, params }) => {
      const person = personAt(kernel, params.username);
      const role = roleOf(kernel.world, repository, person);
      return ok({
        permission: legacyPermission(role),
        role_name: role,
        user: serialiseCollaborator(kernel, person, role),
      });
    },
  }),
  route({
    // GitHub invites first; here an invitation counts as accepted at once.
    on: 'PUT /repos/{owner}/{repo}/collaborators/{username}',
    needs: ADMIN,
    answer: (call) => {
      const { kernel, repository, actor, params } = call;
      authorOf(kernel.world, actor);
      const role = ROLE_OF[readBody(call, NewCollaborator).permission];
      if (!role) throw invalidField('Collaborator', 'permission');
      const person = personAt(kernel, params.username);
      const others = repository.collaborators.filter((one) => one.userId !== person.id);
      repository.collaborators = [...others, { userId: person.id, role }];
      return noContent();
    },
  }),
  route({
    on: 'DELETE /repos/{owner}/{repo}/collaborators/{username}',
    needs: ADMIN,
    answer: ({ kernel, repository, params }) => {
      const person = personAt(kernel, params.username);
      repository.collaborators = repository.collaborators.filter((one) => one.userId !== person.id);
      return noContent();
    },
  }),
];

/** A person by login; bots and organisations have no role of their own. */
function personAt(kernel: Kernel, login: string): Account {
  const account = findAccount(kernel.world, login);
  if (!account) throw notFound();
  if (account.type !== 'User') throw new ApiError(404, `${account.login} is not a user`);
  return account;
}

function serialiseCollaborator(kernel: Kernel, person: Account, role: Access) {
  return { ...serialiseUser(kernel, person), permissions: permissionFlags(role), role_name: role };
}
