import { expect, test } from 'vitest';
import { addRefPattern } from '../../../src/sandbox/environment/ref-policy.ts';
import { environmentNamed } from '../../../src/sandbox/environment/store.ts';
import { openPages } from '../../support/sandbox-page.ts';
import { openYard } from './support.ts';

test('the page of a waiting run says for whom it waits, with the last report, as text of others', async () => {
  const yard = await openYard();
  await yard.enableRule();
  const run = await yard.dispatch();
  const pages = openPages(() => yard.sandbox);
  const path = `/acme/shop/actions/runs/${run.id}`;
  expect((await pages.visit(path)).text).toMatch(/waiting for tonic/);
  await yard.answer(run, { comment: 'Opens at **22:00** <script>alert(1)</script>' });
  const { text } = await pages.visit(path, 'rea');
  expect(text).toContain('Opens at <strong>22:00</strong>');
  expect(text).not.toContain('<script>');
  expect(text).not.toContain('Start all waiting jobs');
  await yard.answer(run, { state: 'rejected', comment: 'Frozen' });
  const after = (await pages.visit(path)).text;
  expect(after).not.toMatch(/waiting for/);
  expect(after).toContain('Frozen');
});

test('a reviewer approves or rejects from the page, nobody else does', async () => {
  const yard = await openYard();
  const environment = String(
    await yard.protect({ reviewers: [{ type: 'User', id: yard.people['max']?.id }] }),
  );
  const pages = openPages(() => yard.sandbox);
  const decide = async (runId: number, act: string, login: string | null) => {
    const answer = await pages.submit(`/acme/shop/actions/runs/${runId}/gates`, { act, environment }, login);
    await yard.sandbox.idle();
    return answer.status;
  };
  const run = await yard.dispatch();
  const path = `/acme/shop/actions/runs/${run.id}`;
  expect((await pages.visit(path, 'max')).text).toContain('Approve and deploy');
  expect((await pages.visit(path, 'wes')).text).not.toContain('Approve and deploy');
  expect(await decide(run.id, 'approved', null)).toBe(401);
  expect(await decide(run.id, 'approved', 'wes')).toBe(422);
  expect(await decide(run.id, 'whatever', 'max')).toBe(404);
  expect(await decide(run.id, 'approved', 'max')).toBe(303);
  expect(run.conclusion).toBe('success');
  const other = await yard.dispatch();
  await decide(other.id, 'rejected', 'max');
  expect(other.conclusion).toBe('failure');
});

test('an admin starts all waiting jobs from the page, and runs a run again', async () => {
  const yard = await openYard();
  await yard.enableRule();
  const environment = String(await yard.protect({}));
  const run = await yard.dispatch();
  const pages = openPages(() => yard.sandbox);
  const path = `/acme/shop/actions/runs/${run.id}`;
  const bypass = { act: 'bypass', environment };
  expect((await pages.submit(`${path}/gates`, bypass, 'max')).status).toBe(403);
  expect((await pages.visit(path, 'ada')).text).toContain('Start all waiting jobs');
  expect((await pages.submit(`${path}/gates`, bypass, 'ada')).status).toBe(303);
  await yard.sandbox.idle();
  expect(run.conclusion).toBe('success');
  expect((await pages.visit(path, 'tia')).text).not.toContain('Re-run all jobs');
  expect((await pages.submit(`${path}/rerun`, { which: 'all' }, 'tia')).status).toBe(403);
  expect((await pages.visit(path, 'wes')).text).toContain('Re-run all jobs');
  await pages.submit(`${path}/rerun`, { which: 'all' }, 'wes');
  await yard.sandbox.idle();
  expect(run).toMatchObject({ attempt: 2, status: 'waiting' });
});

test('the settings list says what protects each environment', async () => {
  const yard = await openYard();
  await yard.enableRule();
  await yard.protect({
    wait_timer: 5,
    reviewers: [{ type: 'User', id: yard.people['max']?.id }],
    prevent_self_review: true,
    can_admins_bypass: false,
    deployment_branch_policy: { protected_branches: false, custom_branch_policies: true },
  });
  addRefPattern(yard.sandbox, environmentNamed(yard.repository, 'prod'), { name: 'main', type: 'branch' });
  await yard.as('ada').rest.repos.createOrUpdateEnvironment({
    owner: 'acme',
    repo: 'shop',
    environment_name: 'uat',
  });
  const { text } = await openPages(() => yard.sandbox).visit('/acme/shop/settings/environments');
  for (const words of [
    'Jobs wait 5 minutes.',
    'One of max has to approve.',
    'Nobody approves a run of their own.',
    'tonic has to approve.',
    'Deployed only from branch main.',
    'Nobody may bypass this.',
    'Not protected.',
  ])
    expect(text).toContain(words);
});
