import { openFakePlace } from './fake-place.ts';
import type { Place } from './place.ts';
import { openSandboxPlace } from './sandbox-place.ts';

/** Where every contract has to hold: in the fakes that use cases are tested with, and on GitHub's API. */
export const PLACES: readonly (readonly [name: string, open: () => Promise<Place>])[] = [
  ['the fakes', openFakePlace],
  ['the adapter on a GitHub', openSandboxPlace],
];
