import type { Act } from './act.ts';
import { PEOPLE_ACTS } from './people-acts.ts';
import { RESCUE_ACTS } from './rescue-acts.ts';
import { SYSTEM_ACTS } from './system-acts.ts';

/** All that can happen. A new command is a row of `wording.ts`, a new event one of `webhook.ts`. */
export const ACTS: readonly Act[] = [...PEOPLE_ACTS, ...SYSTEM_ACTS, ...RESCUE_ACTS];
