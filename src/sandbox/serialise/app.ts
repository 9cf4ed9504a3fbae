import type { Account } from '../model/account.ts';
import type { App, Installation, Permissions } from '../model/app.ts';
import type { Kernel } from '../sandbox.ts';
import { accountOf, appOf } from '../world.ts';
import { serialiseUser } from './account.ts';
import type { Schema } from './schema.ts';

/** An App as `GET /app` shows it. */
export function serialiseApp(kernel: Kernel, app: App) {
  const { world, urls } = kernel;
  return {
    id: app.id,
    slug: app.slug,
    node_id: app.nodeId,
    client_id: app.clientId,
    owner: serialiseUser(kernel, accountOf(world, app.ownerId)),
    name: app.name,
    description: app.description,
    external_url: urls.web,
    html_url: `${urls.web}/apps/${app.slug}`,
    created_at: app.createdAt,
    updated_at: app.updatedAt,
    permissions: { ...app.permissions },
    events: [...app.events],
    installations_count: world.installations.filter((one) => one.appId === app.id).length,
  };
}

/** An installation as the App sees it. */
export function serialiseInstallation(kernel: Kernel, installation: Installation) {
  const { world, urls } = kernel;
  const account = accountOf(world, installation.accountId);
  const app = appOf(world, installation.appId);
  const settings = account.organization ? `organizations/${account.login}/settings` : 'settings';
  return {
    id: installation.id,
    account: accountOfInstallation(kernel, account),
    repository_selection: installation.repositoryIds === null ? ('all' as const) : ('selected' as const),
    access_tokens_url: `${urls.api}/app/installations/${installation.id}/access_tokens`,
    repositories_url: `${urls.api}/installation/repositories`,
    html_url: `${urls.web}/${settings}/installations/${installation.id}`,
    app_id: app.id,
    client_id: app.clientId,
    app_slug: app.slug,
    target_id: account.id,
    target_type: account.type,
    permissions: publishedPermissions(installation.permissions),
    events: [...installation.events],
    created_at: installation.createdAt,
    updated_at: installation.updatedAt,
    single_file_name: null,
    has_multiple_single_files: false,
    single_file_paths: [],
    suspended_by: null,
    suspended_at: null,
  };
}

function accountOfInstallation(kernel: Kernel, account: Account) {
  const user = serialiseUser(kernel, account);
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- GitHub publishes "a user or an enterprise", the generated type says both
  return user as typeof user & Schema<'enterprise'>;
}

/** Permissions as the published schema lists them, name by name. */
export function publishedPermissions(permissions: Permissions): { [name: string]: 'read' | 'write' } {
  return Object.fromEntries(
    Object.entries(permissions).map(([name, level]) => [name, level === 'read' ? 'read' : 'write']),
  );
}
