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

/** Somebody, with what they may do here. */
export interface Member {
  readonly person: Person;
  readonly standing: Standing;
}

/** Tells whether somebody has a role. Bots have none but `anyone`; an admin has every role. */
export function hasRole(member: Member, role: Role, roles: Policy['roles']): boolean {
  if (role === 'anyone') return true;
  if (member.standing.isBot) return false;
  if (isIn(member, roles.admin)) return true;
  if (role === 'triage' || role === 'write') return RANK[member.standing.permission] >= RANK[role];
  return isIn(member, roles[role]);
}

/** Every team that some role names: those that have to be asked of a person. */
export function teamsOf({ roles }: Pick<Policy, 'roles'>): string[] {
  return [...new Set(Object.values(roles).flatMap((role) => role.teams))];
}

function isIn({ person, standing }: Member, policy: RolePolicy): boolean {
  const login = person.login.toLowerCase();
  if (policy.permission !== null && RANK[standing.permission] >= RANK[policy.permission]) return true;
  if (policy.users.some((user) => user.toLowerCase() === login)) return true;
  return policy.teams.some((team) => standing.teams.includes(team.toLowerCase()));
}
