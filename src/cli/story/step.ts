import type { EnvironmentName } from '../../domain/policy.ts';
import type { Status } from '../../domain/status.ts';
import type { Observation } from './observation.ts';
import type { Scene } from './scene.ts';

/** What has to be true after a step. Bugs go by their short names. */
export interface Expectation {
  readonly status?: Readonly<Record<string, Status>>;
  readonly labels?: Readonly<Record<string, readonly string[]>>;
  /** What the environments serve at `/receipt.txt`, one line each. */
  readonly serves?: Readonly<Partial<Record<EnvironmentName, string>>>;
  /** A part of a comment that the App wrote during the step. */
  readonly answer?: RegExp;
  /** How many commits a branch got during the step. */
  readonly newCommits?: Readonly<Partial<Record<EnvironmentName, number>>>;
  /** Anything else; throws with a sentence when it does not hold. `before` is what was there before the step. */
  readonly check?: (scene: Scene, before: Observation) => Promise<void>;
}

/** One thing that somebody does. */
export interface Step {
  /** A person's login, or the slot that is reached. */
  readonly who: string;
  /** What is told; `{name}` becomes the number of that issue or pull request. */
  readonly what: string;
  /** When, on which day of the story; before it the clock is moved. */
  readonly at: readonly [day: number, time: string];
  /** Without one the clock's move is all that happens. */
  readonly act?: (scene: Scene) => Promise<void>;
  readonly expect?: Expectation;
  /** Lines of comments that are worth a look are shown unless this is set. */
  readonly quiet?: boolean;
}

/** Some steps under one heading. */
export interface Chapter {
  readonly title: string;
  readonly steps: readonly Step[];
}

/** A step whose end is not what the story says; `message` names the step and both sides. */
export class StoryFailure extends Error {
  constructor(step: string, message: string) {
    super(`${step}\n${message}`);
    this.name = 'StoryFailure';
  }
}
