import type { Account, Team } from '../model/account.ts';
import type { Kernel } from '../sandbox.ts';

/** A team as lists and single reads show it, without counts. */
export function serialiseTeam(kernel: Kernel, organization: Account, team: Team) {
  const url = `${kernel.urls.api}/orgs/${organization.login}/teams/${team.slug}`;
  return {
    id: team.id,
    node_id: team.nodeId,
    name: team.name,
    slug: team.slug,
    description: team.description,
    privacy: team.privacy,
    notification_setting: 'notifications_enabled' as const,
    permission: 'pull',
    url,
    html_url: `${kernel.urls.web}/orgs/${organization.login}/teams/${team.slug}`,
    members_url: `${url}/members{/member}`,
    repositories_url: `${url}/repos`,
    type: 'organization' as const,
    organization_id: organization.id,
    parent: null,
  };
}
