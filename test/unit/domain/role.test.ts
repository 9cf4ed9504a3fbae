import { describe, expect, it } from 'vitest';
import { hasRole, type Role } from '../../../src/domain/person.ts';
import type { Policy, RolePolicy } from '../../../src/domain/policy.ts';
import { describeRole } from '../../../src/domain/text/role.ts';
import { ADA, aPolicy, aStanding, WES } from '../../support/builders.ts';

const ROLES: readonly Role[] = ['anyone', 'triage', 'write', 'responder', 'senior', 'admin'];

function rolesOf(
  permission: Parameters<typeof aStanding>[0],
  given: { readonly policy?: Policy; readonly teams?: string[]; readonly isBot?: boolean } = {},
): Role[] {
  const { policy = aPolicy(), teams = [], isBot = false } = given;
  const member = { person: WES, standing: aStanding(permission, { teams, isBot }) };
  return ROLES.filter((role) => hasRole(member, role, policy.roles));
}

function withAdmins(changes: Partial<RolePolicy>): Policy {
  const { roles } = aPolicy();
  return aPolicy({ roles: { ...roles, admin: { ...roles.admin, ...changes } } });
}

describe('a person has', () => {
  it.each([
    ['none', ['anyone']],
    ['read', ['anyone']],
    ['triage', ['anyone', 'triage']],
    ['write', ['anyone', 'triage', 'write', 'responder']],
    ['maintain', ['anyone', 'triage', 'write', 'responder', 'senior']],
    ['admin', ROLES],
  ] as const)('with %s access the roles %j by default', (permission, expected) => {
    expect(rolesOf(permission)).toEqual(expected);
  });

  it('every role when a list names them as admin, whatever the repository says', () => {
    expect(rolesOf('read', { policy: withAdmins({ users: ['WES'] }) })).toEqual(ROLES);
    expect(rolesOf('none', { policy: withAdmins({ teams: ['Acme/Leads'] }), teams: ['acme/leads'] })).toEqual(
      ROLES,
    );
  });

  it('no role by a team that they are not in', () => {
    expect(rolesOf('none', { policy: withAdmins({ teams: ['acme/leads'] }), teams: ['acme/lead'] })).toEqual([
      'anyone',
    ]);
  });

  it('no role of a list by access alone where the policy takes lists only', () => {
    expect(rolesOf('admin', { policy: withAdmins({ permission: null, users: ['ada'] }) })).not.toContain(
      'admin',
    );
  });

  it('no role by a login that only begins like one of the list', () => {
    expect(rolesOf('read', { policy: withAdmins({ users: ['wes-admin', 'we'] }) })).toEqual(['anyone']);
  });

  it('no role but anyone’s as a bot, with whatever access', () => {
    expect(rolesOf('admin', { isBot: true })).toEqual(['anyone']);
    expect(rolesOf('admin', { isBot: true, policy: withAdmins({ users: ['wes'] }) })).toEqual(['anyone']);
  });
});

describe('a role is described', () => {
  it('by the access it takes and by the people and teams of the lists, none of them called', () => {
    const policy = withAdmins({ users: [ADA.login], teams: ['acme/leads'] });
    expect(describeRole('admin', policy)).toBe(
      'admins (people with `admin` access, ada or the team acme/leads)',
    );
    expect(describeRole('write', policy)).toBe('people with write access or more');
    expect(describeRole('anyone', policy)).toBe('everybody');
  });
});
