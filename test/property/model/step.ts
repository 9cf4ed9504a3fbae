import * as fc from 'fast-check';
import type { Act } from './act.ts';
import { ACTS } from './acts.ts';

/** One step: something happens, its webhooks fare somehow, and the processes go on for a while. */
export interface Step {
  readonly act: Act;
  /** What the details follow from. */
  readonly seed: number;
  readonly webhooks: 'arrive' | 'twice' | 'later' | 'lost';
  /** How many calls are let through; `all`: until nobody has anything to do. */
  readonly calls: number | 'all';
  /** Whether calls may fail and processes may die in it. */
  readonly trouble: boolean;
}

/** Any step. Shrinks towards quiet ones. */
const steps: fc.Arbitrary<Step> = fc.record({
  act: fc.oneof(...ACTS.map((act) => ({ weight: act.weight, arbitrary: fc.constant(act) }))),
  seed: fc.nat(0xffff),
  webhooks: fc.oneof(
    { weight: 6, arbitrary: fc.constant('arrive' as const) },
    { weight: 1, arbitrary: fc.constantFrom('twice' as const, 'later' as const, 'lost' as const) },
  ),
  calls: fc.oneof({ weight: 3, arbitrary: fc.constant('all' as const) }, { weight: 2, arbitrary: fc.nat(9) }),
  trouble: fc.oneof(
    { weight: 9, arbitrary: fc.constant(false) },
    { weight: 1, arbitrary: fc.constant(true) },
  ),
});

/** A run of the model: steps one after the other. */
export const runs: fc.Arbitrary<readonly Step[]> = fc.array(steps, { maxLength: 200, size: 'max' });
