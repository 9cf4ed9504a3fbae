import { hasRole, type Member, type Person } from '../person.ts';
import type { Policy } from '../policy.ts';
import { EVERYBODYS_APP } from './inspect-app.ts';

/** The word of a run that PROD is to be deployed to although nothing guards it. */
export type UnsafeWord =
  | { readonly kind: 'none' }
  | { readonly kind: 'counts'; readonly reason: string }
  /** It came with a run that somebody started who is no admin; `by` is empty where nobody can tell who. */
  | { readonly kind: 'void'; readonly by: readonly Person[] };

/** Nobody has said so. */
export const NO_UNSAFE_WORD: UnsafeWord = { kind: 'none' };

/** How a workflow run came to be, as GitHub tells. */
export interface RunStart {
  readonly event: string;
  /** Who gave its inputs; of a schedule, which has none, who wrote it. */
  readonly by: Person;
  /** Who has started it again, the last time; `null`: nobody has. */
  readonly again: Person | null;
}

/**
 * The people whose word the reason that a run gives may be. Not the author of a schedule, which has no inputs, nor the
 * App, which gives none: what their runs say stands in the workflow file of the default branch. Started again it is that
 * file as it was then, so whoever does that has to answer for it.
 */
export function startersOf({ event, by, again }: RunStart, appSlug: string | null): readonly Person[] {
  const appLogin = appSlug === null || appSlug === EVERYBODYS_APP ? null : `${appSlug}[bot]`;
  const first = event === 'schedule' ? [] : [by];
  const second = again === null || first.some(({ id }) => id === again.id) ? [] : [again];
  return [...first, ...second].filter(({ login }) => login !== appLogin);
}

/** The reason counts when everybody who has started the run is an admin. */
export function judgeUnsafe(
  reason: string,
  starters: readonly Member[],
  { roles }: Pick<Policy, 'roles'>,
): UnsafeWord {
  const others = starters.filter((member) => !hasRole(member, 'admin', roles));
  return others.length === 0
    ? { kind: 'counts', reason }
    : { kind: 'void', by: others.map(({ person }) => person) };
}
