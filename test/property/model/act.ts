import { ALERT_LABEL } from '../../../src/domain/alert.ts';
import type { FakePull } from '../../support/fake-world.ts';
import type { Chance } from './chance.ts';
import type { Model } from './model.ts';
import type { Stage } from './stage.ts';
import { tomorrowOf } from './time.ts';
import type { Subject } from './wording.ts';

/** What an act may draw on. */
export interface Cast {
  readonly stage: Stage;
  readonly chance: Chance;
}

/** One kind of thing that can happen. Does nothing where it makes no sense at the moment. */
export interface Act {
  readonly name: string;
  /** How often it is chosen. */
  readonly weight: number;
  readonly perform: (cast: Cast) => void | Promise<void>;
}

/** Everybody. */
export const PEOPLE = ['ada', 'amy', 'max', 'wes', 'tia', 'rea', 'out'] as const;

/** Who commands: mostly those who may. */
export const SPEAKERS = ['ada', 'ada', 'ada', 'amy', 'amy', ...PEOPLE] as const;

/** The issues that are no alerts. */
export const bugsOf = ({ world }: Model): number[] =>
  [...world.issues.values()]
    .filter(({ labels }) => !labels.includes(ALERT_LABEL))
    .map(({ number }) => number);

const openPulls = ({ world }: Model): FakePull[] =>
  [...world.pulls.values()].filter((pull) => pull.state === 'open');

/** Acts on some bug; none, none. */
export function onBug(act: (cast: Cast, bug: number) => void): Act['perform'] {
  return (cast) => {
    const bugs = bugsOf(cast.stage.model);
    if (bugs.length > 0) act(cast, cast.chance.one(bugs));
  };
}

/** Acts on some open pull request; none, none. */
export function onPull(act: (cast: Cast, pull: FakePull) => void): Act['perform'] {
  return (cast) => {
    const pulls = openPulls(cast.stage.model);
    if (pulls.length > 0) act(cast, cast.chance.one(pulls));
  };
}

/** What can be talked about. */
export const subjectOf = (model: Model): Subject => ({
  bugs: bugsOf(model),
  pulls: [...model.world.pulls.keys()],
  tomorrow: tomorrowOf(model),
  heads: model.world.pushes.slice(-12).map(({ head }) => head),
});
