import { z } from 'zod';
import {
  checkOrganizationNeed,
  organizationAt,
  teamAt,
  type OrganizationPlace,
} from '../auth/organization.ts';
import { readBody } from '../body.ts';
import { notFound } from '../error.ts';
import type { Account, Team } from '../model/account.ts';
import { paginate } from '../page.ts';
import { noContent, ok, route, type Call } from '../route.ts';
import { serialiseUser } from '../serialise/account.ts';
import { serialiseTeam } from '../serialise/team.ts';
import { accountOf, findAccount } from '../world.ts';

const READ = { app: { members: 'read' }, user: 'member' } as const;
const WRITE = { app: { members: 'write' }, user: 'admin' } as const;

const Membership = z.object({ role: z.enum(['member', 'maintainer']).default('member') });

/** Teams and who is in them. */
export const teamRoutes = [
  route({
    on: 'GET /orgs/{org}/teams',
    needs: 'signed_in',
    answer: (call) => {
      const place = enter(call, READ);
      const { items, headers } = paginate(call, place.organization.teams);
      return ok(
        items.map((team) => serialiseTeam(call.kernel, place.account, team)),
        headers,
      );
    },
  }),
  route({
    on: 'GET /orgs/{org}/teams/{team_slug}/members',
    needs: 'signed_in',
    answer: (call) => {
      const { kernel, params } = call;
      const team = teamAt(enter(call, READ), params.team_slug);
      const { items, headers } = paginate(call, team.members);
      return ok(
        items.map((member) => serialiseUser(kernel, accountOf(kernel.world, member.userId))),
        headers,
      );
    },
  }),
  route({
    on: 'GET /orgs/{org}/teams/{team_slug}/memberships/{username}',
    needs: 'signed_in',
    answer: (call) => {
      const place = enter(call, READ);
      const { team, person } = memberAt(call, place);
      const member = team.members.find((one) => one.userId === person.id);
      if (!member) throw notFound();
      return ok(membershipOf(call, { place, team, person, role: member.role }));
    },
  }),
  route({
    on: 'PUT /orgs/{org}/teams/{team_slug}/memberships/{username}',
    needs: 'signed_in',
    answer: (call) => {
      const place = enter(call, WRITE);
      const { team, person } = memberAt(call, place);
      const { role } = readBody(call, Membership);
      team.members = [...team.members.filter((one) => one.userId !== person.id), { userId: person.id, role }];
      return ok(membershipOf(call, { place, team, person, role }));
    },
  }),
  route({
    on: 'DELETE /orgs/{org}/teams/{team_slug}/memberships/{username}',
    needs: 'signed_in',
    answer: (call) => {
      const { team, person } = memberAt(call, enter(call, WRITE));
      team.members = team.members.filter((one) => one.userId !== person.id);
      return noContent();
    },
  }),
];

type OrganizationCall = Pick<Call, 'kernel' | 'actor'> & { params: { org: string } };

function enter(
  { kernel, actor, params }: OrganizationCall,
  need: typeof READ | typeof WRITE,
): OrganizationPlace {
  const place = organizationAt(kernel.world, params.org);
  checkOrganizationNeed(actor, place, need);
  return place;
}

type MemberCall = OrganizationCall & { params: { team_slug: string; username: string } };

function memberAt({ kernel, params }: MemberCall, place: OrganizationPlace): { team: Team; person: Account } {
  const person = findAccount(kernel.world, params.username);
  if (!person) throw notFound();
  return { team: teamAt(place, params.team_slug), person };
}

function membershipOf(
  { kernel }: OrganizationCall,
  of: { place: OrganizationPlace; team: Team; person: Account; role: Team['members'][number]['role'] },
) {
  const url = `${kernel.urls.api}/orgs/${of.place.account.login}/teams/${of.team.slug}/memberships/${of.person.login}`;
  return { url, role: of.role, state: 'active' as const };
}
