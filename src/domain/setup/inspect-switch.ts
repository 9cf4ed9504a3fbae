import type { LabelDefinition } from '../label.ts';
import type { SetupChange } from './change.ts';
import { check, type Finding } from './finding.ts';
import { APPLY, AS_ADMIN, type Look } from './look.ts';

/** Looks at what workflows and people are given: variables and labels. */
export function inspectSwitches(look: Look): readonly Finding[] {
  return [...inspectVariables(look), ...inspectLabels(look)];
}

function inspectVariables({ facts }: Look): readonly Finding[] {
  const { variables, app } = facts;
  const on = check('switched_on', 'TONIC_ENABLED');
  if (variables === null) return [on.unknown('The variables cannot be seen.', AS_ADMIN)];
  const id = check('client_id', 'TONIC_CLIENT_ID');
  return [
    inspectEnabled(variables.get('TONIC_ENABLED')),
    ...(app?.clientId === null || app === null
      ? []
      : [inspectClientId(variables.get('TONIC_CLIENT_ID'), app.clientId)]),
    ...(app === null && !variables.has('TONIC_CLIENT_ID')
      ? [id.unknown('It is not set; with an App the slots need it.', 'gh variable set TONIC_CLIENT_ID')]
      : []),
  ];
}

function inspectEnabled(value: string | undefined): Finding {
  const on = check('switched_on', 'TONIC_ENABLED');
  if (value === 'true') return on.ok('The slots run.');
  // Somebody who wrote something else meant to stop them: only they start them again.
  const change = value === undefined ? variable('TONIC_ENABLED', 'true', value) : null;
  return on.trouble({
    what: value === undefined ? 'It is not set, so no slot runs.' : 'It is not `true`, so no slot runs.',
    mend: change === null ? 'gh variable set TONIC_ENABLED --body true' : APPLY,
    change,
  });
}

function inspectClientId(value: string | undefined, wanted: string): Finding {
  const id = check('client_id', 'TONIC_CLIENT_ID');
  if (value === wanted) return id.ok('It is that of the App.');
  return id.trouble({
    what:
      value === undefined
        ? 'It is not set, so the slots cannot act as the App.'
        : 'It is that of another App.',
    mend: APPLY,
    change: variable('TONIC_CLIENT_ID', wanted, value),
  });
}

function variable(name: string, value: string, found: string | undefined): SetupChange {
  return { kind: 'variable', name, value, isThere: found !== undefined };
}

function inspectLabels({ facts, wanted }: Look): readonly Finding[] {
  const labels = check('labels', 'labels');
  if (facts.labels === null) return [labels.unknown('The labels were not looked at.', 'tonic doctor')];
  const present = facts.labels;
  const wrong = wanted.labels.filter((label) => !present.some((each) => isSame(each, label)));
  if (wrong.length === 0) return [labels.ok(`All ${wanted.labels.length} labels are there.`)];
  const names = wrong.map(({ name }) => name);
  return [
    labels.trouble({
      what: `${names.length === 1 ? 'One is' : `${names.length} are`} missing or different: ${names.join(', ')}.`,
      mend: APPLY,
      change: { kind: 'labels', labels: wrong },
    }),
  ];
}

/** GitHub compares names without case. */
function isSame(left: LabelDefinition, right: LabelDefinition): boolean {
  return (
    left.name.toLowerCase() === right.name.toLowerCase() &&
    left.color.toLowerCase() === right.color.toLowerCase() &&
    left.description === right.description
  );
}
