import { keepSlots } from '../../../src/usecases/keep-slots.ts';
import { reconcileAndWrite } from '../../../src/usecases/reconcile.ts';
import { setUp } from '../../../src/usecases/set-up.ts';
import { sweepPendingDeployments } from '../../../src/usecases/sweep-pending-deployments.ts';
import { count, tell, type Delivery, type Replica } from './model.ts';
import { startProcess, work, type Stage } from './stage.ts';
import { nameOf, receive } from './webhook.ts';

/** Starts a replica of the App that knows nothing yet. */
export function openReplica(stage: Stage, name: string): Replica {
  return { name, ...startProcess(stage, name), started: new Set(), beating: new Set() };
}

/** Starts a replica again after it died; what it was handling is asked for again. */
export function restart(stage: Stage, replica: Replica): void {
  Object.assign(replica, startProcess(stage, replica.name), { started: new Set<string>() });
  replica.beating.clear();
  tell(stage.model, `${replica.name} starts again`);
  beat(stage, replica, 'start');
}

/** What a replica does by itself. */
const BEATS = {
  start: async ({ context }: Replica) => {
    await setUp(context);
    await reconcileAndWrite(context);
  },
  reconcile: ({ context }: Replica) => reconcileAndWrite(context),
  answer: ({ context }: Replica) => sweepPendingDeployments(context, { atMs: null }),
  tick: ({ context, started }: Replica) => keepSlots(context, started),
} as const;

/** A beat of the replica's timer; `false` while the one before it has not come to its end. */
export function beat(stage: Stage, replica: Replica, name: keyof typeof BEATS): boolean {
  const kind = name === 'start' ? 'reconcile' : name;
  if (replica.beating.has(kind)) return false;
  replica.beating.add(kind);
  count(stage.model, name);
  work(stage, replica.process, {
    name,
    run: () => BEATS[name](replica),
    ended: () => void replica.beating.delete(kind),
  });
  return true;
}

/** A webhook arrives at a replica; what fails or is never answered is asked for again. */
export function deliver(stage: Stage, replica: Replica, delivery: Delivery): void {
  const { model } = stage;
  model.pending = model.pending.filter((each) => each !== delivery);
  count(model, 'webhooks');
  const { process, context } = replica;
  model.inHand.set(delivery, process);
  work(stage, process, {
    name: nameOf(delivery.event),
    run: () => receive(context, delivery.event),
    ended: (end) => {
      model.inHand.delete(delivery);
      if (end.kind === 'done') model.arrived.push(delivery);
      else model.pending.push(delivery);
    },
  });
}

/** The processes that died leave webhooks without an answer: GitHub has them in its log, and they come again. */
export function askAgain({ model }: Stage): void {
  for (const [delivery, process] of model.inHand) {
    if (process.isAlive) continue;
    model.inHand.delete(delivery);
    model.pending.push(delivery);
  }
}
