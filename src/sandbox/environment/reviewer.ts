import { atLeast, roleOf } from '../auth/role.ts';
import { unprocessable } from '../error.ts';
import type { Account, Team } from '../model/account.ts';
import type { Reviewer } from '../model/environment.ts';
import type { Repository } from '../model/repository.ts';
import { accountOf, type World } from '../world.ts';

/** GitHub's limit for one environment. */
const MAX_REVIEWERS = 6;

/** Refuses reviewers that are too many, not there, or may not even read. @throws ApiError 422. */
export function checkReviewers(world: World, repository: Repository, reviewers: Reviewer[]): void {
  if (reviewers.length > MAX_REVIEWERS)
    throw unprocessable(`Only ${MAX_REVIEWERS} reviewers can be listed for an environment.`);
  for (const reviewer of reviewers) {
    if (!mayRead(world, repository, reviewer))
      throw unprocessable('Validation Failed', [
        `Reviewer ${reviewer.type} ${reviewer.id} is not there or cannot read the repository.`,
      ]);
  }
}

/** The team with this id in the organisation that owns the repository. */
export function teamWithId(world: World, repository: Repository, id: number): Team | null {
  const teams = accountOf(world, repository.ownerId).organization?.teams ?? [];
  return teams.find((one) => one.id === id) ?? null;
}

/** Tells whether a person is one of the reviewers, by name or through a team. */
export function isReviewer(
  world: World,
  of: { repository: Repository; reviewers: Reviewer[] },
  person: Account,
): boolean {
  return of.reviewers.some(({ type, id }) =>
    type === 'User'
      ? id === person.id
      : (teamWithId(world, of.repository, id)?.members.some((one) => one.userId === person.id) ?? false),
  );
}

function mayRead(world: World, repository: Repository, { type, id }: Reviewer): boolean {
  if (type === 'User') {
    const person = world.accounts.find((one) => one.id === id && one.type === 'User');
    return person !== undefined && atLeast(roleOf(world, repository, person), 'read');
  }
  const team = teamWithId(world, repository, id);
  return team !== null && (!repository.private || repository.teams.some((one) => one.teamId === team.id));
}
