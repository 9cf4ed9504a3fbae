import type { ServerResponse } from 'node:http';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { runsOf } from '../../src/sandbox/actions/model.ts';
import { logOf } from '../support/e2e-run.ts';
import { changeConfiguration } from '../support/e2e-configuration.ts';
import { FIX, startShop, type Shop } from '../support/e2e-shop.ts';
import { startHttpStage, type HttpStage } from '../support/http-stage.ts';

/** What people of the shop see fail, in percent: too much; and when it was backed up: not at all, at first. While the watch asks, its bug's card is looked at. */
let numbers: HttpStage;
let isBackedUp = false;
const cards: string[] = [];
let shop: Shop;
beforeAll(async () => {
  numbers = await startHttpStage();
  numbers.answer = (request, response) => void answer(request.url === '/backup', response);
  vi.stubEnv('CHECKLIST_HOSTS', new URL(numbers.url).host);
  // Nobody has set it up, so that Ada can change the configuration past all gates.
  shop = await startShop({ isSetUp: false });
  await configure();
});

async function answer(isBackup: boolean, response: ServerResponse): Promise<void> {
  if (isBackup && !isBackedUp) response.statusCode = 404;
  if (!isBackup) cards.push(await shop.card('vat'));
  response.end(JSON.stringify({ failed: 7.5 }));
}

afterAll(async () => {
  vi.unstubAllEnvs();
  await shop.demo.close();
  await numbers.close();
});

/** UAT gets candidates once it is backed up, as a canary, and watches what they do; on both branches, so that they stay on one version. */
function configure(): Promise<void> {
  return changeConfiguration(shop, 'Watch', (document) => {
    document.setIn(['environments', 'uat', 'checklist'], {
      backup: { http: { url: `${numbers.url}/backup` } },
    });
    document.setIn(['environments', 'uat', 'rollout'], { strategy: 'canary', canary_percents: [10, 100] });
    document.setIn(['environments', 'uat', 'watch'], {
      every_seconds: 1,
      limits: {
        error_percent: {
          http: { url: `${numbers.url}/{{environment}}/{{commit}}`, json: 'failed' },
          for_seconds: 1,
        },
      },
    });
  });
}

it('a checklist is looked at half an hour before, stops the slot before anything changed, and names the item', async () => {
  await shop.confirmed('vat');
  await shop.fixed('vat', FIX.vat);
  const before = await shop.head('uat');
  const receipt = await shop.receipt('uat');

  await shop.to('19:35');
  await shop.demo.running()?.lookAhead();
  const { octokit, at } = shop.scene.actor('ada');
  const { data: alerts } = await octokit.rest.issues.listForRepo({ ...at, labels: 'tonic:alert' });
  expect(alerts.map(({ title }) => title)).toEqual([
    expect.stringMatching(/T1 is about to be stopped on UAT by its checklist$/u),
  ]);

  await shop.to('20:00');
  expect(await shop.head('uat')).toBe(before);
  expect(await shop.receipt('uat')).toBe(receipt);
  expect(shop.deploys('uat')).toEqual([]);
  expect(await shop.statusOf('vat')).toBe('planned');
  const said = (await shop.answers('vat')).at(-1);
  expect(said).toContain('before anything was changed. **backup**: status 404, has to be 200');
});

it('mended and told to try again it deploys; a canary that goes bad is rolled back by the watch, and everybody hears why', async () => {
  isBackedUp = true;
  const before = await shop.head('uat');
  const receipt = await shop.receipt('uat');

  await shop.say('ada', 'vat', '/retry');

  const [candidate, back] = shop.deploys('uat').map((line) => line.split(' ')[0]);
  expect(shop.deploys('uat')).toHaveLength(2);
  expect(candidate).not.toBe(before);
  expect(back).toBe(before);
  expect(await shop.git('rev-parse', 'origin/uat^{tree}')).toBe(
    await shop.git('rev-parse', `${before}^{tree}`),
  );
  expect(await shop.receipt('uat')).toBe(receipt);
  expect(numbers.requests.map(({ url }) => url)).toContain(`/uat/${candidate}`);
  expect(await shop.statusOf('vat')).toBe('confirmed');
  const said = (await shop.answers('vat')).join('\n\n');
  expect(said).toContain('`error_percent` has to be at most 1, and was 7.5, 7.5');
  expect(said).toContain(`Taken back to ${before.slice(0, 7)}: everything.`);

  const head = /\*\*Watched on UAT:\*\* `2026-11-21-T1-uat` at 10 %, 0:0\d of 10:00 min/u;
  expect(cards.at(-1)).toMatch(head);
  expect(cards.at(-1)).toContain('- `error_percent`: 7.5, has to be at most 1');
  expect(cards.at(-1)).toContain('| **Next** | T1 **Sat 2026-11-21 20:00 (Asia/Taipei)**');
  expect(await shop.card('vat')).not.toMatch(head);

  const run = runsOf(shop.demo.repository).findLast((one) => one.path.endsWith('tonic-t1.yml'));
  if (run === undefined) throw new Error('no T1 ran');
  expect(run.conclusion).toBe('failure');
  expect(logOf(run)).toMatch(/watch 10 \| watched 0:0\d of 10:00: error_percent 7.5 \(at most 1\)/u);
  const summary = run.jobs.flatMap((job) => job.steps.map((step) => step.summary)).join('\n');
  expect(summary).toMatch(/- \[ \] watch 10, .*: \*\*watch_breached\*\*/u);
  expect(summary).toMatch(/- \[ \] deploy 100\n/u);
  const { octokit, at } = shop.scene.actor('rita');
  const { data: deployments } = await octokit.rest.repos.listDeployments({ ...at, task: 'tonic' });
  const { data: statuses } = await octokit.rest.repos.listDeploymentStatuses({
    ...at,
    deployment_id: deployments[0]?.id ?? 0,
  });
  expect(statuses[0]?.state).toBe('failure');
});
