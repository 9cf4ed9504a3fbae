import { LEDGER_BRANCH } from '../ledger.ts';
import type { RulesetFacts } from './facts.ts';
import { check, type Finding } from './finding.ts';
import {
  APPLY,
  AS_ADMIN,
  NAME_APP,
  nameApp,
  ownBypass,
  rulesetChange,
  seenBranch,
  type Look,
} from './look.ts';
import { ownRuleset, rulesetSource, rulesOf, strongest, type RuleSource } from './source.ts';

const CLOSING = {
  creation: 'create',
  update: 'write',
  deletion: 'delete',
  non_fast_forward: 'rewind',
} as const;
type Closing = keyof typeof CLOSING;

/** Branches that stand for all that slots push and show. */
export const SAMPLE_BRANCHES = ['tonic/candidate/sample', 'tonic/preview/sample'] as const;

/** Looks at the branches that are the App's alone: the ledger, and what slots push. */
export function inspectOwnBranches(look: Look): readonly Finding[] {
  return [...inspectLedger(look), ...inspectCandidates(look)];
}

function inspectLedger(look: Look): readonly Finding[] {
  const closed = check('ledger_closed', LEDGER_BRANCH);
  const change = rulesetChange(look, 'tonic: ledger');
  if (seenBranch(look, LEDGER_BRANCH) === undefined) {
    return [closed.unknown(`The rules of ${LEDGER_BRANCH} cannot be seen.`, AS_ADMIN)];
  }
  const open = openActs(look, LEDGER_BRANCH, ['creation', 'update', 'deletion', 'non_fast_forward']);
  if (open.length > 0) {
    const asleep = ownRuleset(look.facts, 'tonic: ledger')?.enforcement ?? 'active';
    const why = asleep === 'active' ? '' : ` Its ruleset is in mode ${asleep}, which stops nothing.`;
    const what = `Everyone who can push may ${open.join(', ')} the branch of the ledger.${why}`;
    return [closed.trouble({ what, mend: APPLY, change })];
  }
  return [closed.ok('Nobody may create, write, delete or rewind it past its rules.'), inspectPassing(look)];
}

function inspectPassing(look: Look): Finding {
  const bypass = check('ledger_bypass', LEDGER_BRANCH);
  const change = rulesetChange(look, 'tonic: ledger');
  const weak = Object.keys(CLOSING).flatMap((type) => {
    const source = strongest(sourcesOf(look, LEDGER_BRANCH, type));
    return source === undefined || source.passedBy?.length === 0 ? [] : [source];
  });
  const passed = weak.find(({ passedBy }) => passedBy !== null);
  if (passed !== undefined) {
    const what = `${passed.name} may be passed by ${(passed.passedBy ?? []).join(', ')}.`;
    return bypass.trouble({ what, mend: APPLY, change });
  }
  const [unseen] = weak;
  if (unseen !== undefined) {
    return bypass.unknown(`Who may pass ${unseen.name} is shown to its admins only.`, AS_ADMIN);
  }
  if (look.facts.app === null) {
    return bypass.unknown('Apps may write it; which of them is Tonic’s cannot be seen.', NAME_APP);
  }
  const shut = shutOut(look, look.facts.app.id);
  if (shut !== null) {
    const what = `The App itself may not pass ruleset "${shut.name}", so it cannot write its ledger.`;
    return bypass.trouble({ what, severity: 'warns', mend: APPLY, change: shut.isOwn ? change : null });
  }
  return bypass.ok(`Only ${nameApp(look.facts.app)} may write it.`);
}

/** A ruleset that keeps the App from writing. */
function shutOut({ facts }: Look, appId: number): RulesetFacts | null {
  const update = rulesOf(facts.branches.get(LEDGER_BRANCH), 'update');
  const restricting = update.flatMap(({ rulesetId }) => facts.rulesets.get(rulesetId) ?? []);
  return (
    restricting.find(
      ({ bypass }) =>
        bypass !== null &&
        !bypass.some(
          (actor) => actor.kind === 'Integration' && actor.id === appId && actor.mode !== 'pull_request',
        ),
    ) ?? null
  );
}

function inspectCandidates(look: Look): readonly Finding[] {
  const change = rulesetChange(look, 'tonic: candidates');
  return SAMPLE_BRANCHES.map((sample) => {
    const place = sample.replace('/sample', '/**');
    const closed = check('candidates_closed', place);
    if (seenBranch(look, sample) === undefined) {
      return closed.unknown('Its rules cannot be seen.', AS_ADMIN);
    }
    const open = openActs(look, sample, ['creation', 'update', 'deletion']);
    if (open.length === 0) return closed.ok('Only the App pushes there.');
    const what = `Everyone who can push may ${open.join(', ')} branches there, and so stop a slot.`;
    return closed.trouble({ what, mend: APPLY, change });
  });
}

function openActs(look: Look, branch: string, types: readonly Closing[]): readonly string[] {
  return types.filter((type) => sourcesOf(look, branch, type).length === 0).map((type) => CLOSING[type]);
}

function sourcesOf(look: Look, branch: string, type: string): readonly RuleSource[] {
  const rules = rulesOf(look.facts.branches.get(branch), type);
  return rules.map((rule) => rulesetSource(look.facts, rule, ownBypass(look)));
}
