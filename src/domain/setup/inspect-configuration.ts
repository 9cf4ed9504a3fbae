import { CONFIG_PATH } from '../policy.ts';
import type { BranchFacts, RequiredReviews } from './facts.ts';
import { check, type Finding } from './finding.ts';
import { APPLY, AS_ADMIN, ownBypass, rulesetChange, seenBranch, type Look } from './look.ts';
import { classicOf, classicSource, rulesetSource, rulesOf, strongest, type RuleSource } from './source.ts';

/** Without a configuration it is not known what to look at; `problems` are one a line. */
export function brokenConfiguration(problems: string): Finding {
  return check('config_valid', CONFIG_PATH).trouble({
    what: `It is not understood, so nothing is decided by it: ${problems.replaceAll('\n', '; ')}`,
    mend: 'mend it on the default branch',
  });
}

/** Looks at what everything else follows from: the configuration, and who may change it. */
export function inspectConfiguration(look: Look): readonly Finding[] {
  const { timeZone } = look.wanted.policy.slots;
  return [
    check('config_valid', CONFIG_PATH).ok(`It is understood; slots are in ${timeZone}.`),
    inspectGuard(look),
    inspectBugRule(look),
    ...inspectExistence(look),
  ];
}

function inspectGuard(look: Look): Finding {
  const { defaultBranch } = look.facts;
  const guarded = check('config_guarded', defaultBranch);
  if (defaultBranch === look.wanted.policy.environments.prod.branch) {
    return guarded.ok('Configuration and workflows are on the branch of PROD, behind its gate.');
  }
  const branch = seenBranch(look, defaultBranch);
  if (branch === undefined) return guarded.unknown(`The rules of ${defaultBranch} cannot be seen.`, AS_ADMIN);
  const best = strongest(reviewSources(look, branch));
  if (best?.passedBy === null) {
    return guarded.unknown(`Who may pass ${best.name} is shown to its admins only.`, AS_ADMIN);
  }
  if (best?.passedBy.length === 0) {
    return guarded.ok(`Changes to ${CONFIG_PATH} and the workflows need a review, by ${best.name}.`);
  }
  const who = best === undefined ? 'everyone who can push' : best.passedBy.join(', ');
  return guarded.trouble({
    what: `${CONFIG_PATH} and the workflows can be changed by ${who} with no review, and with them who is an admin.`,
    mend: APPLY,
    change: rulesetChange(look, 'tonic: configuration'),
  });
}

/** What demands a review of a pull request into a branch. */
function reviewSources(look: Look, branch: BranchFacts): readonly RuleSource[] {
  const classic = classicOf(branch);
  return [
    ...rulesOf(branch, 'pull_request')
      .filter(({ reviews }) => isAsked(reviews))
      .map((rule) => rulesetSource(look.facts, rule, ownBypass(look))),
    ...(classic !== null && isAsked(classic.reviews) ? [classicSource(classic)] : []),
  ];
}

function isAsked(reviews: RequiredReviews | null): boolean {
  return reviews !== null && reviews.approvals > 0;
}

function inspectBugRule({ wanted }: Look): Finding {
  const { branch } = wanted.policy.environments.prod;
  const needs = check('prod_needs_bug', branch);
  if (wanted.policy.gates.requireBug.prod) return needs.ok('Every pull request into PROD needs a bug.');
  return needs.trouble({
    what: 'Pull requests without a bug may be merged into PROD with no sign-off; T2 refuses to deploy them.',
    mend: `take gates.require_bug.prod: false out of ${CONFIG_PATH}`,
  });
}

function inspectExistence({ facts, wanted }: Look): readonly Finding[] {
  return Object.values(wanted.policy.environments).flatMap(({ branch }) => {
    const exist = check('branches_exist', branch);
    const found = facts.branches.get(branch)?.exists ?? null;
    if (found === null) return [exist.unknown('Whether the branch exists was not seen.', AS_ADMIN)];
    if (found) return [exist.ok('The branch exists.')];
    const mend = `push it, or name another one in ${CONFIG_PATH}`;
    return [exist.trouble({ what: 'There is no such branch.', mend })];
  });
}
