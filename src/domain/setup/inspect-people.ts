import { CONFIG_PATH, type Policy } from '../policy.ts';
import { check, type Finding } from './finding.ts';
import { AS_ADMIN, type Look } from './look.ts';

/** A place of the configuration that names accounts by their logins. */
interface Naming {
  readonly where: string;
  readonly logins: readonly string[];
}

function namingsIn({ roles, hotfix }: Policy): readonly Naming[] {
  const named = Object.entries(roles).map(([role, { users }]) => ({
    where: `roles.${role}.users`,
    logins: users,
  }));
  return [...named, { where: 'hotfix.notify', logins: hotfix.notify }].filter(
    ({ logins }) => logins.length > 0,
  );
}

/** Every login that the configuration names. */
export function namedLogins(policy: Policy): readonly string[] {
  return [...new Set(namingsIn(policy).flatMap(({ logins }) => logins))];
}

/** Looks whether the people whom the configuration names by login are there: a name can be given up, and taken by others. */
export function inspectPeople({ facts: { unknownLogins }, wanted: { policy } }: Look): readonly Finding[] {
  const namings = namingsIn(policy);
  if (namings.length === 0) return [check('people_exist', CONFIG_PATH).ok('It names nobody by login.')];
  return namings.map((naming) => inspectNaming(naming, unknownLogins));
}

function inspectNaming({ where, logins }: Naming, unknownLogins: readonly string[] | null): Finding {
  const exist = check('people_exist', where);
  if (unknownLogins === null) return exist.unknown('Whether these accounts exist was not seen.', AS_ADMIN);
  const gone = logins.filter((login) => unknownLogins.includes(login));
  if (gone.length === 0) return exist.ok(`${logins.join(', ')}: the accounts exist.`);
  return exist.trouble({
    what: `There is no account ${gone.join(', ')}: it was renamed, is gone or is misspelt, and whoever takes the name has the role.`,
    mend: `write the name of today into ${CONFIG_PATH}, or take it out`,
    ...(where === 'roles.admin.users' ? {} : { severity: 'warns' as const }),
  });
}
