import type { Chance } from './chance.ts';
import { tell, type Run } from './model.ts';
import type { ParkedCall } from './scheduler.ts';
import type { Stage } from './stage.ts';

/**
 * The machine of a run dies: after some of its calls; right after it has moved the branch of an environment, has deployed,
 * or has built what brings a branch back. Where it does not come that far, it lives.
 */
export async function die(stage: Stage, run: Run, chance: Chance): Promise<void> {
  let left = chance.below(40);
  const isLast = chance.one([
    () => (left -= 1) < 0,
    movesBranch,
    ({ name }: ParkedCall) => name === 'deployer.run',
    ({ name }: ParkedCall) => name === 'repository.restore',
  ]);
  await dieBehind(stage, run, isLast);
}

/** `isLast`: asked before each call of the run. */
async function dieBehind(
  { scheduler, model }: Stage,
  run: Run,
  isLast: (call: ParkedCall) => boolean,
): Promise<void> {
  await scheduler.drain();
  const { process } = run;
  if (process === null) return;
  for (let isOver = false; !isOver;) {
    const call = scheduler.parked().find((each) => each.process === process);
    if (call === undefined) break;
    isOver = isLast(call);
    await scheduler.grant(call, 'answered');
  }
  if (run.process !== process) return;
  scheduler.kill(process);
  tell(model, `! ${process.name} dies`);
}

function movesBranch({ name, args: [moves] }: ParkedCall): boolean {
  if (name !== 'repository.push') return false;
  const text = JSON.stringify(moves);
  return text.includes('"refs/heads/main"') || text.includes('"refs/heads/uat"');
}
