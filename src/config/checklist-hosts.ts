import type { Variables } from './env.ts';

/**
 * Hosts that the App may ask for checklists ahead of a slot, from `CHECKLIST_HOSTS`: names with their port where it is
 * not the usual one, between commas. Only the operator says so: whoever writes a repository's configuration could
 * otherwise make the App ask what only its own network reaches.
 */
export function checklistHosts(variables: Variables): readonly string[] {
  return (variables['CHECKLIST_HOSTS'] ?? '')
    .split(',')
    .map((host) => host.trim().toLowerCase())
    .filter((host) => host !== '');
}
