import * as fc from 'fast-check';
import { createZone } from '../../../src/adapters/clock/zone.ts';
import type { CommandPolicy } from '../../../src/domain/owner-command.ts';
import { ENVIRONMENTS, type EnvironmentName, type EnvironmentPolicy } from '../../../src/domain/policy.ts';
import type { Setting } from '../../../src/ports/configuration.ts';
import { aPolicy, aService } from '../../support/builders.ts';
import type { Rules } from './oracle/book.ts';
import type { WallClock } from './oracle/wall-clock.ts';

/** Where and when a run of the model takes place. */
interface Town {
  readonly wall: WallClock;
  readonly t1: string;
  readonly t2: string;
  readonly startMs: number;
}

/** Nights without and with a change of the clock, some of them right on top of a slot. */
const TOWNS: readonly Town[] = [
  {
    wall: { zone: 'Asia/Taipei', changesAtMs: 0, before: 480, after: 480 },
    t1: '20:00',
    t2: '22:00',
    startMs: Date.parse('2026-11-20T19:00:00+08:00'),
  },
  {
    // 02:30 comes twice.
    wall: {
      zone: 'Europe/Berlin',
      changesAtMs: Date.parse('2026-10-25T01:00:00Z'),
      before: 120,
      after: 60,
    },
    t1: '01:15',
    t2: '02:30',
    startMs: Date.parse('2026-10-24T23:40:00+02:00'),
  },
  {
    // 02:30 does not come at all.
    wall: {
      zone: 'Europe/Berlin',
      changesAtMs: Date.parse('2027-03-28T01:00:00Z'),
      before: 60,
      after: 120,
    },
    t1: '01:00',
    t2: '02:30',
    startMs: Date.parse('2027-03-27T23:30:00+01:00'),
  },
  {
    wall: {
      zone: 'America/New_York',
      changesAtMs: Date.parse('2026-11-01T06:00:00Z'),
      before: -240,
      after: -300,
    },
    t1: '00:30',
    t2: '01:45',
    startMs: Date.parse('2026-10-31T23:00:00-04:00'),
  },
];

const ZONES = new Map(TOWNS.map(({ wall }) => [wall.zone, createZone(wall.zone)]));

/** The rules that a run goes by. */
export interface Scenario {
  readonly town: Town;
  /** Where the deployed commit is known from. */
  readonly versionFrom: 'branch' | 'deployments';
  /** Whether there is a command that tells what is live. */
  readonly hasVerify: boolean;
  /** What the configuration says when the run begins. */
  readonly rules: Rules;
  /** Whether the repository is two services, one upon the other. */
  readonly hasServices: boolean;
  /** Whether deploy jobs wait until the App lets them in. */
  readonly isProtected: boolean;
}

/** Any rules. */
export const scenarios: fc.Arbitrary<Scenario> = fc.record({
  town: fc.constantFrom(...TOWNS),
  versionFrom: fc.constantFrom('branch' as const, 'deployments' as const),
  hasVerify: fc.boolean(),
  rules: fc.record({
    allowAuthor: fc.boolean(),
    required: fc.constantFrom(1 as const, 1 as const, 2 as const),
  }),
  hasServices: fc.boolean(),
  isProtected: fc.boolean(),
});

/** The scenario as the product's configuration, by the rules of the moment. */
export function settingOf(scenario: Scenario, { allowAuthor, required }: Rules = scenario.rules): Setting {
  const { town, hasServices } = scenario;
  const defaults = aPolicy();
  const slots = { ...defaults.slots, timeZone: town.wall.zone, t1: town.t1, t2: town.t2 };
  const zone = ZONES.get(town.wall.zone);
  if (zone === undefined) throw new Error(`no zone ${town.wall.zone}`);
  const environments = { uat: environmentOf(scenario, 'uat'), prod: environmentOf(scenario, 'prod') };
  return {
    policy: {
      ...defaults,
      environments,
      slots,
      approvals: { allowAuthor, required: { uat: 1, prod: required } },
      services: hasServices ? SERVICES : [],
    },
    calendar: { zone, slots },
    version: null,
  };
}

const command = (run: string): CommandPolicy => ({ run, timeoutMinutes: 10 });

/** One upon the other, each with a check before the next one begins. */
export const SERVICES = [
  aService({ name: 'web', dependsOn: ['backend'], paths: [], health: command('health') }),
  aService({ paths: [], health: command('health') }),
];

/** Where something is served: an environment, or a service on it. */
export function placeOf(environment: EnvironmentName, service: string | null): string {
  return [environment, service].filter((part) => part !== null).join(' ');
}

/** The services of a repository; one without a name: it is one. */
export const servicesOf = ({ hasServices }: Scenario): readonly (string | null)[] =>
  hasServices ? SERVICES.map(({ name }) => name) : [null];

/** All places of a repository. */
export function placesOf(scenario: Scenario): string[] {
  return ENVIRONMENTS.flatMap((environment) =>
    servicesOf(scenario).map((service) => placeOf(environment, service)),
  );
}

function environmentOf({ versionFrom, hasVerify }: Scenario, name: EnvironmentName): EnvironmentPolicy {
  return {
    ...aPolicy().environments[name],
    versionFrom,
    deploy: command('deploy'),
    verify: hasVerify ? command('verify') : null,
  };
}

/** The scenario in one line. */
export function describeScenario(scenario: Scenario): string {
  const { town, versionFrom, hasVerify, hasServices, isProtected } = scenario;
  const rules = [
    `${town.wall.zone}, T1 ${town.t1}, T2 ${town.t2}`,
    `versions from ${versionFrom}`,
    hasVerify ? 'deploys are verified' : 'no verification',
    describeRules(scenario.rules),
    ...(hasServices ? ['two services'] : []),
    isProtected ? 'deploys wait for the App' : 'deploys wait for nobody',
  ];
  return rules.join('; ');
}

/** The rules in words. */
export function describeRules({ allowAuthor, required }: Rules): string {
  return `authors may ${allowAuthor ? '' : 'not '}approve; ${required} approvals for PROD`;
}
