import type { LabelDefinition } from '../label.ts';
import type { WantedRuleset } from './wanted-ruleset.ts';

/** Something that `init --apply` does on GitHub. Each may be done twice without harm. */
export type SetupChange =
  /** `id`: the ruleset of this name that is there; `null` makes a new one. Rules beyond the wanted ones stay. */
  | {
      readonly kind: 'ruleset';
      readonly ruleset: WantedRuleset;
      readonly id: number | null;
      readonly appId: number;
    }
  /** Makes the environment and lets only this branch use it. Its other rules stay. */
  | { readonly kind: 'environment'; readonly name: string; readonly branch: string }
  | { readonly kind: 'protection_rule'; readonly environment: string; readonly appId: number }
  | { readonly kind: 'variable'; readonly name: string; readonly value: string; readonly isThere: boolean }
  | { readonly kind: 'labels'; readonly labels: readonly LabelDefinition[] };

/** Environments come before the rules on them, and what closes a branch comes last. */
const ORDER: readonly SetupChange['kind'][] = [
  'labels',
  'variable',
  'environment',
  'protection_rule',
  'ruleset',
];

/** The changes that mend findings, each once, in the order in which they are made. */
export function planChanges(
  findings: readonly { readonly change: SetupChange | null }[],
): readonly SetupChange[] {
  const changes = findings.flatMap(({ change }) => (change === null ? [] : [change]));
  const distinct = [...new Map(changes.map((change) => [describeChange(change), change])).values()];
  return distinct.toSorted((left, right) => ORDER.indexOf(left.kind) - ORDER.indexOf(right.kind));
}

/** What a change does, in one line of plain text. */
export function describeChange(change: SetupChange): string {
  if (change.kind === 'ruleset') {
    const { name, refs } = change.ruleset;
    return `${change.id === null ? 'make' : 'mend'} the ruleset "${name}" on ${refs.join(', ')}`;
  }
  if (change.kind === 'environment')
    return `let only ${change.branch} use the environment ${change.name}, made if it is missing`;
  if (change.kind === 'protection_rule')
    return `put the App’s protection rule on the environment ${change.environment}`;
  if (change.kind === 'variable') return `set the variable ${change.name} to ${change.value}`;
  const { length } = change.labels;
  return `make or mend ${length} ${length === 1 ? 'label' : 'labels'}`;
}
