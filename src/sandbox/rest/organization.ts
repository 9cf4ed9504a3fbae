import { checkOrganizationNeed, organizationAt } from '../auth/organization.ts';
import { notFound } from '../error.ts';
import { paginate } from '../page.ts';
import { noContent, ok, route } from '../route.ts';
import { serialiseOrganizationSimple, serialiseUser } from '../serialise/account.ts';
import { serialiseInstallation } from '../serialise/app.ts';
import { accountOf, findAccount } from '../world.ts';

const READ = { app: { members: 'read' }, user: 'member' } as const;

/** Organisations and their members. */
export const organizationRoutes = [
  route({
    on: 'GET /orgs/{org}/members',
    needs: 'signed_in',
    answer: (call) => {
      const { kernel, actor, params } = call;
      const place = organizationAt(kernel.world, params.org);
      checkOrganizationNeed(actor, place, READ);
      const { items, headers } = paginate(call, place.organization.members);
      return ok(
        items.map((member) => serialiseUser(kernel, accountOf(kernel.world, member.userId))),
        headers,
      );
    },
  }),
  route({
    on: 'GET /orgs/{org}/members/{username}',
    needs: 'signed_in',
    answer: ({ kernel, actor, params }) => {
      const place = organizationAt(kernel.world, params.org);
      checkOrganizationNeed(actor, place, READ);
      const person = findAccount(kernel.world, params.username);
      if (!place.organization.members.some((member) => member.userId === person?.id)) throw notFound();
      return noContent();
    },
  }),
  route({
    on: 'GET /orgs/{org}/installations',
    needs: 'signed_in',
    answer: (call) => {
      const { kernel, actor, params } = call;
      const place = organizationAt(kernel.world, params.org);
      checkOrganizationNeed(actor, place, { app: { organization_administration: 'read' }, user: 'admin' });
      const all = kernel.world.installations.filter((one) => one.accountId === place.account.id);
      const { items, headers } = paginate(call, all);
      const installations = items.map((one) => serialiseInstallation(kernel, one));
      return ok({ total_count: all.length, installations }, headers);
    },
  }),
  route({
    on: 'GET /orgs/{org}/memberships/{username}',
    needs: 'signed_in',
    answer: ({ kernel, actor, params }) => {
      const place = organizationAt(kernel.world, params.org);
      checkOrganizationNeed(actor, place, READ);
      const person = findAccount(kernel.world, params.username);
      const member = place.organization.members.find((one) => one.userId === person?.id);
      if (!person || !member) throw notFound();
      return ok({
        url: `${kernel.urls.api}/orgs/${place.account.login}/memberships/${person.login}`,
        state: 'active' as const,
        role: member.role,
        organization_url: `${kernel.urls.api}/orgs/${place.account.login}`,
        organization: serialiseOrganizationSimple(kernel, place.account),
        user: serialiseUser(kernel, person),
      });
    },
  }),
];
