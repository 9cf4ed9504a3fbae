import type { Chance } from './chance.ts';
import { tell, type Model } from './model.ts';
import { momentOf, wallTime } from './oracle/wall-clock.ts';
import type { ParkedCall } from './scheduler.ts';
import type { Stage } from './stage.ts';

/** How long a call may take; adapters give up after that. */
const PATIENCE_MS = 20_000;

/** A deploy command may take as long as its configuration allows. */
const DEPLOY_PATIENCE_MS = 10 * 60_000;

const patienceOf = ({ name }: ParkedCall): number =>
  name === 'deployer.run' ? DEPLOY_PATIENCE_MS : PATIENCE_MS;

/** Time goes by. Calls that are on their way are answered meanwhile, each within its own time. */
export async function passTime(stage: Stage, ms: number, chance: Chance): Promise<void> {
  const { scheduler, model } = stage;
  const { clock } = model.world;
  const untilMs = clock.nowMs() + ms;
  while (clock.nowMs() < untilMs) {
    const dueMs = Math.min(untilMs, ...scheduler.parked().map((call) => call.sinceMs + patienceOf(call)));
    clock.advance(Math.max(0, dueMs - clock.nowMs()));
    const late = () => scheduler.parked().filter((call) => call.sinceMs + patienceOf(call) <= clock.nowMs());
    for (let calls = late(); calls.length > 0; calls = late())
      await scheduler.grant(chance.one(calls), 'answered');
  }
}

/** Moves the clock to around the next moment at which a slot starts, counts no more, or may start no more. */
export async function untilSlot(stage: Stage, chance: Chance): Promise<void> {
  const nowMs = stage.model.world.clock.nowMs();
  const offsetMs = chance.one([-90_000, -700, 0, 0, 400, 60_000, 60_000, 20 * 60_000, 61 * 60_000]);
  const untilMs = momentOfNextSlot(stage.model) + offsetMs;
  if (untilMs <= nowMs) return;
  await passTime(stage, untilMs - nowMs, chance);
  tell(stage.model, '— it is now around a slot');
}

/** When the next slot of either kind starts. */
export function momentOfNextSlot({ scenario, world }: Pick<Model, 'scenario' | 'world'>): number {
  const { wall, t1, t2 } = scenario.town;
  const nowMs = world.clock.nowMs();
  const days = [wallTime(wall, nowMs).slice(0, 10), tomorrowOf({ scenario, world })];
  const starts = days.flatMap((date) => [t1, t2].map((time) => momentOf(wall, date, time)));
  return Math.min(...starts.filter((start) => start > nowMs));
}

/** The day after today, on the wall. */
export function tomorrowOf({ scenario, world }: Pick<Model, 'scenario' | 'world'>): string {
  const today = wallTime(scenario.town.wall, world.clock.nowMs()).slice(0, 10);
  return new Date(Date.parse(`${today}T00:00:00Z`) + 86_400_000).toISOString().slice(0, 10);
}
