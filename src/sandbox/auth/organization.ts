import { ApiError, forbidden, notForIntegration, notFound } from '../error.ts';
import type { Account, OrganizationDetail, Team } from '../model/account.ts';
import type { Permissions } from '../model/app.ts';
import { findAccount, type World } from '../world.ts';
import type { Actor } from './actor.ts';
import { covers } from './permission.ts';

/** An account that is an organisation. */
export interface OrganizationPlace {
  account: Account;
  organization: OrganizationDetail;
}

/** Finds an organisation, regardless of case. @throws ApiError 404. */
export function organizationAt(world: World, login: string): OrganizationPlace {
  const account = findAccount(world, login);
  if (!account?.organization) throw notFound();
  return { account, organization: account.organization };
}

/** Finds a team by its slug. @throws ApiError 404. */
export function teamAt({ organization }: OrganizationPlace, slug: string): Team {
  const team = organization.teams.find((one) => one.slug === slug.toLowerCase());
  if (!team) throw notFound();
  return team;
}

/**
 * Refuses a caller who may not look into, or change, an organisation's people.
 *
 * `user` is the least role of a person; `app` the permission of an App that is installed on the organisation.
 */
export function checkOrganizationNeed(
  actor: Actor,
  place: OrganizationPlace,
  need: { app: Permissions; user: 'member' | 'admin' },
): void {
  if (actor.kind === 'installation') {
    const here = actor.installation.accountId === place.account.id;
    if (!here || !covers(actor.permissions, need.app)) throw notForIntegration();
  } else if (actor.kind === 'user') {
    checkMember(actor.user, place, need.user);
  } else {
    throw new ApiError(401, 'Requires authentication');
  }
}

function checkMember(user: Account, { organization }: OrganizationPlace, wanted: 'member' | 'admin'): void {
  const role = organization.members.find((member) => member.userId === user.id)?.role;
  if (user.siteAdmin || role === 'admin' || role === wanted) return;
  throw role ? forbidden('You must be an admin to do this.') : notFound();
}
