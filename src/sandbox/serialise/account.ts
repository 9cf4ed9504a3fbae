import type { Account } from '../model/account.ts';
import type { Kernel } from '../sandbox.ts';
import type { Schema } from './schema.ts';

/** Short form of any account, as `user`, `owner`, `actor`, `sender`. */
export function serialiseUser(kernel: Kernel, account: Account) {
  const { urls } = kernel;
  const url = urls.apiUser(account.login);
  return {
    login: account.login,
    id: account.id,
    node_id: account.nodeId,
    avatar_url: `${urls.web}/avatars/${account.id}`,
    gravatar_id: '',
    url,
    html_url: urls.webUser(account.login),
    followers_url: `${url}/followers`,
    following_url: `${url}/following{/other_user}`,
    gists_url: `${url}/gists{/gist_id}`,
    starred_url: `${url}/starred{/owner}{/repo}`,
    subscriptions_url: `${url}/subscriptions`,
    organizations_url: `${url}/orgs`,
    repos_url: `${url}/repos`,
    events_url: `${url}/events{/privacy}`,
    received_events_url: `${url}/received_events`,
    type: account.type,
    user_view_type: 'public',
    site_admin: account.siteAdmin,
  } satisfies Schema<'simple-user'>;
}

/** Short form of an organisation, as `organization` in payloads. */
export function serialiseOrganizationSimple(kernel: Kernel, account: Account) {
  const url = `${kernel.urls.api}/orgs/${account.login}`;
  return {
    login: account.login,
    id: account.id,
    node_id: account.nodeId,
    url,
    repos_url: `${url}/repos`,
    events_url: `${url}/events`,
    hooks_url: `${url}/hooks`,
    issues_url: `${url}/issues`,
    members_url: `${url}/members{/member}`,
    public_members_url: `${url}/public_members{/member}`,
    avatar_url: `${kernel.urls.web}/avatars/${account.id}`,
    description: account.name,
  } satisfies Schema<'organization-simple'>;
}

/** Long form of an account, as `GET /users/{username}` shows it. */
export function serialiseFullUser(kernel: Kernel, account: Account): Schema<'public-user'> {
  return {
    ...serialiseUser(kernel, account),
    name: account.name,
    company: null,
    blog: '',
    location: null,
    email: account.email,
    hireable: null,
    bio: null,
    twitter_username: null,
    public_repos: kernel.world.repositories.filter((one) => one.ownerId === account.id && !one.private)
      .length,
    public_gists: 0,
    followers: 0,
    following: 0,
    created_at: account.createdAt,
    updated_at: account.updatedAt,
  };
}
