import { onTestFinished } from 'vitest';
import { runsOf, type WorkflowRun } from '../../../src/sandbox/actions/model.ts';
import type { NewApp } from '../../../src/sandbox/found.ts';
import { startWorld, type SandboxWorld } from '../../support/sandbox-world.ts';

export const SHOP = { owner: 'acme', repo: 'shop' };
export const PROD = { ...SHOP, environment_name: 'prod' };

/** One job in prod that needs no more than a shell. */
export const DEPLOY = `
deploy:
  runs-on: ubuntu-latest
  environment: prod
  steps:
    - run: echo deployed`;

/** A world in which wes (or somebody else) dispatches a workflow into the environment prod. */
export interface Yard extends SandboxWorld {
  /** Starts the workflow and waits until nothing moves any more. */
  dispatch(login?: string, ref?: string): Promise<WorkflowRun>;
  /** The App's word, as its token says it. */
  answer(run: WorkflowRun, said: object): Promise<unknown>;
  /** Changes prod as ada. */
  protect(settings: object): Promise<number>;
  /** Makes the App's word a rule of prod. */
  enableRule(appId?: number): Promise<number>;
  pending(run: WorkflowRun, login?: string): Promise<{ environment: { name?: string } }[]>;
  /** States of a run's deployments to prod, each oldest first. */
  states(): Promise<string[][]>;
  events(event: string): string[];
}

/** Opens a yard with these jobs (YAML, not indented); it is closed after the test. */
export async function openYard(
  options: { jobs?: string; head?: string; app?: Partial<NewApp> } = {},
): Promise<Yard> {
  const world = await startWorld(options.app ? { app: options.app } : {});
  await world.commit({ '.github/workflows/deploy.yml': workflow(options.jobs ?? DEPLOY, options.head) });
  const yard: Yard = { ...world, ...actsIn(world) };
  onTestFinished(() => yard.close());
  return yard;
}

function actsIn(world: SandboxWorld): Omit<Yard, keyof SandboxWorld> {
  return {
    dispatch: async (login = 'wes', ref = 'main') => {
      const before = runsOf(world.repository).length;
      await world.as(login).rest.actions.createWorkflowDispatch({ ...SHOP, workflow_id: 'deploy.yml', ref });
      await world.sandbox.idle();
      const run = runsOf(world.repository)[before];
      if (!run) throw new Error('no run was made');
      return run;
    },
    answer: async (run, said) => {
      const path = `POST /repos/acme/shop/actions/runs/${run.id}/deployment_protection_rule`;
      const { status } = await world.asApp().request(path, { environment_name: 'prod', ...said });
      await world.sandbox.idle();
      return status;
    },
    protect: async (settings) =>
      (await world.as('ada').rest.repos.createOrUpdateEnvironment({ ...PROD, ...settings })).data.id,
    enableRule: async (appId = world.app.id) => {
      const { repos } = world.as('ada').rest;
      await repos.createOrUpdateEnvironment(PROD);
      return (await repos.createDeploymentProtectionRule({ ...PROD, integration_id: appId })).data.id;
    },
    pending: async (run, login = 'rea') =>
      (await world.as(login).rest.actions.getPendingDeploymentsForRun({ ...SHOP, run_id: run.id })).data,
    states: async () => {
      const { repos } = world.as('rea').rest;
      const { data: deployments } = await repos.listDeployments({ ...SHOP, environment: 'prod' });
      return Promise.all(
        deployments.toReversed().map(async ({ id }) => {
          const { data } = await repos.listDeploymentStatuses({ ...SHOP, deployment_id: id });
          return data.map((status) => status.state).toReversed();
        }),
      );
    },
    events: (event) => world.received.filter((one) => one.event === event).map((one) => one.action ?? ''),
  };
}

function workflow(jobs: string, head = ''): string {
  const indented = jobs.trim().replaceAll(/^/gm, '  ');
  return `name: deploy\non:\n  workflow_dispatch:\n  pull_request:\n${head}\njobs:\n${indented}\n`;
}

/** The texts of the annotations of a run's jobs. */
export function complaints(run: WorkflowRun): string[] {
  return run.jobs.flatMap((job) => job.annotations.map((one) => one.message));
}
