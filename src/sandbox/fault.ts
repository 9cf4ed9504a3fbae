/**
 * What goes wrong with an API call. `cut_before` loses the request, `cut_after` does it and loses the answer; `atCut` is
 * called the moment before the connection is cut.
 */
export type ApiFaultEffect =
  | { kind: 'status'; status: number; message?: string; retryAfterSeconds?: number }
  | { kind: 'cut_before'; atCut?: () => void }
  | { kind: 'cut_after'; atCut?: () => void }
  | { kind: 'delay'; delayMs: number };

/** A fault for the next matching API calls. */
interface ApiFault {
  method?: string;
  /** Tested against the called path without `/api/v3`, and against `GraphQL <operation or first field>`. */
  path?: RegExp;
  /** How the caller is named in the request log. */
  actor?: string;
  /** How many matching calls pass before the first is hit; default 0. */
  after?: number;
  /** How many calls are hit; default 1, `Infinity` for all. */
  times?: number;
  effect: ApiFaultEffect;
}

/**
 * What goes wrong with a webhook delivery. `reorder` lets the next one overtake it; several that are to be reordered
 * leave in reverse.
 */
export type DeliveryFaultEffect =
  | { kind: 'drop' }
  | { kind: 'delay'; delayMs: number }
  | { kind: 'duplicate' }
  | { kind: 'reorder' };

/** A fault for the next matching webhook deliveries. Faults of different kinds strike one delivery together. */
interface DeliveryFault {
  event?: string;
  action?: string;
  /** Only what is delivered again, or only what is not; default both. */
  redelivery?: boolean;
  after?: number;
  /** Default 1; `Infinity` for all. */
  times?: number;
  effect: DeliveryFaultEffect;
}

/** What a fault is compared with; `operation` is GraphQL's. */
interface FaultyCall {
  method: string;
  path: string;
  operation: string | null;
  actor: string;
}

interface FaultyDelivery {
  event: string;
  action: string | null;
  redelivery: boolean;
}

/** The faults that wait for their moment. */
export interface Faults {
  failApi(fault: ApiFault): void;
  failDelivery(fault: DeliveryFault): void;
  /** Forgets all faults that have not struck yet. */
  clear(): void;
  /** Takes the effect for this API call, if one waits. */
  takeApi(call: FaultyCall): ApiFaultEffect | null;
  /** Takes the effects for this delivery, at most one of a kind. */
  takeDelivery(delivery: FaultyDelivery): DeliveryFaultEffect[];
}

interface Armed<F> {
  fault: F;
  skip: number;
  left: number;
}

/** Makes a sandbox's faults; there are none at first. */
export function createFaults(): Faults {
  const api: Armed<ApiFault>[] = [];
  const delivery: Armed<DeliveryFault>[] = [];
  return {
    failApi: (fault) => void api.push(arm(fault)),
    failDelivery: (fault) => void delivery.push(arm(fault)),
    clear: () => {
      api.length = 0;
      delivery.length = 0;
    },
    takeApi: (call) =>
      take(
        api,
        (fault) =>
          agrees(fault.method, call.method) &&
          agrees(fault.actor, call.actor) &&
          agreesOnPath(fault.path, call),
      ),
    takeDelivery: (one) =>
      DELIVERY_EFFECTS.flatMap(
        (kind) => take(delivery, (fault) => fault.effect.kind === kind && isFor(fault, one)) ?? [],
      ),
  };
}

const DELIVERY_EFFECTS: DeliveryFaultEffect['kind'][] = ['drop', 'delay', 'duplicate', 'reorder'];

function isFor(fault: DeliveryFault, one: FaultyDelivery): boolean {
  return (
    agrees(fault.event, one.event) &&
    agrees(fault.action, one.action) &&
    agrees(fault.redelivery, one.redelivery)
  );
}

function arm<F extends { after?: number; times?: number }>(fault: F): Armed<F> {
  return { fault, skip: fault.after ?? 0, left: fault.times ?? 1 };
}

function agreesOnPath(wanted: RegExp | undefined, { path, operation }: FaultyCall): boolean {
  if (!wanted) return true;
  return wanted.test(path) || (operation !== null && wanted.test(`GraphQL ${operation}`));
}

function agrees<T>(wanted: T | undefined, is: T | null): boolean {
  return wanted === undefined || wanted === is;
}

function take<F extends { effect: unknown }>(
  armed: Armed<F>[],
  matches: (fault: F) => boolean,
): F['effect'] | null {
  const hit = armed.find((one) => one.left > 0 && matches(one.fault));
  if (!hit) return null;
  if (hit.skip > 0) {
    hit.skip -= 1;
    return null;
  }
  hit.left -= 1;
  return hit.fault.effect;
}
