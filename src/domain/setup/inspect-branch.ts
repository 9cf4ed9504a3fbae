import { GATE_CHECKS } from '../gate.ts';
import { ENVIRONMENTS, type EnvironmentName } from '../policy.ts';
import type { BranchFacts, SetupFacts } from './facts.ts';
import { check, type Finding, type FindingSeverity } from './finding.ts';
import { APPLY, AS_ADMIN, NAME_APP, nameApp, rulesetChange, seenBranch, type Look } from './look.ts';
import {
  classicOf,
  classicSource,
  ownRuleset,
  rulesetSource,
  rulesOf,
  strongest,
  type RuleSource,
} from './source.ts';

/** The check of an environment that rules demand, and where it has to come from by them. */
interface Demand {
  /** `null`: anybody may report it. */
  readonly appId: number | null;
  readonly source: RuleSource;
}

/** One environment's branch, looked at. */
interface BranchLook extends Look {
  readonly environment: EnvironmentName;
  /** The branch's name. */
  readonly name: string;
  readonly branch: BranchFacts;
}

/** Looks at the branches of UAT and PROD: the gate, who may pass it, and whether their history stays. */
export function inspectBranches(look: Look): readonly Finding[] {
  return ENVIRONMENTS.flatMap((environment) => {
    const name = look.wanted.policy.environments[environment].branch;
    const branch = seenBranch(look, name);
    if (branch === undefined) {
      return [check('gate_required', name).unknown(`The rules of ${name} cannot be seen.`, AS_ADMIN)];
    }
    const at: BranchLook = { ...look, environment, name, branch };
    return [...inspectGate(at), ...inspectHistory(at), ...inspectReviews(at)];
  });
}

/** On UAT nothing is lost that PROD's own gate does not stop. */
function atMost({ environment }: BranchLook, severity: FindingSeverity): FindingSeverity {
  return environment === 'prod' ? severity : 'warns';
}

function applied(look: BranchLook) {
  return { mend: APPLY, change: rulesetChange(look, rulesetName(look.environment)) };
}

function rulesetName(environment: EnvironmentName): string {
  return `tonic: ${environment.toUpperCase()}`;
}

function inspectGate(look: BranchLook): readonly Finding[] {
  const { facts, name, environment } = look;
  const demands = demandsOf(look);
  const pinned = demands.filter(
    ({ appId }) => appId !== null && (facts.app === null || appId === facts.app.id),
  );
  const gate = check('gate_required', name);
  const best = strongest(pinned.map(({ source }) => source));
  if (best === undefined) {
    const what = describeUnguarded(look, demands);
    return [gate.trouble({ what, severity: atMost(look, 'blocks_prod'), ...applied(look) })];
  }
  const demanded = `\`${GATE_CHECKS[environment]}\` is demanded by ${best.name}`;
  const required =
    facts.app === null
      ? gate.unknown(
          `${demanded}, of App ${pinned[0]?.appId}; whether that is Tonic’s cannot be seen.`,
          NAME_APP,
        )
      : gate.ok(`${demanded}, of ${nameApp(facts.app)} only.`);
  return [required, inspectPassing(look, best)];
}

function inspectPassing(look: BranchLook, source: RuleSource): Finding {
  const { name } = look;
  const bypass = check('gate_bypass', name);
  if (source.passedBy === null) {
    return bypass.unknown(`Who may pass ${source.name} is shown to its admins only.`, AS_ADMIN);
  }
  if (source.passedBy.length === 0) return bypass.ok(`Nobody may pass ${source.name}.`);
  return bypass.trouble({
    what: `${source.name} may be passed by ${source.passedBy.join(', ')}.`,
    severity: atMost(look, 'blocks_prod'),
    ...applied(look),
  });
}

function demandsOf({ facts, environment, branch }: BranchLook): readonly Demand[] {
  const context = GATE_CHECKS[environment];
  const byRules = rulesOf(branch, 'required_status_checks').flatMap((rule) =>
    rule.checks
      .filter((required) => required.context === context)
      .map(({ appId }) => ({ appId, source: rulesetSource(facts, rule, 'nobody') })),
  );
  const classic = classicOf(branch);
  const byClassic = (classic?.checks ?? []).filter((required) => required.context === context);
  return [
    ...byRules,
    ...(classic === null ? [] : byClassic.map(({ appId }) => ({ appId, source: classicSource(classic) }))),
  ];
}

function describeUnguarded(
  { facts, name, environment, branch }: BranchLook,
  demands: readonly Demand[],
): string {
  const context = `\`${GATE_CHECKS[environment]}\``;
  const others = demands.flatMap(({ appId }) => (appId === null ? [] : [appId]));
  if (others.length > 0) {
    const wanted = facts.app === null ? 'the App' : nameApp(facts.app);
    return `${name} takes ${context} of App ${others.join(', ')} instead of ${wanted}.`;
  }
  if (demands.length > 0) {
    return `${name} takes ${context} from anybody: it is not pinned to the App, and everyone who can push can report it.`;
  }
  const asleep = describeAsleep(facts, rulesetName(environment));
  const unseen = branch.classic === null ? ' Classic branch protection cannot be seen.' : '';
  return `${name} takes commits without ${context}.${asleep}${unseen}`;
}

function describeAsleep(facts: SetupFacts, name: string): string {
  const ruleset = ownRuleset(facts, name);
  if (ruleset === undefined || ruleset.enforcement === 'active') return '';
  return ` The ruleset "${name}" is in mode ${ruleset.enforcement}, which stops nothing.`;
}

const HISTORY = [
  { type: 'non_fast_forward', opened: 'allowsForcePushes', told: 'takes force pushes' },
  { type: 'deletion', opened: 'allowsDeletions', told: 'can be deleted' },
] as const;

function inspectHistory(look: BranchLook): readonly Finding[] {
  const { facts, name, branch } = look;
  const classic = classicOf(branch);
  const open = HISTORY.flatMap(({ type, opened, told }) => {
    const sources = rulesOf(branch, type).map((rule) => rulesetSource(facts, rule, 'nobody'));
    const all = classic === null || classic[opened] ? sources : [...sources, classicSource(classic)];
    const best = strongest(all);
    if (best === undefined) return [`${name} ${told}`];
    const passed = best.passedBy ?? [];
    return passed.length === 0 ? [] : [`${name} ${told} by ${passed.join(', ')}`];
  });
  const history = check('history_kept', name);
  if (open.length === 0) return [history.ok(`${name} takes no force push and cannot be deleted.`)];
  return [
    history.trouble({
      what: `${open.join('; ')}.`,
      severity: atMost(look, 'blocks_prod'),
      ...applied(look),
    }),
  ];
}

/** Source: reviews of an older head stay valid unless the rule says that a push takes them back. */
function inspectReviews({ name, branch }: BranchLook): readonly Finding[] {
  const asked = [
    ...rulesOf(branch, 'pull_request').flatMap(({ reviews }) => (reviews === null ? [] : [reviews])),
    ...[classicOf(branch)?.reviews ?? null].filter((reviews) => reviews !== null),
  ].filter(({ approvals }) => approvals > 0);
  if (asked.length === 0) return [];
  const fresh = check('reviews_fresh', name);
  if (asked.some(({ dismissStale }) => dismissStale)) {
    return [fresh.ok(`A push to a pull request into ${name} takes its reviews back.`)];
  }
  return [
    fresh.trouble({
      what: `Reviews of pull requests into ${name} stay when something is pushed after them.`,
      mend: 'switch on "Dismiss stale pull request approvals when new commits are pushed" in that rule',
    }),
  ];
}
