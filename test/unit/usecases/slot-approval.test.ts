import { describe, expect, test } from 'vitest';
import { planSlot } from '../../../src/usecases/slot/plan-slot.ts';
import { runStage } from '../../../src/usecases/slot/run-stage.ts';
import { aRun } from '../../support/builders.ts';
import { issueIn, personIn, pullIn } from '../../support/fake-world.ts';
import {
  bugForProd,
  answersOn,
  bugIn,
  bugOnUat,
  confirmedBug,
  createShop,
  later,
  nextNoon,
  outcomeIn,
  readyFix,
  say,
  slot,
  type Shop,
} from './support.ts';

async function approvedBug(): Promise<{ shop: Shop; bug: number; comment: number }> {
  const shop = createShop();
  const bug = await bugOnUat(shop);
  const comment = await say(shop, { issue: bug, body: '/approve-prod' });
  later(shop);
  return { shop, bug, comment };
}

/** PROD as it was, the bug back where it waits for a new word. */
function expectWithdrawn(shop: Shop, bug: number): void {
  expect(shop.git.patchesOn('main')).toEqual(['base']);
  expect(bugIn(shop, bug)).toMatchObject({ status: 'deployed_uat', approvals: [] });
  expect(shop.deploys.filter((line) => line.startsWith('prod'))).toEqual([]);
}

describe('an approval is looked at again when its slot comes, so it does not count when', () => {
  test('the comment was edited and the webhook never came', async () => {
    const { shop, bug, comment } = await approvedBug();
    shop.people.editComment(comment, '/approve-prod please');
    expect(outcomeIn(await slot(shop, 'T2'), bug)).toBe('held comment_edited');
    expectWithdrawn(shop, bug);
    expect(answersOn(shop, bug).at(-1)).toContain('was edited, so the approval no longer counts');
  });

  test('the comment was edited and edited back', async () => {
    const { shop, bug, comment } = await approvedBug();
    shop.people.editComment(comment, 'no, wait');
    later(shop);
    shop.people.editComment(comment, '/approve-prod');
    expect(outcomeIn(await slot(shop, 'T2'), bug)).toBe('held comment_edited');
    expectWithdrawn(shop, bug);
  });

  test('the comment was deleted', async () => {
    const { shop, bug, comment } = await approvedBug();
    shop.people.deleteComment(comment);
    expect(outcomeIn(await slot(shop, 'T2'), bug)).toBe('held comment_deleted');
    expectWithdrawn(shop, bug);
  });

  test('what is run for PROD is another command', async () => {
    const { shop, bug } = await approvedBug();
    const { environments } = shop.policy;
    const prod = { ...environments.prod, commandsHash: 'others' };
    shop.policy = { ...shop.policy, environments: { ...environments, prod } };
    expect(outcomeIn(await slot(shop, 'T2'), bug)).toBe('held plan_changed');
    expectWithdrawn(shop, bug);
    expect(answersOn(shop, bug).at(-1)).toContain('the deploy or verify command became another');
  });

  test('the approver is no admin any more', async () => {
    const { shop, bug } = await approvedBug();
    shop.world.standings.set(personIn(shop.world, 'ada').id, { permission: 'write', isBot: false });
    expect(outcomeIn(await slot(shop, 'T2'), bug)).toBe('held approver_lost_role');
    expectWithdrawn(shop, bug);
  });

  test('Flow 2: the fix got a new head after the review', async () => {
    const shop = createShop();
    const { bug, pull } = await bugForProd(shop, 'ada');
    later(shop);
    shop.people.push(pull);
    expect(outcomeIn(await slot(shop, 'T2'), bug)).toBe('held not_approved');
    expect(shop.git.patchesOn('main')).toEqual(['base']);
    expect(bugIn(shop, bug).status).toBe('pending_prod');
  });

  test('Flow 2: the fix got a new head after `/approve-prod`', async () => {
    const shop = createShop();
    const { bug, pull } = await bugForProd(shop);
    later(shop);
    await say(shop, { issue: bug, body: '/approve-prod' });
    later(shop);
    shop.people.push(pull);
    shop.people.review({ by: 'max', pull, state: 'approved' });
    expect(outcomeIn(await slot(shop, 'T2'), bug)).toBe('held fix_changed');
    expect(shop.git.patchesOn('main')).toEqual(['base']);
  });
});

test('the same approval, untouched, brings the fix to PROD', async () => {
  const { shop, bug } = await approvedBug();
  expect(outcomeIn(await slot(shop, 'T2'), bug)).toBe('deployed');
});

test('an approval for several bugs in one comment counts for each of them', async () => {
  const shop = createShop();
  const one = await confirmedBug(shop);
  readyFix(shop, one);
  const two = await confirmedBug(shop);
  readyFix(shop, two);
  await slot(shop, 'T1');
  later(shop);
  await say(shop, { issue: one, body: `/approve-prod #${one} #${two}` });
  later(shop);
  const result = await slot(shop, 'T2');
  expect([outcomeIn(result, one), outcomeIn(result, two)]).toEqual(['deployed', 'deployed']);
});

test('an approval that was written after T2 began waits for tomorrow’s, though this T2 runs late', async () => {
  const shop = createShop();
  const bug = await bugOnUat(shop);
  later(shop, 119);
  await say(shop, { issue: bug, body: '/approve-prod' });
  expect(bugIn(shop, bug).approvals).toMatchObject([{ slot: '2026-11-21/T2' }]);
  later(shop, 10);
  expect(outcomeIn(await slot(shop, 'T2'), bug)).toBe('held after_cut_off');
  expect(bugIn(shop, bug).status).toBe('pending_prod');
  nextNoon(shop);
  expect(outcomeIn(await slot(shop, 'T2'), bug)).toBe('deployed');
});

test('an approval that is processed after T2 began but was written before counts for it', async () => {
  const shop = createShop();
  const bug = await bugOnUat(shop);
  shop.people.comment({ by: 'ada', issue: bug, body: '/approve-prod' });
  // No webhook: the slot reads the comment itself.
  later(shop, 130);
  expect(outcomeIn(await slot(shop, 'T2'), bug)).toBe('deployed');
});

test('two of three fixes are approved: PROD gets these two and not the third', async () => {
  const shop = createShop();
  const bugs: number[] = [];
  for (let count = 0; count < 3; count += 1) {
    const bug = await confirmedBug(shop);
    readyFix(shop, bug);
    bugs.push(bug);
  }
  await slot(shop, 'T1');
  later(shop);
  const [first = 0, second = 0, third = 0] = bugs;
  for (const bug of [first, third]) await say(shop, { issue: bug, body: '/approve-prod' });
  await slot(shop, 'T2');
  const [base, one, two, three] = shop.git.patchesOn('uat');
  expect(shop.git.patchesOn('main')).toEqual([base, one, three]);
  expect(shop.git.patchesOn('main')).not.toContain(two);
  expect(bugIn(shop, second).status).toBe('deployed_uat');
});

async function planned() {
  const { shop, bug, comment } = await approvedBug();
  later(shop, 200);
  const run = { kind: 'T2', slotId: '2026-11-20/T2', run: aRun('T2') } as const;
  shop.world.clock.advance(Date.parse('2026-11-20T22:01:00+08:00') - shop.world.clock.nowMs());
  await planSlot(shop.open(), run);
  const deploy = () =>
    runStage(shop.open(), { slotId: '2026-11-20/T2', environment: 'prod', run: aRun('T2') });
  return { shop, bug, comment, deploy };
}

describe('between the plan and the deployment', () => {
  test('nothing changed: it is deployed', async () => {
    const { shop, bug, deploy } = await planned();
    expect(await deploy()).toMatchObject({ kind: 'ran', ok: true });
    expect(bugIn(shop, bug).status).toBe('deployed_prod');
  });

  test('`/unapprove` stops it', async () => {
    const { shop, bug, deploy } = await planned();
    await say(shop, { issue: bug, body: '/unapprove' });
    expect(await deploy()).toMatchObject({ kind: 'ran', ok: false });
    expectWithdrawn(shop, bug);
  });

  test('`/unapprove` and a new approval stop it: that one is for the next T2', async () => {
    const { shop, bug, deploy } = await planned();
    await say(shop, { issue: bug, body: '/unapprove' });
    later(shop);
    await say(shop, { issue: bug, body: '/approve-prod' });
    expect(bugIn(shop, bug).status).toBe('pending_prod');
    expect(await deploy()).toMatchObject({ kind: 'ran', ok: false });
    expect(shop.deploys.filter((line) => line.startsWith('prod'))).toEqual([]);
    nextNoon(shop);
    expect(outcomeIn(await slot(shop, 'T2'), bug)).toBe('deployed');
  });

  test('a severity that became high stops it', async () => {
    const { shop, bug, deploy } = await planned();
    await say(shop, { by: 'tia', issue: bug, body: '/severity high' });
    expect(await deploy()).toMatchObject({ kind: 'ran', ok: false });
    expectWithdrawn(shop, bug);
  });

  test('a deleted comment stops it after a long wait at the gate', async () => {
    const { shop, bug, comment, deploy } = await planned();
    shop.people.deleteComment(comment);
    later(shop, 30);
    expect(await deploy()).toMatchObject({ kind: 'ran', ok: false });
    expect(shop.git.patchesOn('main')).toEqual(['base']);
    expect(bugIn(shop, bug).status).not.toBe('deployed_prod');
  });

  test('a whole night at the gate stops it', async () => {
    const { shop, bug, deploy } = await planned();
    nextNoon(shop);
    expect(await deploy()).toMatchObject({ kind: 'ran', ok: false });
    expect(shop.git.patchesOn('main')).toEqual(['base']);
    expect(bugIn(shop, bug).hold).toMatchObject({ reason: 'slot_too_late' });
  });

  test('another run’s claim is respected', async () => {
    const { shop } = await planned();
    const stranger = { slotId: '2026-11-20/T2', environment: 'prod', run: aRun('T2', { id: 6 }) } as const;
    expect(await runStage(shop.open(), stranger)).toMatchObject({ kind: 'refused', reason: 'slot_taken' });
    expect(shop.deploys.filter((line) => line.startsWith('prod'))).toEqual([]);
  });

  test('a re-run of the deployment alone is refused: its plan has not looked again', async () => {
    const { shop } = await planned();
    const again = { slotId: '2026-11-20/T2', environment: 'prod', run: aRun('T2', { attempt: 2 }) } as const;
    expect(await runStage(shop.open(), again)).toMatchObject({ kind: 'refused', reason: 'foreign_run' });
    expect(shop.deploys.filter((line) => line.startsWith('prod'))).toEqual([]);
  });

  test('a workflow that is none of a slot’s plans nothing', async () => {
    const shop = createShop();
    const origin = {
      event: 'push',
      workflowPath: '.github/workflows/tonic-t2.yml',
      isOnDefaultBranch: true,
    };
    const run = aRun('T2', { origin });
    const refused = await planSlot(shop.open(), { kind: 'T2', slotId: '2026-11-20/T2', run });
    expect(refused).toMatchObject({ kind: 'refused', reason: 'foreign_run' });
    expect(shop.ledger.messages()).toEqual([]);
  });
});

test('a bug that was held yesterday goes tonight once what held it is there', async () => {
  const shop = createShop();
  const { bug, pull } = await bugForProd(shop);
  expect(outcomeIn(await slot(shop, 'T2'), bug)).toBe('held not_approved');
  nextNoon(shop);
  shop.people.review({ by: 'ada', pull, state: 'approved' });
  expect(outcomeIn(await slot(shop, 'T2'), bug)).toBe('deployed');
  expect(issueIn(shop.world, bug).labels).toContain('status:deployed_prod');
});

/** A bug on UAT that these people have approved, where two have to; Max is an admin too. */
async function withTwo(by: readonly string[]) {
  const shop = createShop();
  shop.policy = { ...shop.policy, approvals: { allowAuthor: true, required: { uat: 2, prod: 2 } } };
  shop.world.standings.set(personIn(shop.world, 'max').id, { permission: 'admin', isBot: false });
  const bug = await bugOnUat(shop);
  const comments: number[] = [];
  for (const each of by) comments.push(await say(shop, { by: each, issue: bug, body: '/approve-prod' }));
  later(shop);
  return { shop, bug, comments };
}

describe('where two have to approve', () => {
  test('one alone brings nothing to PROD, and the card says who is missing', async () => {
    const { shop, bug } = await withTwo(['ada']);
    await slot(shop, 'T2');
    expect(bugIn(shop, bug)).toMatchObject({ status: 'deployed_uat', approvals: [{ by: { login: 'ada' } }] });
    expect(shop.git.patchesOn('main')).toEqual(['base']);
    const card = issueIn(shop.world, bug).comments.find(({ body }) => body.includes('tonic:card'));
    expect(card?.body).toContain('1 of 2 approvals (**ada**): another of the admins');
  });

  test('both do', async () => {
    const { shop, bug } = await withTwo(['ada', 'max']);
    expect(outcomeIn(await slot(shop, 'T2'), bug)).toBe('deployed');
  });

  test('one of whom takes it back by deleting the comment, the other’s word stays for the next', async () => {
    const { shop, bug, comments } = await withTwo(['ada', 'max']);
    shop.people.deleteComment(comments[0] ?? 0);
    expect(outcomeIn(await slot(shop, 'T2'), bug)).toBe('held comment_deleted');
    expect(bugIn(shop, bug)).toMatchObject({ status: 'deployed_uat', approvals: [{ by: { login: 'max' } }] });
    nextNoon(shop);
    await say(shop, { issue: bug, body: '/approve-prod' });
    expect(outcomeIn(await slot(shop, 'T2'), bug)).toBe('deployed');
  });

  test('one of whom is no admin any more when T2 comes: nothing goes', async () => {
    const { shop, bug } = await withTwo(['ada', 'max']);
    shop.world.standings.set(personIn(shop.world, 'max').id, { permission: 'maintain', isBot: false });
    expect(outcomeIn(await slot(shop, 'T2'), bug)).toBe('held approver_lost_role');
    expect(bugIn(shop, bug)).toMatchObject({ status: 'deployed_uat', approvals: [{ by: { login: 'ada' } }] });
  });

  test('a review of one admin and the command of another sign a fix for PROD off in Flow 2', async () => {
    const shop = createShop();
    shop.policy = { ...shop.policy, approvals: { allowAuthor: true, required: { uat: 1, prod: 2 } } };
    shop.world.standings.set(personIn(shop.world, 'max').id, { permission: 'admin', isBot: false });
    const { bug } = await bugForProd(shop);
    await say(shop, { by: 'max', issue: bug, body: '/approve-prod' });
    expect(answersOn(shop, bug).at(-1)).toContain('1 of 2 approvals (**max**)');
    await say(shop, { issue: bug, body: '/approve-prod' });
    expect(answersOn(shop, bug).at(-1)).toContain('Approved for PROD');
    expect(outcomeIn(await slot(shop, 'T2'), bug)).toBe('deployed');
  });
});

test('Flow 2: a review of a pull request that went to UAT then is no sign-off for PROD, where it brings more', async () => {
  const shop = createShop();
  shop.git.commit('uat', 'feature');
  const bug = await confirmedBug(shop);
  const pull = readyFix(shop, bug, { reviewer: 'ada' });
  later(shop);
  shop.people.retarget(pull, 'main');
  await slot(shop, 'T1');
  later(shop);
  expect(outcomeIn(await slot(shop, 'T2'), bug)).toBe('held not_approved');
  nextNoon(shop);
  shop.people.review({ by: 'ada', pull, state: 'approved' });
  expect(outcomeIn(await slot(shop, 'T2'), bug)).toBe('deployed');
});

test('Flow 2: an admin’s review that was dismissed is no sign-off any more', async () => {
  const shop = createShop();
  shop.git.commit('uat', 'feature');
  const bug = await confirmedBug(shop);
  const pull = readyFix(shop, bug, { base: 'main', reviewer: 'ada' });
  await slot(shop, 'T1');
  pullIn(shop.world, pull).reviews = [];
  shop.people.review({ by: 'max', pull, state: 'approved' });
  expect(outcomeIn(await slot(shop, 'T2'), bug)).toBe('held not_approved');
});
