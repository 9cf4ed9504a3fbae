import { atLeast, roleOf } from '../auth/role.ts';
import type { Review } from '../model/pull.ts';
import type { Repository } from '../model/repository.ts';
import { accountOf, type World } from '../world.ts';

/** A person's last word that is an opinion: a later mere comment does not take it back, a dismissal does. */
export function opinionsOf(reviews: Review[]): Review[] {
  return latestOfEach(
    reviews.filter(
      ({ state }) => state === 'APPROVED' || state === 'CHANGES_REQUESTED' || state === 'DISMISSED',
    ),
  );
}

/** The last review of each person. */
export function latestOfEach(reviews: Review[]): Review[] {
  return [...new Map(reviews.map((review) => [review.authorId, review])).values()];
}

/** Tells whether a review counts for the rules: its author may write. */
export function isByWriter(world: World, repository: Repository, review: Review): boolean {
  return atLeast(roleOf(world, repository, accountOf(world, review.authorId)), 'write');
}
