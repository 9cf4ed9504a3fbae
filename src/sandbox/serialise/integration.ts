import type { App } from '../model/app.ts';
import type { Kernel } from '../sandbox.ts';
import { accountOf, appOf } from '../world.ts';
import { serialiseUser } from './account.ts';

/** An App as checks, deployments and `performed_via_github_app` show it. */
export function serialiseIntegration(kernel: Kernel, app: App) {
  return {
    id: app.id,
    slug: app.slug,
    node_id: app.nodeId,
    client_id: app.clientId,
    owner: serialiseUser(kernel, accountOf(kernel.world, app.ownerId)),
    name: app.name,
    description: app.description,
    external_url: kernel.urls.web,
    html_url: `${kernel.urls.web}/apps/${app.slug}`,
    created_at: app.createdAt,
    updated_at: app.updatedAt,
    permissions: app.permissions,
    events: app.events,
  };
}

/** The `performed_via_github_app` of something that an App, or no App, did. */
export function serialiseVia(kernel: Kernel, appId: number | null) {
  return appId === null ? null : serialiseIntegration(kernel, appOf(kernel.world, appId));
}
