import type { SetupChange } from './change.ts';
import type { AppFacts, BranchFacts, SetupFacts } from './facts.ts';
import { ownRuleset, type Allowed } from './source.ts';
import type { WantedSetup } from './wanted-setup.ts';

/** One look at a repository: what is there and what has to be. */
export interface Look {
  readonly facts: SetupFacts;
  readonly wanted: WantedSetup;
}

/** How to have a change made. */
export const APPLY = 'tonic init --apply';

/** Where the caller is no admin. */
export const AS_ADMIN = 'look again with the token of an admin';

/** Where it is not known which App is Tonic's. */
export const NAME_APP = 'name the App: --app <slug>';

/** Makes or mends the ruleset of a name; `null` while the App that it is for is not known, or none is wanted. */
export function rulesetChange({ facts, wanted }: Look, name: string): SetupChange | null {
  const ruleset = wanted.rulesets.find((each) => each.name === name);
  if (ruleset === undefined || facts.app === null) return null;
  return { kind: 'ruleset', ruleset, id: ownRuleset(facts, name)?.id ?? null, appId: facts.app.id };
}

/** What guards a branch, `undefined` where nobody looked or may look. */
export function seenBranch({ facts }: Look, name: string): BranchFacts | undefined {
  const branch = facts.branches.get(name);
  return branch?.rules === null ? undefined : branch;
}

/** `App 42 (tonic-deploy)` */
export function nameApp(app: Pick<AppFacts, 'id' | 'slug'>): string {
  return `App ${app.id} (${app.slug})`;
}

/** The App's own bypass, where that is wanted. */
export function ownBypass({ facts }: Look): Allowed {
  return facts.app?.id ?? 'any_app';
}
