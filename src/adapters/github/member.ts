import type { Person, Standing } from '../../domain/person.ts';
import type { Members } from '../../ports/github.ts';
import type { GitHubContext } from './client.ts';
import { callingUnlessGone } from './failure.ts';

/** From the strongest: the first that a person has is theirs. Names as in `user.permissions`. */
const BASE_ROLES = [
  ['admin', 'admin'],
  ['maintain', 'maintain'],
  ['push', 'write'],
  ['triage', 'triage'],
  ['pull', 'read'],
] as const;

/**
 * Reads what people may do: one call, and one for each team. Nothing is kept, since a role can be taken away.
 * Whoever GitHub does not know here has no role; any other error is thrown, so that nobody gets in on it.
 */
export function createMembers(context: GitHubContext): Members {
  return {
    standing: async (person, teams) => {
      const [standing, ...isIn] = await Promise.all([
        readPermission(context, person),
        ...teams.map((team) => isTeamMember(context, person, team)),
      ]);
      const { isSame, ...rest } = standing;
      const own = teams.filter((_, index) => isSame && isIn[index] === true);
      return { ...rest, teams: own.map((team) => team.toLowerCase()) };
    },
  };
}

async function readPermission(
  { client, owner, repo }: GitHubContext,
  person: Person,
): Promise<Omit<Standing, 'teams'> & { readonly isSame: boolean }> {
  const isNamedBot = person.login.endsWith('[bot]');
  const answer = await callingUnlessGone('read the role of a person', () =>
    client.request('GET /repos/{owner}/{repo}/collaborators/{username}/permission', {
      owner,
      repo,
      username: person.login,
    }),
  );
  const user = answer?.data.user;
  // A login that changed hands is somebody else, whose teams are none of this person's either.
  const isSame = (user?.id ?? person.id) === person.id;
  if (answer === null || user?.id !== person.id) return { permission: 'none', isBot: isNamedBot, isSame };
  return { permission: permissionOf(answer.data), isBot: isNamedBot || user.type === 'Bot', isSame };
}

/** The role by its name; a custom one counts as the strongest role whose permission it includes. */
function permissionOf(answer: {
  readonly role_name: string;
  readonly permission: string;
  readonly user: { readonly permissions?: Readonly<Partial<Record<string, boolean>>> } | null;
}): Standing['permission'] {
  const named = BASE_ROLES.find(([, name]) => name === answer.role_name);
  if (named !== undefined) return named[1];
  if (answer.permission === 'none') return 'none';
  return BASE_ROLES.find(([key]) => answer.user?.permissions?.[key] === true)?.[1] ?? 'none';
}

async function isTeamMember({ client }: GitHubContext, person: Person, team: string): Promise<boolean> {
  const [org = '', slug = ''] = team.split('/');
  const answer = await callingUnlessGone('read the members of a team', () =>
    client.request('GET /orgs/{org}/teams/{team_slug}/memberships/{username}', {
      org,
      team_slug: slug,
      username: person.login,
    }),
  );
  return answer?.data.state === 'active';
}
