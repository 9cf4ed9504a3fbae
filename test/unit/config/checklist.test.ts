import { expect, it } from 'vitest';
import { parsePolicy } from '../../../src/config/parse-policy.ts';

function read(checklist: object) {
  const reading = parsePolicy(JSON.stringify({ environments: { uat: { checklist } } }), 'tonic.yml');
  return reading.kind === 'policy'
    ? reading.policy.environments.uat
    : reading.problems.map(
        ({ path, message }) => `${path.replace('environments.uat.checklist', '')} ${message}`,
      );
}

const http = { url: 'https://shop.example' };

it('a checklist names its items and how each is looked at', () => {
  const checklist = {
    backup: { http: { ...http, json: 'at' }, max_age_minutes: 60 },
    monitoring: { prometheus: { ...http, query: 'up' }, equals: 1 },
    dependencies: { command: { run: './check.sh' } },
    shop: { http },
    incidents: { no_open_issue: 'incident' },
    previous_slot: { previous_slot: 'clean' },
    on_call: { manual: 'oncall' },
  };
  const at = { url: http.url, authorizationEnv: null, timeoutMs: 10_000 };
  expect(read(checklist)).toMatchObject({
    checklist: [
      {
        name: 'backup',
        probe: {
          kind: 'http',
          at,
          status: 200,
          value: { path: 'at', rule: { kind: 'max_age', ms: 3_600_000 } },
        },
      },
      {
        name: 'monitoring',
        probe: { kind: 'prometheus', at, query: 'up', rule: { kind: 'equals', value: 1 } },
      },
      {
        name: 'dependencies',
        probe: { kind: 'command', command: { run: './check.sh', timeoutMinutes: 15 } },
      },
      { name: 'shop', probe: { kind: 'http', at, status: 200, value: null } },
      { name: 'incidents', probe: { kind: 'no_open_issue', label: 'incident' } },
      { name: 'previous_slot', probe: { kind: 'previous_slot' } },
      { name: 'on_call', probe: { kind: 'on_call' } },
    ],
  });
});

it.each([
  ['without items', {}, ' is empty; name an item, or take it out'],
  [
    'with an item that is looked at by itself',
    { freeze: { http } },
    '.freeze is looked at by itself; take it out',
  ],
  [
    'with nothing to look at',
    { disk: { min: 20 } },
    '.disk needs one of command, http, prometheus, no_open_issue, previous_slot, manual, and has none',
  ],
  [
    'with a value and no rule',
    { disk: { http: { ...http, json: 'free' } } },
    '.disk needs one of min, max, equals, max_age_minutes, and has none',
  ],
  [
    'with a rule and no value',
    { disk: { http, min: 20 } },
    '.disk has min, and no value that it could be about',
  ],
])('a checklist %s is refused', (_, checklist, problem) => {
  expect(read(checklist)).toEqual([problem]);
});
