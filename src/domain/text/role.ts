import type { Role } from '../person.ts';
import type { Policy } from '../policy.ts';
import { listOf, plain } from './markdown.ts';

/** Says who has a role, from the configuration. */
export function describeRole(role: Role, policy: Policy): string {
  if (role === 'anyone') return 'everybody';
  if (role === 'triage' || role === 'write') return `people with ${role} access or more`;
  const { permission, users, teams } = policy.roles[role];
  const who = [
    ...(permission === null ? [] : [`people with \`${permission}\` access`]),
    ...users.map((user) => plain(user, 60)),
    ...teams.map((team) => `the team ${plain(team, 100)}`),
  ];
  return `${role}s (${listOf(who, 'or')})`;
}
