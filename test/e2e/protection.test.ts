import { createHmac } from 'node:crypto';
import { createServer } from 'node:http';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { writeShop, type DemoSite } from '../../src/compose-demo.ts';
import { runsOf, type WorkflowRun } from '../../src/sandbox/actions/model.ts';
import { runnerOf } from '../../src/sandbox/actions/runner.ts';
import { writeSeedCommit } from '../../src/sandbox/seed/history.ts';
import { wordsOn } from '../support/e2e-protection.ts';
import { dispatch, logOf, runOf } from '../support/e2e-run.ts';
import { FIX, startShop, type Shop } from '../support/e2e-shop.ts';

/** Somebody's own workflow that goes to PROD past the slots. */
const SHORTCUT = `name: Shortcut
on:
  workflow_dispatch:
    inputs:
      slot:
        type: string
jobs:
  deploy:
    runs-on: ubuntu-latest
    environment: prod
    steps:
      - run: echo deployed
`;

async function withShortcut(site: DemoSite): Promise<void> {
  await writeShop(site);
  const author = site.people['dan']?.account;
  if (author === undefined) throw new Error('dan is not there');
  const files = { '.github/workflows/shortcut.yml': SHORTCUT };
  const commit = { author, message: 'A way round', atMs: site.dayMs, files };
  for (const branch of ['uat', 'main'])
    await writeSeedCommit(site.sandbox, site.repository, { ...commit, branch });
}

function appOf({ demo }: Shop) {
  const app = demo.sandbox.world.apps.find(({ slug }) => slug === 'tonic-deploy');
  if (app === undefined) throw new Error('the App is not there');
  return app;
}

function newestRun(shop: Shop, file: string): WorkflowRun {
  const run = runsOf(shop.demo.repository).findLast(({ path }) => path.endsWith(file));
  if (run === undefined) throw new Error(`${file} has not run`);
  return run;
}

let shop: Shop;
beforeAll(async () => {
  shop = await startShop({ write: withShortcut });
});
afterAll(() => shop.demo.close());

it('a workflow of somebody’s own is turned away from PROD, and again when it is run again', async () => {
  const { demo } = shop;
  const run = runOf(shop, await dispatch(shop, 'shortcut.yml', ''));
  await demo.settle();
  expect(run.conclusion).toBe('failure');
  expect(logOf(run)).not.toContain('deployed');
  const rejected = expect.stringMatching(
    /^rejected ⛔ \*\*Rejected\*\* \(`foreign_run`\).*It opens again with/u,
  );
  expect(await wordsOn(shop, run)).toEqual([rejected]);
  const { octokit, at } = shop.scene.actor('ada');
  await octokit.rest.actions.reRunWorkflow({ ...at, run_id: run.id });
  await demo.settle();
  expect(run).toMatchObject({ attempt: 2, conclusion: 'failure' });
  expect(await wordsOn(shop, run)).toEqual([rejected, rejected]);
});

it('a question that no webhook brought is answered by the App’s own round', async () => {
  const { demo } = shop;
  demo.sandbox.faults.failDelivery({
    event: 'deployment_protection_rule',
    times: Infinity,
    effect: { kind: 'drop' },
  });
  const run = runOf(shop, await dispatch(shop, 'shortcut.yml', ''));
  await demo.settle();
  expect(run.status).toBe('waiting');
  await demo.running()?.reconcile();
  await demo.settle();
  demo.sandbox.faults.clear();
  expect(run.conclusion).toBe('failure');
  expect(await wordsOn(shop, run)).toHaveLength(1);
});

it('an answer is never sent to an address that the webhook names', async () => {
  const { demo } = shop;
  const seen: string[] = [];
  const elsewhere = createServer((request, response) => {
    seen.push(String(request.headers.authorization));
    response.end();
  });
  await new Promise<void>((resolve) => elsewhere.listen(0, '127.0.0.1', resolve));
  const address = elsewhere.address();
  const port = typeof address === 'object' ? address?.port : 0;
  demo.sandbox.faults.failDelivery({ event: 'deployment_protection_rule', effect: { kind: 'drop' } });
  const run = runOf(shop, await dispatch(shop, 'shortcut.yml', ''));
  await demo.settle();

  const app = appOf(shop);
  const { repository } = demo;
  const body = JSON.stringify({
    action: 'requested',
    environment: 'prod',
    deployment_callback_url: `http://127.0.0.1:${port}/repos/acme/shop/actions/runs/${run.id}/deployment_protection_rule`,
    repository: { id: repository.id, name: repository.name, owner: { login: demo.owner } },
    installation: { id: demo.sandbox.world.installations[0]?.id },
    sender: { id: 1, login: 'dan', type: 'User' },
  });
  const signature = createHmac('sha256', app.hook?.secret ?? '')
    .update(body)
    .digest('hex');
  const answer = await fetch(app.hook?.url ?? '', {
    method: 'POST',
    body,
    headers: {
      'content-type': 'application/json',
      'x-github-event': 'deployment_protection_rule',
      'x-github-delivery': '11111111-1111-4111-8111-111111111111',
      'x-hub-signature-256': `sha256=${signature}`,
    },
  });
  await demo.settle();
  expect(answer.ok).toBe(true);
  expect(seen).toEqual([]);
  expect(run.status).toBe('waiting');
  const { octokit, at } = shop.scene.actor('rita');
  const { data: alerts } = await octokit.rest.issues.listForRepo({ ...at, labels: 'tonic:alert' });
  expect(alerts).toHaveLength(1);
  await demo.running()?.reconcile();
  expect(seen).toEqual([]);
  await new Promise((resolve) => elsewhere.close(resolve));
});

it('a slot’s own deployment is let in, and asked about anew when its run starts again', async () => {
  const { demo } = shop;
  for (const name of ['vat', 'coupon'] as const) {
    await shop.confirmed(name);
    await shop.fixed(name, FIX[name]);
  }
  let isBroken = true;
  runnerOf(demo.sandbox).onStep(({ when, job, run }) => {
    if (when !== 'before' || job.key !== 'uat' || !isBroken) return;
    isBroken = false;
    runnerOf(demo.sandbox).kill(run.id);
  });
  await shop.to('20:00');
  const run = newestRun(shop, 'tonic-t1.yml');
  await runnerOf(demo.sandbox).finished(run.id);
  await demo.settle();
  expect(run.conclusion).toBe('failure');
  const { octokit, at } = shop.scene.actor('ada');
  await octokit.rest.actions.reRunWorkflow({ ...at, run_id: run.id });
  await demo.settle();
  expect(run).toMatchObject({ attempt: 2, conclusion: 'success' });
  const approved = expect.stringMatching(
    /^approved ✅ \*\*\S+\/T1 may go to UAT:\*\* candidate `\w{7}` with #\d and #\d\.$/u,
  );
  expect(await wordsOn(shop, run)).toEqual([approved, approved]);
  expect(await shop.statusOf('vat')).toBe('deployed_uat');
  expect(shop.deploys('uat')).toHaveLength(1);
});

it('what is taken back while a deployment waits is not deployed, and the others go that night', async () => {
  const { demo } = shop;
  for (const name of ['vat', 'coupon']) await shop.say('ada', name, '/approve-prod');
  demo.sandbox.faults.failDelivery({ event: 'deployment_protection_rule', effect: { kind: 'drop' } });
  await shop.to('22:00');
  const first = newestRun(shop, 'tonic-t2.yml');
  expect(first.status).toBe('waiting');
  await shop.say('ada', 'vat', '/unapprove');
  await demo.running()?.reconcile();
  await demo.settle();
  expect(await wordsOn(shop, first)).toEqual([
    expect.stringMatching(/^rejected .*`not_approved`.*#\d is `deployed_uat` now/u),
  ]);
  const second = newestRun(shop, 'tonic-t2.yml');
  expect(second.id).not.toBe(first.id);
  expect(second.conclusion).toBe('success');
  expect(await shop.statusOf('vat')).toBe('deployed_uat');
  expect(await shop.statusOf('coupon')).toBe('deployed_prod');
  expect(shop.deploys('prod')).toHaveLength(1);
});

it('the failed jobs of a run that has lost its slot are turned away when they run again', async () => {
  const { demo } = shop;
  const run = runsOf(demo.repository).find(({ path }) => path.endsWith('tonic-t2.yml'));
  if (run === undefined) throw new Error('T2 has not run');
  const before = shop.deploys('prod').length;
  const { octokit, at } = shop.scene.actor('ada');
  await octokit.rest.actions.reRunWorkflowFailedJobs({ ...at, run_id: run.id });
  await demo.settle();
  expect((await wordsOn(shop, run)).at(-1)).toMatch(/^rejected .*`foreign_run`/u);
  expect(run).toMatchObject({ attempt: 2, conclusion: 'failure' });
  expect(shop.deploys('prod')).toHaveLength(before);
});
