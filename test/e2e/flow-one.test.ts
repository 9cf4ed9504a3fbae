import { afterAll, beforeAll, expect, it } from 'vitest';
import { artifactsOf, textOf } from '../../src/sandbox/actions/artifact.ts';
import { FIX, startShop, type Shop } from '../support/e2e-shop.ts';

let shop: Shop;
beforeAll(async () => {
  shop = await startShop();
});
afterAll(() => shop.demo.close());

it('a bug goes from the report over UAT to PROD, with an admin’s word in between', async () => {
  await shop.confirmed('vat');
  expect(await shop.statusOf('vat')).toBe('confirmed');
  const pull = await shop.fixed('vat', FIX.vat);

  await shop.to('20:00');
  expect(await shop.statusOf('vat')).toBe('deployed_uat');
  expect(await shop.receipt('uat')).toContain('VAT NT$49');
  expect(await shop.receipt('prod')).toContain('VAT NT$50');

  await shop.say('dan', 'vat', '/approve-prod');
  expect(await shop.statusOf('vat')).toBe('deployed_uat');
  expect((await shop.answers('vat')).at(-1)).toMatch(/for admins/u);

  await shop.say('ada', 'vat', '/approve-prod');
  expect(await shop.statusOf('vat')).toBe('pending_prod');
  await shop.to('22:00');
  expect(await shop.statusOf('vat')).toBe('deployed_prod');
  expect(await shop.receipt('prod')).toContain('VAT NT$49');

  const { octokit, at } = shop.scene.actor('rita');
  const { data: issue } = await octokit.rest.issues.get({ ...at, issue_number: shop.scene.numberOf('vat') });
  expect(issue.state).toBe('closed');
  const { data: fix } = await octokit.rest.pulls.get({ ...at, pull_number: pull });
  expect(fix.merged).toBe(true);
  const { data: deployments } = await octokit.rest.repos.listDeployments({ ...at, task: 'tonic' });
  expect(deployments.map(({ environment, sha }) => [environment, sha])).toEqual([
    ['prod', await shop.head('main')],
    ['uat', await shop.head('uat')],
  ]);
  expect(shop.deploys('uat')).toHaveLength(1);
  expect(shop.deploys('prod')).toHaveLength(1);
});

it('the ledger tells it as one line a step, by the App alone, without starting workflows', async () => {
  const log = await shop.git('log', '--format=%an|%s%n%b', 'origin/tonic-ledger');
  expect(log).toMatch(/#1 reported by rita/u);
  expect(log).toMatch(/\/confirm #1 by ada: done/u);
  expect(log).toMatch(/\/approve-prod #1 by dan: /u);
  expect(log).toMatch(/\/approve-prod #1 by ada: done/u);
  expect(log).toMatch(/deployed \w{7} to prod: #1/u);
  const authors = new Set(
    log
      .split('\n')
      .filter((line) => line.includes('|'))
      .map((line) => line.split('|')[0]),
  );
  expect([...authors]).toEqual(['tonic-deploy[bot]']);
  const { octokit, at } = shop.scene.actor('rita');
  const { data } = await octokit.rest.actions.listWorkflowRunsForRepo({ ...at, branch: 'tonic-ledger' });
  expect(data.total_count).toBe(0);
});

it('what was deployed is kept with the run: notes, checklist, rollback plan and a line for the log', async () => {
  const { octokit, at } = shop.scene.actor('rita');
  const { data } = await octokit.rest.actions.listWorkflowRuns({ ...at, workflow_id: 'tonic-t2.yml' });
  const [run] = data.workflow_runs;
  const kept = await octokit.rest.actions.listWorkflowRunArtifacts({ ...at, run_id: run?.id ?? 0 });
  expect(kept.data.artifacts.map(({ name }) => name)).toEqual(['tonic-prod-1']);
  const files = artifactsOf(shop.demo.repository).findLast(({ runId }) => runId === run?.id)?.files ?? [];
  const names = files.map(({ path }) => path.replace(/^[\d-]+-T2-prod-/u, ''));
  expect(names).toEqual(['checklist.md', 'log.md', 'notes.md', 'rollback-plan.md']);
  const commit = (await shop.head('main')).slice(0, 7);
  const [checklist, log, notes, plan] = files.map(textOf);
  expect(checklist).toMatch(/- \[x\] deploy 100, /u);
  expect(log).toMatch(new RegExp(`PROD live\\*\\* · .\\w{7}. → .${commit}. · .* · #1 · run ${run?.id}`, 'u'));
  expect(notes).toContain('- Fix: Something is wrong with vat (#1)');
  expect(plan).toContain('# Rollback plan:');
});
