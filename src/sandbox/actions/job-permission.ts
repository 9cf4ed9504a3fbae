import type { Permissions } from '../model/app.ts';
import type { PermissionsDefinition } from './definition.ts';

/** What a workflow's `permissions:` can name and an installation token can have. */
const NAMES = [
  'actions',
  'attestations',
  'checks',
  'contents',
  'deployments',
  'discussions',
  'issues',
  'packages',
  'pages',
  'pull-requests',
  'repository-projects',
  'security-events',
  'statuses',
];

/** What GITHUB_TOKEN has when neither workflow nor job says: GitHub's default for new repositories. */
const RESTRICTED: PermissionsDefinition = { contents: 'read', packages: 'read' };

/**
 * What the GITHUB_TOKEN of a job may do: the job's own `permissions`, else the workflow's, else the restricted default.
 * What is not named is none; `metadata: read` is always there.
 *
 * Source: docs.github.com, "Automatic token authentication", permissions for the GITHUB_TOKEN.
 */
export function buildJobPermissions(
  workflow: PermissionsDefinition | undefined,
  job: PermissionsDefinition | undefined,
): Permissions {
  const wanted = job ?? workflow ?? RESTRICTED;
  return { metadata: 'read', ...grantedBy(wanted) };
}

function grantedBy(wanted: PermissionsDefinition): Permissions {
  if (wanted === 'read-all') return Object.fromEntries(NAMES.map((name) => [apiName(name), 'read']));
  if (wanted === 'write-all') return Object.fromEntries(NAMES.map((name) => [apiName(name), 'write']));
  const granted = Object.entries(wanted ?? {}).flatMap(([name, level]) =>
    level === 'none' || !NAMES.includes(name) ? [] : [[apiName(name), level] as const],
  );
  return Object.fromEntries(granted);
}

/** Workflow files write `pull-requests` where the API says `pull_requests`. */
function apiName(name: string): string {
  return name.replaceAll('-', '_');
}
