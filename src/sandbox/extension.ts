import { startActions } from './actions/start.ts';
import { recordCrossReferences } from './issue/cross-reference.ts';
import { recordActivity } from './push/activity.ts';
import { startMergeQueues } from './queue/start.ts';
import type { Kernel } from './sandbox.ts';

/** Parts that start with the sandbox and live beside its routes: they listen to events, the clock, or serve the runner. */
export const EXTENSIONS: ((kernel: Kernel) => void)[] = [
  startActions,
  startMergeQueues,
  recordCrossReferences,
  recordActivity,
];
