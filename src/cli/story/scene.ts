import type { Demo } from '../../compose-demo.ts';
import type { Actor } from './actor.ts';

/** Numbers of issues and pull requests by the short names that the story has for them, such as `vat`. */
export type Plot = Map<string, number>;

/** Everything a step can work with. */
export interface Scene {
  readonly demo: Demo;
  readonly plot: Plot;
  readonly actor: (login: string) => Actor;
  /** @throws Error for a name that the story has not brought up yet. */
  readonly numberOf: (name: string) => number;
}
