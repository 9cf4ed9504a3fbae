import type { Kernel } from '../sandbox.ts';
import { startEventTriggers } from './event-trigger.ts';
import { startRunner } from './runner.ts';
import { startSchedules } from './schedule.ts';

/** Starts the runner of a sandbox and what starts its workflows: events and schedules. */
export function startActions(kernel: Kernel): void {
  startRunner(kernel);
  startSchedules(kernel);
  startEventTriggers(kernel);
}
