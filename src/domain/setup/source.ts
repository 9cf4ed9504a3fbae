import type {
  BranchFacts,
  BranchRule,
  BypassActor,
  ClassicProtection,
  RulesetFacts,
  SetupFacts,
} from './facts.ts';

/** Where a rule of a branch comes from, and who may pass it. */
export interface RuleSource {
  /** `ruleset "tonic: PROD"`, `branch protection` */
  readonly name: string;
  /** Who may pass it besides those who are allowed to, in words; `null`: cannot be seen. */
  readonly passedBy: readonly string[] | null;
}

/** Whose bypass does no harm: nobody's, that of the App with this id, or any App's while it is not known which is ours. */
export type Allowed = 'nobody' | 'any_app' | number;

/** The source of one rule of a ruleset. */
export function rulesetSource(facts: SetupFacts, { rulesetId }: BranchRule, allowed: Allowed): RuleSource {
  const ruleset = facts.rulesets.get(rulesetId);
  if (ruleset === undefined) return { name: `ruleset ${rulesetId}`, passedBy: null };
  return { name: `ruleset "${ruleset.name}"`, passedBy: passersOf(ruleset, allowed) };
}

/** Classic branch protection as a source: admins pass it unless it is enforced for them. */
export function classicSource(classic: ClassicProtection): RuleSource {
  return { name: 'branch protection', passedBy: classic.enforceAdmins ? [] : ['every admin'] };
}

function passersOf({ bypass }: RulesetFacts, allowed: Allowed): readonly string[] | null {
  return bypass?.filter((actor) => !isAllowed(actor, allowed)).map(describeActor) ?? null;
}

function isAllowed({ kind, id }: BypassActor, allowed: Allowed): boolean {
  return kind === 'Integration' && (allowed === 'any_app' || allowed === id);
}

const ACTORS: Readonly<Record<string, string>> = {
  Integration: 'App',
  OrganizationAdmin: 'organisation owners',
  EnterpriseOwner: 'enterprise owners',
  RepositoryRole: 'repository role',
  DeployKey: 'deploy keys',
  Team: 'team',
  User: 'user',
};

/** `App 42 (always)` */
function describeActor({ kind, id, mode }: BypassActor): string {
  const many = kind === 'OrganizationAdmin' || kind === 'DeployKey' || kind === 'EnterpriseOwner';
  const name = ACTORS[kind] ?? kind;
  const unseen = mode === 'exempt' ? 'exempt, which leaves no record' : mode;
  return `${name}${many || id === null ? '' : ` ${id}`} (${unseen})`;
}

/** The strongest of several sources: one that nobody passes, else one of which it cannot be seen, else any. */
export function strongest(sources: readonly RuleSource[]): RuleSource | undefined {
  const closed = sources.find(({ passedBy }) => passedBy?.length === 0);
  return closed ?? sources.find(({ passedBy }) => passedBy === null) ?? sources[0];
}

/** Rules of a type that hold for a branch. */
export function rulesOf(branch: BranchFacts | undefined, type: string): readonly BranchRule[] {
  return (branch?.rules ?? []).filter((rule) => rule.type === type);
}

/** Classic protection of a branch, where there is one that can be seen. */
export function classicOf(branch: BranchFacts | undefined): ClassicProtection | null {
  const classic = branch?.classic ?? null;
  return classic === 'none' ? null : classic;
}

/** The repository's own ruleset of a name. */
export function ownRuleset(facts: SetupFacts, name: string): RulesetFacts | undefined {
  return [...facts.rulesets.values()].find((ruleset) => ruleset.isOwn && ruleset.name === name);
}
