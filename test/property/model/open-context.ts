import { createHash } from 'node:crypto';
import { NO_SWITCHES } from '../../../src/domain/freeze.ts';
import { createBookkeeping } from '../../../src/usecases/bookkeeping.ts';
import type { Context } from '../../../src/usecases/context.ts';
import { anAnalysis } from '../../support/an-analysis.ts';
import { createFakeGitHub } from '../../support/fake-github.ts';
import { createFakeNotifier } from '../../support/fake-notifier.ts';
import { createRepository } from './closed-branch.ts';
import { createDeployer } from './deployer.ts';
import type { Model } from './model.ts';
import { settingOf } from './scenario.ts';
import type { Process } from './scheduler.ts';

const silent = (): undefined => undefined;

/** The ways to the outside of a new process, which remembers nothing. */
export function openContext(model: Model, process: Process): Context {
  const { world, ledger, scenario } = model;
  model.switches.set(process, model.variables);
  return {
    ...createFakeGitHub(world),
    ledger: ledger.open(),
    repository: createRepository(model, process),
    clock: world.clock,
    hash: (text) => createHash('sha256').update(text).digest('hex'),
    notifier: createFakeNotifier(),
    home: { name: 'acme/shop', url: 'https://github.com/acme/shop' },
    bookkeeping: createBookkeeping(),
    log: { info: silent, warn: silent, error: silent },
    // The scheduler passes the time.
    pause: async () => undefined,
    migrations: { read: async () => [] },
    http: { send: async () => ({ kind: 'none', reason: 'nobody is asked' }) },
    metrics: { read: async () => ({ kind: 'no_data', reason: 'nobody measures' }) },
    freezeVariables: {
      known: () => model.switches.get(process) ?? NO_SWITCHES,
      refresh: async () => void model.switches.set(process, model.variables),
    },
    analyzer: { analyze: async ({ nowMs }) => anAnalysis({ atMs: nowMs, similarBugs: [] }) },
    configuration: { load: async () => settingOf(scenario, model.rules) },
    deployer: createDeployer(model, process),
  };
}
