/** The newest of what somebody said about a commit under a name. */
export interface CheckFacts {
  readonly name: string;
  /** The App that said so; `null` for a commit status, which everybody with write access can set. */
  readonly appId: number | null;
  readonly state: 'green' | 'red' | 'pending';
  readonly url: string | null;
}

/** A check without which nothing gets onto a branch. */
export interface RequiredCheck {
  readonly context: string;
  /** The only App that counts; `null`: whoever says it. */
  readonly appId: number | null;
}

/** What a commit still lacks of what is required. */
export interface MissingCheck {
  readonly context: string;
  readonly state: 'red' | 'pending';
  readonly url: string | null;
}

/**
 * Tells which required checks are not green on a commit, red ones first.
 *
 * A check that is pinned to an App counts from that App alone: the same name by another, or as a commit status, is
 * nothing. One that is not pinned has to be green from everybody who says it.
 */
export function missingChecks(
  required: readonly RequiredCheck[],
  said: readonly CheckFacts[],
): readonly MissingCheck[] {
  const missing = required.flatMap(({ context, appId }): MissingCheck[] => {
    const counting = said.filter((each) => each.name === context && (appId === null || each.appId === appId));
    const red = counting.find(({ state }) => state === 'red');
    if (red !== undefined) return [{ context, state: 'red', url: red.url }];
    const isGreen = counting.length > 0 && counting.every(({ state }) => state === 'green');
    return isGreen ? [] : [{ context, state: 'pending', url: counting[0]?.url ?? null }];
  });
  return missing.toSorted((left, right) => Number(right.state === 'red') - Number(left.state === 'red'));
}
