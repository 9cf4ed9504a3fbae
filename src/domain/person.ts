import type { Policy, RepositoryPermission, RolePolicy } from './policy.ts';

/** An account on GitHub. Accounts are the same when their ids are; a login can change hands. */
export interface Person {
  readonly id: number;
  readonly login: string;
}

/** What a person may do here, read live when they act. */
export interface Standing {
  /** `role_name` of the collaborator; custom roles count as the base role that GitHub reports. */
  readonly permission: RepositoryPermission | 'none';
  /** `org/team` of every configured team that the person is an active member of. */
  readonly teams: readonly string[];
  readonly isBot: boolean;
}

/** The roles that commands ask for. `anyone` needs nothing, `system` is never a person. */
export type Role = 'anyone' | 'triage' | 'write' | 'responder' | 'senior' | 'admin';

const RANK: Readonly<Record<RepositoryPermission | 'none', number>> = {
  none: 0,
  read: 1,
  triage: 2,
  write: 3,
  maintain: 4,
  admin: 5,
};

/** Tells whether a person has a role. Bots have none but `anyone`; an admin has every role. */
export function hasRole(person: Person, standing: Standing, role: Role, roles: Policy['roles']): boolean {
  if (role === 'anyone') return true;
  if (standing.isBot) return false;
  if (role === 'triage' || role === 'write') return RANK[standing.permission] >= RANK[role];
  return isIn(person, standing, roles.admin) || (role !== 'admin' && isIn(person, standing, roles[role]));
}

function isIn(person: Person, standing: Standing, policy: RolePolicy): boolean {
  const login = person.login.toLowerCase();
  if (policy.permission !== null && RANK[standing.permission] >= RANK[policy.permission]) return true;
  if (policy.users.some((user) => user.toLowerCase() === login)) return true;
  return policy.teams.some((team) => standing.teams.includes(team.toLowerCase()));
}
