import { covers } from '../auth/permission.ts';
import type { App, Installation, Permissions } from '../model/app.ts';
import { reaches, type World } from '../world.ts';
import type { SandboxEvent } from './event.ts';

/**
 * The permission an App needs to get an event; several mean any one of them.
 *
 * Source: docs.github.com, "Webhook events and payloads", the line "To subscribe to this event" of each.
 */
const NEEDED: { [event: string]: Permissions[] } = {
  branch_protection_rule: [{ administration: 'read' }],
  check_run: [{ checks: 'read' }],
  check_suite: [{ checks: 'read' }],
  commit_comment: [{ contents: 'read' }],
  create: [{ contents: 'read' }],
  delete: [{ contents: 'read' }],
  deployment: [{ deployments: 'read' }],
  deployment_protection_rule: [{ deployments: 'read' }],
  deployment_review: [{ deployments: 'read' }],
  deployment_status: [{ deployments: 'read' }],
  issue_comment: [{ issues: 'read' }, { pull_requests: 'read' }],
  issues: [{ issues: 'read' }],
  label: [{ metadata: 'read' }],
  member: [{ members: 'read' }],
  merge_group: [{ merge_queues: 'read' }],
  pull_request: [{ pull_requests: 'read' }],
  pull_request_review: [{ pull_requests: 'read' }],
  push: [{ contents: 'read' }],
  release: [{ contents: 'read' }],
  repository: [{ metadata: 'read' }],
  repository_dispatch: [{ contents: 'write' }],
  repository_ruleset: [{ administration: 'read' }],
  status: [{ statuses: 'read' }],
  workflow_dispatch: [{ contents: 'read' }],
  workflow_job: [{ actions: 'read' }],
  workflow_run: [{ actions: 'read' }],
};

/** Events every App gets without subscribing. */
const ALWAYS = new Set([
  'installation',
  'installation_repositories',
  'installation_target',
  'ping',
  'github_app_authorization',
]);

/** The Apps, each with its installation, that get this event. */
export function recipientsOf(
  world: World,
  event: SandboxEvent,
): { app: App; installation: Installation | null }[] {
  return world.installations.flatMap((installation) => {
    const app = world.apps.find((one) => one.id === installation.appId);
    return app?.hook?.active && mayReceive(app, installation, event) ? [{ app, installation }] : [];
  });
}

function mayReceive(app: App, installation: Installation, event: SandboxEvent): boolean {
  if (event.onlyAppId !== null && event.onlyAppId !== app.id) return false;
  if (ALWAYS.has(event.name)) return isAbout(event, installation);
  if (event.repository && !reaches(installation, event.repository)) return false;
  const subscribed = installation.events.includes(event.name) || installation.events.includes('*');
  return subscribed && (NEEDED[event.name] ?? [{}]).some((way) => covers(installation.permissions, way));
}

/** An event about an installation goes to that one only. */
function isAbout(event: SandboxEvent, installation: Installation): boolean {
  const about = event.payload['installation'];
  return typeof about !== 'object' || about === null || !('id' in about) || about.id === installation.id;
}
