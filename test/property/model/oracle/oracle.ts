import { count, type Model } from '../model.ts';
import type { ParkedCall } from '../scheduler.ts';
import { noteByHand, rememberBranches, watchPush } from './branches.ts';
import { watchDeploy, watchDeployBegin } from './deploys.ts';
import { watchLedger, type LedgerMemory } from './ledger.ts';
import { watchAnswered, watchEntry } from './protection.ts';
import { watchPosts, watchRest } from './quiescence.ts';

/**
 * Watches everything that the processes of the system do, and judges it by the book and by PRODUCT.md section 13.
 */
export interface Oracle {
  /** A call parks, and others wait beside it. */
  parked(call: ParkedCall, others: readonly ParkedCall[]): void;
  /** A call was done. */
  performed(call: ParkedCall): void;
  /** People acted; what they did to branches is theirs. */
  peopleActed(): void;
  /** Everything came to rest. */
  rest(): void;
}

/** An oracle that has seen nothing yet. */
export function createOracle(model: Model): Oracle {
  const branches = rememberBranches(model);
  const ledger: LedgerMemory = { state: model.ledger.state(), commits: 0 };
  return {
    parked: (call, others) => watchDeployBegin(model, call, others),
    performed: (call) => {
      count(model, 'calls');
      watchLedger(model, ledger, call);
      if (call.name === 'ledger.load' || call.name === 'ledger.update') {
        const atMs = model.world.clock.nowMs();
        model.looks.set(call.process, { atMs, state: model.ledger.state(), commits: ledger.commits });
      }
      if (call.name === 'repository.push') watchPush(model, branches, call);
      if (call.name === 'issues.apply') watchPosts(model, call);
      if (call.name === 'protectionRules.decide') watchEntry(model, call);
      if (call.name === 'deployer.run') watchDeploy(model, call, branches);
    },
    peopleActed: () => noteByHand(model, branches),
    rest: () => {
      watchRest(model);
      watchAnswered(model);
    },
  };
}
